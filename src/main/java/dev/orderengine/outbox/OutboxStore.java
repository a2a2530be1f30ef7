package dev.orderengine.outbox;

import dev.orderengine.database.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;

/** The outbox table. A row is visible when its event is; a delivered one is deleted by its key, so that late commits are never passed over. */
public final class OutboxStore {

    /** Rows up to which a backlog is counted; beyond it is estimated. */
    static final int COUNTED = 10_000;

    /** The first half of the keys of the advisory locks: "outb". */
    private static final int LOCKS = 0x6f757462;

    private static final String SHARDS_WITH_DUE_ROWS = """
            SELECT s.shard
            FROM generate_series(0, 3) AS s (shard)
            WHERE EXISTS (
                SELECT FROM outbox o
                WHERE o.shard = s.shard AND o.set_aside_at IS NULL AND (o.not_before IS NULL OR o.not_before <= now()))""";

    private static final String CLAIM = "SELECT pg_try_advisory_xact_lock($1, $2) AS claimed";

    // Events behind a delayed one of their order wait with it: NOT IN is one hash of the few delayed rows. OFFSET 0
    // keeps
    // the look-up of the events by their key, whatever the statistics of a table that fills and empties all the time
    // say.
    private static final String DUE = """
            WITH due AS MATERIALIZED (
                SELECT o.id, o.order_id, o.sequence, o.traceparent, o.attempts
                FROM outbox o
                WHERE o.shard = $1 AND o.set_aside_at IS NULL AND (o.not_before IS NULL OR o.not_before <= now())
                  AND o.order_id NOT IN (
                      SELECT d.order_id FROM outbox d WHERE d.shard = $1 AND d.not_before > now())
                ORDER BY o.id
                LIMIT $2)
            SELECT d.id, d.order_id, d.sequence, d.traceparent, d.attempts, e.type, e.data::text AS data, e.at
            FROM due d
            CROSS JOIN LATERAL (
                SELECT type, data, at FROM order_events WHERE order_id = d.order_id AND sequence = d.sequence OFFSET 0) e
            ORDER BY d.id""";

    private static final String DELIVERED = "DELETE FROM outbox WHERE shard = $1 AND id = ANY ($2)";

    private static final String REFUSED = """
            UPDATE outbox o
            SET attempts = o.attempts + 1, last_error = r.reason,
                not_before = CASE WHEN NOT r.set_aside THEN clock_timestamp() + r.delay_ms * interval '1 millisecond' END,
                set_aside_at = CASE WHEN r.set_aside THEN clock_timestamp() END
            FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::boolean[]) AS r (id, reason, delay_ms, set_aside)
            WHERE o.shard = $1 AND o.id = r.id""";

    private static final String LAG = """
            WITH oldest AS (
                SELECT o.id, o.created_at
                FROM generate_series(0, 3) AS s (shard)
                CROSS JOIN LATERAL (
                    SELECT id, created_at FROM outbox
                    WHERE shard = s.shard AND set_aside_at IS NULL ORDER BY id LIMIT 1) o),
            newest AS (
                SELECT max(o.id) AS id
                FROM generate_series(0, 3) AS s (shard)
                CROSS JOIN LATERAL (SELECT id FROM outbox WHERE shard = s.shard ORDER BY id DESC LIMIT 1) o),
            counted AS (
                SELECT count(*) AS number FROM (SELECT FROM outbox WHERE set_aside_at IS NULL LIMIT $1) o)
            SELECT CASE WHEN c.number < $1 THEN c.number
                        ELSE greatest(c.number, (SELECT id FROM newest) - (SELECT min(id) FROM oldest) + 1) END AS waiting,
                   coalesce((SELECT extract(epoch FROM clock_timestamp() - min(created_at)) FROM oldest), 0)::float8 AS seconds,
                   (SELECT count(*) FROM (SELECT FROM outbox WHERE set_aside_at IS NOT NULL LIMIT $1) o) AS set_aside
            FROM counted c""";

    /**
     * How far the relays are behind.
     *
     * @param rows events that wait, without those set aside: exact below 10,000, else the span of their keys, which is never
     *     less than their number
     * @param seconds age of the oldest that waits, 0 if none does
     * @param setAside events set aside, counted up to 10,000
     */
    public record Lag(long rows, double seconds, long setAside) {}

    /**
     * A refused row.
     *
     * @param delay until it is tried again
     * @param setAside whether it is not tried again until a person says so
     */
    record Refusal(long row, String reason, Duration delay, boolean setAside) {}

    /** The shards that have events to deliver now. */
    Future<List<Integer>> shardsWithDueRows(SqlClient client) {
        return client.preparedQuery(SHARDS_WITH_DUE_ROWS)
                .execute()
                .map(rows -> Rows.list(rows, row -> row.getInteger(0)));
    }

    /** Makes the transaction the only one that relays the shard, until it ends; false if another one does so already. */
    Future<Boolean> claim(SqlClient transaction, int shard) {
        return transaction
                .preparedQuery(CLAIM)
                .execute(Tuple.of(LOCKS, shard))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** The first events of a claimed shard that may be delivered now, in the order of their keys. */
    Future<List<OutboxEvent>> due(SqlClient transaction, int shard, int limit) {
        return transaction
                .preparedQuery(DUE)
                .execute(Tuple.of((short) shard, (long) limit))
                .map(rows -> Rows.list(rows, OutboxStore::event));
    }

    /** Deletes delivered rows. */
    Future<Void> delivered(SqlClient transaction, int shard, List<Long> rows) {
        if (rows.isEmpty()) {
            return Future.succeededFuture();
        }
        return transaction
                .preparedQuery(DELIVERED)
                .execute(Tuple.of((short) shard).addArrayOfLong(rows.toArray(Long[]::new)))
                .mapEmpty();
    }

    /** Notes one more attempt of refused rows. */
    Future<Void> refused(SqlClient transaction, int shard, List<Refusal> refusals) {
        if (refusals.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple tuple = Tuple.of((short) shard)
                .addArrayOfLong(refusals.stream().map(Refusal::row).toArray(Long[]::new))
                .addArrayOfString(refusals.stream().map(Refusal::reason).toArray(String[]::new))
                .addArrayOfLong(refusals.stream()
                        .map(refusal -> refusal.delay().toMillis())
                        .toArray(Long[]::new))
                .addArrayOfBoolean(refusals.stream().map(Refusal::setAside).toArray(Boolean[]::new));
        return transaction.preparedQuery(REFUSED).execute(tuple).mapEmpty();
    }

    /** How far all relays together are behind; cheap whatever the backlog. */
    public Future<Lag> lag(SqlClient client) {
        return client.preparedQuery(LAG)
                .execute(Tuple.of((long) COUNTED))
                .map(rows -> rows.iterator().next())
                .map(row -> new Lag(row.getLong("waiting"), row.getDouble("seconds"), row.getLong("set_aside")));
    }

    private static OutboxEvent event(Row row) {
        return new OutboxEvent(
                row.getLong("id"),
                row.getUUID("order_id"),
                row.getInteger("sequence"),
                row.getString("type"),
                row.getString("data"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("traceparent"),
                row.getShort("attempts"));
    }
}
