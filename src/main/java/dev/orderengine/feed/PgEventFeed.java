package dev.orderengine.feed;

import dev.orderengine.database.Rows;
import dev.orderengine.order.OrderEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/** The feed in Postgres; how positions are given is told in {@code V10__event_feed.sql}. */
public final class PgEventFeed implements EventFeed {

    private static final String REACH = "SELECT forgotten_position, last_position FROM event_feed";

    private static final String FOLLOW = "SELECT event_position, order_id, sequence FROM follow_events($1, $2)";

    private static final String WRITTEN = "SELECT event_position, order_id, sequence FROM numbered_events($1, $2)";

    // OFFSET 0 keeps the look-up of each event by its key.
    private static final String EVENTS = """
            SELECT w.event_position, w.order_id, w.sequence, e.type, e.data, e.actor, e.at
            FROM unnest($1::bigint[], $2::uuid[], $3::int[]) AS w (event_position, order_id, sequence)
            CROSS JOIN LATERAL (
                SELECT type, data::text AS data, actor, at FROM order_events
                WHERE order_id = w.order_id AND sequence = w.sequence OFFSET 0) e
            ORDER BY w.event_position""";

    private static final String OF_ORDER = """
            SELECT sequence, type, data::text AS data, actor, at
            FROM order_events
            WHERE order_id = $1 AND sequence > $2
            ORDER BY sequence
            LIMIT $3""";

    private final Pool writers;
    private final Pool readers;

    /**
     * @param writers for giving positions
     * @param readers of the same server
     */
    public PgEventFeed(Pool writers, Pool readers) {
        this.writers = writers;
        this.readers = readers;
    }

    @Override
    public Future<Reach> reach() {
        return readers.preparedQuery(REACH)
                .execute()
                .map(rows -> rows.iterator().next())
                .map(row -> new Reach(row.getLong("forgotten_position"), row.getLong("last_position")));
    }

    @Override
    public Future<List<Written>> follow(long after, int most) {
        return written(writers, FOLLOW, after, most);
    }

    @Override
    public Future<List<Written>> written(long after, int most) {
        return written(readers, WRITTEN, after, most);
    }

    @Override
    public Future<List<FeedEvent>> events(List<Written> written) {
        if (written.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Tuple keys = Tuple.tuple()
                .addArrayOfLong(written.stream().map(Written::position).toArray(Long[]::new))
                .addArrayOfUUID(written.stream().map(Written::orderId).toArray(UUID[]::new))
                .addArrayOfInteger(written.stream().map(Written::sequence).toArray(Integer[]::new));
        return readers.preparedQuery(EVENTS).execute(keys).map(rows -> Rows.list(rows, PgEventFeed::feedEvent));
    }

    @Override
    public Future<List<OrderEvent>> ofOrder(UUID orderId, int after, int most) {
        return readers.preparedQuery(OF_ORDER)
                .execute(Tuple.of(orderId, after, most))
                .map(rows -> Rows.list(rows, PgEventFeed::event));
    }

    private static Future<List<Written>> written(Pool pool, String statement, long after, int most) {
        return pool.preparedQuery(statement)
                .execute(Tuple.of(after, most))
                .map(rows -> Rows.list(
                        rows,
                        row -> new Written(
                                row.getLong("event_position"), row.getUUID("order_id"), row.getInteger("sequence"))));
    }

    private static FeedEvent feedEvent(Row row) {
        return new FeedEvent(row.getLong("event_position"), row.getUUID("order_id"), event(row));
    }

    private static OrderEvent event(Row row) {
        return new OrderEvent(
                row.getInteger("sequence"),
                row.getString("type"),
                row.getString("data"),
                row.getString("actor"),
                row.getOffsetDateTime("at").toInstant());
    }
}
