package dev.orderengine.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServices.class)
@Timeout(60)
class RelayIT {

    private static final RelaySettings SETTINGS = new RelaySettings(
            100,
            10,
            Duration.ofMillis(1),
            Duration.ofMillis(4),
            Duration.ofMillis(5),
            Duration.ofHours(1),
            Duration.ofMillis(50));

    private static final String WRITE_EVENTS = """
            WITH event AS (
                INSERT INTO order_events (order_id, sequence, type, data, actor, at)
                SELECT o, s, 'type.' || s, jsonb_build_object('n', s), 'test', now()
                FROM unnest($1::uuid[]) AS o, generate_series($2::int, $3::int) AS s
                RETURNING order_id, sequence)
            INSERT INTO outbox (shard, order_id, sequence)
            SELECT outbox_shard(order_id), order_id, sequence FROM event ORDER BY sequence""";

    private static Vertx vertx;
    private static TestDatabase database;

    private final OutboxStore store = new OutboxStore();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicBoolean givesWay = new AtomicBoolean();
    private final List<Relay> relays = new ArrayList<>();
    private RecordingPublisher queue;

    @BeforeAll
    static void open(Services services) {
        vertx = Vertx.vertx();
        database = new TestDatabase(services, vertx, RelayIT.class);
    }

    @AfterAll
    static void close() {
        database.close();
        vertx.close().await();
    }

    @BeforeEach
    void empty() {
        database.query("TRUNCATE outbox, order_events");
        queue = new RecordingPublisher(vertx);
    }

    @AfterEach
    void stop() {
        relays.forEach(relay -> relay.stop().await());
    }

    @Test
    void nudge_oneEvent_isDeliveredAsItIsAndDeleted() {
        UUID order = UUID.randomUUID();
        database.query(
                "INSERT INTO order_events VALUES ($1, 1, 'order.placed', '{\"total\": 1.50}', 'test', '2026-01-02T03:04:05Z')",
                order);
        database.query(
                "INSERT INTO outbox (shard, order_id, sequence, traceparent) VALUES (outbox_shard($1), $1, 1, '00-1-2-01')",
                order);
        long row = database.number("SELECT id FROM outbox");

        relay().nudge();

        await().untilAsserted(() -> assertThat(queue.delivered())
                .containsExactly(new OutboxEvent(
                        row,
                        order,
                        1,
                        "order.placed",
                        "{\"total\": 1.50}",
                        Instant.parse("2026-01-02T03:04:05Z"),
                        "00-1-2-01",
                        0)));
        await().until(() -> waiting() == 0);
    }

    @Test
    void runNow_backlogOfManyBatches_drainsItInOrderPerOrder() {
        List<UUID> orders = orders(300);
        write(orders, 1, 5);

        relay().runNow().await();

        assertThat(waiting()).isZero();
        assertThat(queue.sequences())
                .hasSize(300)
                .allSatisfy((order, sequences) -> assertThat(sequences).containsExactly(1, 2, 3, 4, 5));
        assertThat(queue.batches()).allMatch(size -> size <= 100).hasSizeBetween(15, 20);
        assertThat(metrics.get("outbox.sent").counter().count()).isEqualTo(1_500);
        assertThat(metrics.get("outbox.batch.size").summary().totalAmount()).isEqualTo(1_500);
        assertThat(metrics.get("outbox.publish").timer().count())
                .isEqualTo(queue.batches().size());
    }

    @Test
    void nudge_whileItGivesWay_isFollowedByALongRest() {
        givesWay.set(true);
        write(orders(2_000), 1, 1);
        Relay relay = relay();

        relay.nudge();
        await().until(() -> waiting() < 2_000);
        relay.nudge();

        await().during(Duration.ofMillis(200)).until(() -> waiting() >= 2_000 - 4 * 100);
        relay.runNow().await();
        assertThat(waiting()).isZero();
    }

    @Test
    void nudge_duringACycle_leadsToOneMore() {
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        queue.gate = Promise.promise();
        Relay relay = relay();
        write(List.of(first), 1, 1);
        relay.nudge();
        await().until(() -> queue.attempts == 1);
        write(List.of(second), 1, 1);

        relay.nudge();
        relay.nudge();
        queue.gate.complete();

        await().until(() -> queue.sequences().keySet().equals(Set.of(first, second)));
        assertThat(queue.attempts).isEqualTo(2);
    }

