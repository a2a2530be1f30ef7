package dev.orderengine.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.Services;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestDatabase;
import dev.orderengine.sweep.Retention;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How events get their positions, on a real Postgres. */
@ExtendWith(SharedServices.class)
class PgEventFeedIT {

    private static final String ADD = """
            INSERT INTO order_events (order_id, sequence, type, data, actor, at)
            SELECT ?, n, 'order.updated', '{"n": 1}', 'test', now() FROM generate_series(?, ?) AS n""";

    private static final String ADD_ORDER = """
            INSERT INTO orders (id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount, items,
                                payment_method, decision, matched_rules, rules_version, fx_rate, created_at, updated_at)
            VALUES ($1, 'c-1', 'pending', 'none', 'unfulfilled', 1, 'USD', 100, '[]', 'credit_card', 'accept', '{}', '1', 1,
                    now(), now())""";

    private static final int WRITERS = 6;
    private static final int CHANGES = 60;

    private static Vertx vertx;
    private static TestDatabase database;
    private static PgEventFeed feed;

    @BeforeAll
    static void open(Services services) {
        vertx = Vertx.vertx();
        database = new TestDatabase(services, vertx, PgEventFeedIT.class);
        feed = new PgEventFeed(database.pools().writers(), database.pools().readers());
    }

    @AfterAll
    static void close() {
        database.close();
        vertx.close().await();
    }

    @BeforeEach
    void empty() {
        database.query("TRUNCATE order_events, event_batches");
        database.query("UPDATE event_feed SET last_position = 0, forgotten_position = 0");
    }

    @Test
    void follow_givesPositionsWithoutGaps_andTheEventsAsTheyWereWritten() {
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        add(first, 1, 2);
        add(second, 1, 1);

        List<EventFeed.Written> written = feed.follow(0, 100).await();
        List<FeedEvent> events = feed.events(written).await();

        assertThat(written)
                .containsExactly(
                        new EventFeed.Written(1, first, 1),
                        new EventFeed.Written(2, first, 2),
                        new EventFeed.Written(3, second, 1));
        assertThat(events).extracting(FeedEvent::position).containsExactly(1L, 2L, 3L);
        assertThat(events.get(1).event().type()).isEqualTo("order.updated");
        assertThat(events.get(1).event().data()).isEqualTo("{\"n\": 1}");
        assertThat(feed.ofOrder(first, 1, 10).await())
                .containsExactly(events.get(1).event());
        assertThat(feed.reach().await()).isEqualTo(new EventFeed.Reach(0, 3));
        assertThat(feed.follow(3, 100).await()).isEmpty();
    }

    @Test
    void written_pageByPage_isCutWithinABatch() {
        add(UUID.randomUUID(), 1, 5);
        feed.follow(0, 1).await();

        List<Long> positions = new ArrayList<>();
        for (List<EventFeed.Written> page = feed.written(0, 2).await();
                !page.isEmpty();
                page = feed.written(positions.get(positions.size() - 1), 2).await()) {
            page.forEach(one -> positions.add(one.position()));
        }

        assertThat(positions).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    /** The transaction that wrote first commits last: a position given at writing would have been passed over. */
    @Test
    void follow_aTransactionThatCommitsLate_isNotPassedOver() throws SQLException {
        UUID late = UUID.randomUUID();
        UUID early = UUID.randomUUID();
        try (Connection slow = database.connect()) {
            slow.setAutoCommit(false);
            add(slow, late, 1, 1);
            add(early, 1, 1);
            List<EventFeed.Written> before = feed.follow(0, 100).await();

            slow.commit();
            List<EventFeed.Written> after = feed.follow(1, 100).await();

            assertThat(before).containsExactly(new EventFeed.Written(1, early, 1));
            assertThat(after).containsExactly(new EventFeed.Written(2, late, 1));
        }
    }

    @Test
    void follow_whatWasRolledBack_leavesNoGap() throws SQLException {
        try (Connection failing = database.connect()) {
            failing.setAutoCommit(false);
            add(failing, UUID.randomUUID(), 1, 3);
            failing.rollback();
        }
        UUID order = UUID.randomUUID();
        add(order, 1, 1);

        assertThat(feed.follow(0, 100).await()).containsExactly(new EventFeed.Written(1, order, 1));
    }

    /**
     * Orders that change again and again, in transactions that have their number long before they get the order's lock, and followers
     * of several engines: everybody sees the same line, complete, and each order's events in their order.
     */
    @Test
    void follow_manyAtOnceWhileManyWrite_isOneLineForAll() {
        List<UUID> orders = Stream.generate(UUID::randomUUID).limit(3).toList();
        orders.forEach(order -> database.query(ADD_ORDER, order));
        List<CompletableFuture<Void>> writing = Stream.generate(() -> CompletableFuture.runAsync(() -> change(orders)))
                .limit(WRITERS)
                .toList();
        List<CompletableFuture<List<EventFeed.Written>>> following = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> line(WRITERS * CHANGES)))
                .limit(3)
                .toList();
        writing.forEach(CompletableFuture::join);

        List<EventFeed.Written> line = following.get(0).join();

        assertThat(line)
                .extracting(EventFeed.Written::position)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, WRITERS * CHANGES).boxed().toList());
        for (UUID order : orders) {
            assertThat(line.stream().filter(one -> one.orderId().equals(order)).map(EventFeed.Written::sequence))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
        following.forEach(other -> assertThat(other.join()).isEqualTo(line));
    }

    @Test
    void retention_forgetsWhatIsOlderThanTheWindow_andNotesHowFar() {
        add(UUID.randomUUID(), 1, 3);
        database.query("UPDATE event_batches SET created_at = now() - interval '25 hours'");
        add(UUID.randomUUID(), 1, 2);

        new Retention(database.pools().writers(), Clock.systemUTC(), Duration.ofHours(24))
                .run()
                .await();

        assertThat(feed.reach().await()).isEqualTo(new EventFeed.Reach(3, 5));
        assertThat(feed.written(0, 100).await())
                .extracting(EventFeed.Written::position)
                .containsExactly(4L, 5L);
        new Retention(database.pools().writers(), Clock.systemUTC(), Duration.ofMillis(1))
                .run()
                .await();
        assertThat(feed.reach().await()).as("all forgotten, none lost count").isEqualTo(new EventFeed.Reach(5, 5));
    }

    /** The whole line as an engine that follows it sees it. */
    private static List<EventFeed.Written> line(int length) {
        List<EventFeed.Written> line = new ArrayList<>();
        while (line.size() < length) {
            line.addAll(feed.follow(line.size(), 7).await());
        }
        return line;
    }

    private static void change(List<UUID> orders) {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < CHANGES; i++) {
                UUID order = orders.get(ThreadLocalRandom.current().nextInt(orders.size()));
                select(connection, "SELECT pg_current_xact_id()::text::bigint");
                int version = select(connection, "SELECT version FROM orders WHERE id = ? FOR NO KEY UPDATE", order);
                add(connection, order, version + 1, version + 1);
                select(connection, "UPDATE orders SET version = version + 1 WHERE id = ? RETURNING version", order);
                connection.commit();
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static int select(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private static void add(UUID order, int from, int to) {
        try (Connection connection = database.connect()) {
            add(connection, order, from, to);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void add(Connection connection, UUID order, int from, int to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADD)) {
            statement.setObject(1, order);
            statement.setInt(2, from);
            statement.setInt(3, to);
            statement.execute();
        }
    }
}