    @Test
    void poison_refusedTenTimes_isSetAsideAndNothingElseWaits() {
        List<UUID> orders = orders(20);
        write(orders, 1, 1);
        write(orders.subList(0, 1), 2, 3);
        queue.refusedType = "type.2";
        Relay relay = relay();
        relay.runNow().await();
        assertThat(queue.sequences()).hasSize(20);
        assertThat(queue.sequences().get(orders.get(0)))
                .as("an event behind the refused one waits")
                .containsExactly(1);
        write(orders.subList(1, 20), 3, 3);

        await().until(() -> {
            relay.runNow().await();
            return database.number("SELECT count(*) FROM outbox WHERE set_aside_at IS NOT NULL") == 1;
        });
        relay.runNow().await();

        assertThat(queue.sequences())
                .hasSize(20)
                .allSatisfy((order, sequences) -> assertThat(sequences).containsExactly(1, 3));
        Row poison = database.query("SELECT * FROM outbox").get(0);
        assertThat(poison.getUUID("order_id")).isEqualTo(orders.get(0));
        assertThat(poison.getInteger("sequence")).isEqualTo(2);
        assertThat(poison.getInteger("attempts")).isEqualTo(10);
        assertThat(poison.getString("last_error")).isEqualTo("no such luck");
        assertThat(metrics.get("outbox.refused").counter().count()).isEqualTo(10);
        assertThat(metrics.get("outbox.events.set.aside").counter().count()).isEqualTo(1);
    }

    @Test
    void eventThatIsDelayed_holdsTheLaterOnesOfItsOrderInLaterCyclesToo() {
        UUID order = new UUID(1, 4);
        UUID neighbour = new UUID(2, 4);
        write(List.of(order, neighbour), 1, 3);
        database.query(
                "UPDATE outbox SET not_before = now() + interval '1 hour' WHERE order_id = $1 AND sequence = 1", order);
        Relay relay = relay();

        relay.runNow().await();
        relay.runNow().await();
        assertThat(queue.sequences()).containsOnlyKeys(neighbour);

        database.query("UPDATE outbox SET not_before = now()");
        relay.runNow().await();
        assertThat(queue.sequences().get(order)).containsExactly(1, 2, 3);
    }

    @Test
    void refusal_thatIsNotTheEventsFault_isTriedUntilItPasses() {
        UUID order = UUID.randomUUID();
        write(List.of(order), 1, 2);
        queue.refusedType = "type.1";
        queue.senderFault = false;
        Relay relay = relay();

        await().until(() -> {
            relay.runNow().await();
            return database.number("SELECT max(attempts) FROM outbox") > 12;
        });
        queue.refusedType = "none";

        await().until(() -> {
            relay.runNow().await();
            return waiting() == 0;
        });
        assertThat(queue.sequences().get(order)).containsExactly(1, 2);
    }

    @Test
    void queueAway_thenBack_drainsTheBacklogInOrderWithoutCountingTries() {
        List<UUID> orders = orders(200);
        queue.away = true;
        Relay relay = relay();
        write(orders, 1, 2);
        relay.nudge();
        await().until(() -> queue.attempts >= 8);
        write(orders, 3, 3);
        assertThat(database.number("SELECT max(attempts) FROM outbox")).isZero();
        assertThat(metrics.get("outbox.relay.failures").counter().count()).isPositive();

        queue.away = false;

        await().until(() -> waiting() == 0);
        assertThat(queue.sequences())
                .hasSize(200)
                .allSatisfy((order, sequences) -> assertThat(sequences).containsExactly(1, 2, 3));
    }

    @Test
    void relays_threeAtOnceWhileEventsAreWritten_deliverEachInOrderAndOnce() {
        queue.maxMillis = 5;
        List<UUID> orders = orders(400);
        Relay one = relay();
        Relay two = relay();
        Relay three = relay();
        for (int sequence = 1; sequence <= 10; sequence++) {
            write(orders, sequence, sequence);
            one.nudge();
            two.nudge();
            three.nudge();
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> waiting() == 0);

        assertThat(queue.sequences())
                .hasSize(400)
                .allSatisfy((order, sequences) -> assertThat(sequences).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    }

    @Test
    void rowThatCommitsLate_isDeliveredAlthoughLaterOnesWereBefore() throws Exception {
        UUID late = new UUID(1, 4);
        UUID early = new UUID(2, 4);
        Relay relay = relay();
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            writeUncommitted(connection, late);
            write(List.of(early), 1, 1);
            relay.runNow().await();
            assertThat(queue.sequences()).containsOnlyKeys(early);

            connection.commit();
        }
        relay.runNow().await();

        assertThat(queue.sequences()).containsOnlyKeys(early, late);
    }

    @Test
    void shardThatAnotherRelayHolds_isTakenUpWithoutANudgeOnceItIsFree() throws Exception {
        UUID order = new UUID(1, 4);
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            try (var lock = other.createStatement()) {
                lock.execute("SELECT pg_advisory_xact_lock(" + 0x6f757462 + ", 0)");
            }
            write(List.of(order), 1, 1);
            write(List.of(new UUID(1, 5)), 1, 1);
            Relay relay = relay();
            relay.nudge();
            await().until(() -> queue.sequences().containsKey(new UUID(1, 5)));
            relay.runNow().await();
            assertThat(queue.sequences()).doesNotContainKey(order);

            other.rollback();
        }

        await().until(() -> queue.sequences().containsKey(order));
    }

    @Test
    void databaseAway_relayTriesOn() {
        Relay relay = new Relay(vertx, poolWhereNobodyListens(), store, queue, SETTINGS, givesWay::get, metrics);
        relays.add(relay);

        relay.nudge();

        await().until(() -> metrics.get("outbox.relay.failures").counter().count() >= 3);
        assertThat(queue.attempts).isZero();
    }

    @Test
    void stop_duringACycle_finishesItAndBeginsNoOther() {
        write(orders(1), 1, 1);
        queue.gate = Promise.promise();
        Relay relay = relay();
        relay.nudge();
        await().until(() -> queue.attempts == 1);

        Future<Void> stopped = relay.stop();

        await().during(Duration.ofMillis(50)).until(() -> !stopped.isComplete());
        queue.gate.complete();
        stopped.await();
        assertThat(waiting()).isZero();
        write(orders(1), 1, 1);
        relay.nudge();
        relay.runNow().await();
        assertThat(queue.attempts).isEqualTo(1);
    }

    @Test
    void stop_atIdleOrWhileResting_isDoneAtOnce() {
        Relay relay = relay();
        relay.runNow().await();

        relay.stop().await();
        relay.stop().await();

        relay.nudge();
        relay.runNow().await();
        assertThat(queue.attempts).isZero();
    }

    @Test
    void gauges_afterARefresh_showWhatWaitsAndWhatIsSetAside() {
        OutboxGauges gauges = new OutboxGauges(database.pools().readers(), store, metrics);
        write(orders(7), 1, 3);
        database.query("UPDATE outbox SET created_at = now() - interval '90 seconds' WHERE sequence = 2");
        database.query("UPDATE outbox SET set_aside_at = now() WHERE sequence = 1");

        gauges.refresh().await();

        assertThat(metrics.get("outbox.lag.rows").gauge().value()).isEqualTo(14);
        assertThat(metrics.get("outbox.lag.seconds").gauge().value()).isBetween(90.0, 120.0);
        assertThat(metrics.get("outbox.set.aside").gauge().value()).isEqualTo(7);
    }

    @Test
    void lag_bigBacklog_isEstimatedFromAbove() {
        write(orders(6_000), 1, 2);
        database.query("DELETE FROM outbox WHERE sequence = 2 AND id % 10 = 0");
        long waiting = waiting();

        OutboxStore.Lag lag = store.lag(database.pools().readers()).await();

        assertThat(waiting).isGreaterThan(OutboxStore.COUNTED);
        assertThat(lag.rows()).isBetween(waiting, 12_000L);
    }

    @Test
    void lag_emptyOutbox_isZero() {
        assertThat(store.lag(database.pools().readers()).await()).isEqualTo(new OutboxStore.Lag(0, 0, 0));
    }

    private Relay relay() {
        Relay relay = new Relay(vertx, database.pools().relay(), store, queue, SETTINGS, givesWay::get, metrics);
        relays.add(relay);
        return relay;
    }

    private static List<UUID> orders(int number) {
        return IntStream.range(0, number).mapToObj(i -> UUID.randomUUID()).toList();
    }

    private static void write(List<UUID> orders, int firstSequence, int lastSequence) {
        database.query(WRITE_EVENTS, orders.toArray(UUID[]::new), firstSequence, lastSequence);
    }

    private static void writeUncommitted(Connection connection, UUID order) throws Exception {
        try (var statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO order_events VALUES ('" + order + "', 1, 'order.placed', '{}', 'test', now())");
            statement.execute("INSERT INTO outbox (shard, order_id, sequence) VALUES (outbox_shard('" + order + "'), '"
                    + order + "', 1)");
        }
    }

    private static long waiting() {
        return database.number("SELECT count(*) FROM outbox");
    }

    private static Pool poolWhereNobodyListens() {
        return PgBuilder.pool()
                .connectingTo(new PgConnectOptions().setHost("127.0.0.1").setPort(1))
                .using(vertx)
                .build();
    }
}
