package dev.orderengine.notification;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What customers are to be told, and were. A row is what makes a mail unique, and knows no address: that is read when the mail is sent.
 * Each call is one statement.
 */
final class NotificationStore {

    private static final String NOTE = """
            WITH notice AS (
                SELECT n.*, c.email IS NOT NULL AS reachable
                FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) WITH ORDINALITY
                    AS n (order_id, sequence, kind, traceparent, place)
                LEFT JOIN orders o ON o.id = n.order_id
                LEFT JOIN customers c ON c.customer_id = o.customer_id),
            noted AS (
                INSERT INTO notifications (order_id, sequence, kind, state, next_at, traceparent, created_at, updated_at)
                SELECT DISTINCT ON (order_id, sequence, kind) order_id, sequence, kind, 'waiting', $5, traceparent, $5, $5
                FROM notice
                WHERE reachable
                ORDER BY order_id, sequence, kind
                ON CONFLICT DO NOTHING
                RETURNING order_id, sequence, kind)
            SELECT n.reachable, t.kind IS NOT NULL AS fresh
            FROM notice n
            LEFT JOIN noted t USING (order_id, sequence, kind)
            ORDER BY n.place""";

    private static final String BACKLOG = """
            SELECT count(*) AS due,
                   coalesce(extract(epoch FROM $1::timestamptz - min(next_at)), 0)::float8 AS age,
                   (SELECT count(*) FROM (SELECT FROM notifications WHERE state = 'dead' LIMIT 10000) d) AS dead
            FROM (SELECT next_at FROM notifications WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at LIMIT 10000) w""";

    // Whoever ended between this and the answer of the mail server leaves a row in 'sending', of which nobody knows
    // whether it was sent.
    private static final String CLAIM = """
            WITH due AS (
                SELECT order_id, sequence, kind FROM notifications
                WHERE state = 'waiting' AND next_at <= $1
                ORDER BY next_at
                LIMIT $2
                FOR NO KEY UPDATE SKIP LOCKED),
            taken AS (
                UPDATE notifications n SET state = 'sending', attempts = n.attempts + 1, next_at = $3, updated_at = $1
                FROM due d
                WHERE n.order_id = d.order_id AND n.sequence = d.sequence AND n.kind = d.kind
                RETURNING n.order_id, n.sequence, n.kind, n.attempts, n.traceparent)
            SELECT t.*, o.status, o.currency, o.total_amount, c.email, c.name, c.locale, e.type, e.data::text AS data,
                   (SELECT jsonb_agg(jsonb_build_object(
                               'product_id', i.product_id, 'name', coalesce(p.name, i.product_id), 'quantity', i.quantity,
                               'unit_price', i.unit_price))::text
                    FROM jsonb_to_recordset(o.items) AS i (product_id text, quantity int, unit_price bigint)
                    LEFT JOIN products p ON p.product_id = i.product_id) AS items
            FROM taken t
            LEFT JOIN orders o ON o.id = t.order_id
            LEFT JOIN order_events e ON e.order_id = t.order_id AND e.sequence = t.sequence
            LEFT JOIN customers c ON c.customer_id = o.customer_id""";

    private static final String SETTLE = """
            UPDATE notifications SET state = $5, next_at = $6, reason = $7, updated_at = $8, in_doubt = $9
            WHERE order_id = $1 AND sequence = $2 AND kind = $3 AND attempts = $4 AND state = 'sending'""";

    private static final String GIVE_UP_INTERRUPTED = """
            UPDATE notifications SET state = 'dead', in_doubt = true, next_at = NULL, updated_at = $1,
                   reason = 'interrupted while it was sent: may have been, is not sent again'
            WHERE state = 'sending' AND next_at <= $1""";

    private static final String FORGET = """
            DELETE FROM notifications WHERE updated_at < $1 AND next_at IS NULL""";

    private final Pool writers;

    NotificationStore(Pool writers) {
        this.writers = writers;
    }

    /** What became of a notice. */
    enum Noted {
        NEW,
        KNOWN,
        UNREACHABLE
    }

    /**
     * A mail that was claimed, with what is known now of its order and customer.
     *
     * @param attempt its number, which is also the fencing token
     * @param status of the order now; null if there is no such order, and then all that follows is
     * @param items JSON: product_id, name, quantity, unit_price in minor units
     * @param data of the event, JSON
     */
    record Claimed(
            UUID orderId,
            int sequence,
            Kind kind,
            int attempt,
            String traceparent,
            String status,
            String currency,
            long total,
            String items,
            String eventType,
            String data,
            String email,
            String name,
            String locale) {

        /** The record without what must never be logged. */
        @Override
        public String toString() {
            return kind.wire() + " of order " + orderId + "/" + sequence + ", try " + attempt;
        }
    }

    /** @param ageSeconds of the first due one */
    record Backlog(long due, double ageSeconds, long dead) {}

    /** Notes down what is to be told, unless it was before; one result for each, in order. */
    Future<List<Noted>> note(List<Notice> notices, Instant now) {
        Tuple parameters = Tuple.tuple()
                .addArrayOfUUID(column(notices, Notice::orderId, UUID[]::new))
                .addArrayOfInteger(column(notices, Notice::sequence, Integer[]::new))
                .addArrayOfString(column(notices, notice -> notice.kind().wire(), String[]::new))
                .addArrayOfString(column(notices, Notice::traceparent, String[]::new))
                .addOffsetDateTime(time(now));
        return writers.preparedQuery(NOTE).execute(parameters).map(rows -> Rows.list(rows, NotificationStore::noted));
    }

    /** What waits now. */
    Future<Backlog> backlog(Instant now) {
        return writers.preparedQuery(BACKLOG)
                .execute(Tuple.of(time(now)))
                .map(rows -> rows.iterator().next())
                .map(row -> new Backlog(row.getLong("due"), row.getDouble("age"), row.getLong("dead")));
    }

    /** Takes mails to be sent now: from here on each is sent at most once. */
    Future<List<Claimed>> claim(int most, Duration lease, Instant now) {
        return writers.preparedQuery(CLAIM)
                .execute(Tuple.of(time(now), (long) most, time(now.plus(lease))))
                .map(rows -> Rows.list(rows, NotificationStore::claimed));
    }

    /** The mail server took it. */
    Future<Void> sent(Claimed mail, Instant now) {
        return settle(mail, "sent", null, null, false, now);
    }

    /** It is not to be sent. */
    Future<Void> skip(Claimed mail, String reason, Instant now) {
        return settle(mail, "skipped", null, reason, false, now);
    }

    /** It was certainly not sent, and is tried again at that time. */
    Future<Void> retry(Claimed mail, Instant at, String reason, Instant now) {
        return settle(mail, "waiting", at, reason, false, now);
    }

    /** It is given up, and left to a person. @param inDoubt whether it may have been sent */
    Future<Void> giveUp(Claimed mail, String reason, boolean inDoubt, Instant now) {
        return settle(mail, "dead", null, reason, inDoubt, now);
    }

    private Future<Void> settle(
            Claimed mail, String state, Instant nextAt, String reason, boolean inDoubt, Instant now) {
        return writers.preparedQuery(SETTLE)
                .execute(Tuple.tuple()
                        .addUUID(mail.orderId())
                        .addInteger(mail.sequence())
                        .addString(mail.kind().wire())
                        .addInteger(mail.attempt())
                        .addString(state)
                        .addOffsetDateTime(time(nextAt))
                        .addString(reason)
                        .addOffsetDateTime(time(now))
                        .addBoolean(inDoubt))
                .mapEmpty();
    }

    /** Gives up what was claimed by engines that ended; says how many. */
    Future<Integer> giveUpInterrupted(Instant now) {
        return writers.preparedQuery(GIVE_UP_INTERRUPTED)
                .execute(Tuple.of(time(now)))
                .map(rows -> rows.rowCount());
    }

    /** Forgets what came to its end before that time. */
    Future<Void> forget(Instant before) {
        return writers.preparedQuery(FORGET).execute(Tuple.of(time(before))).mapEmpty();
    }

    private static Noted noted(Row row) {
        if (!row.getBoolean("reachable")) {
            return Noted.UNREACHABLE;
        }
        return row.getBoolean("fresh") ? Noted.NEW : Noted.KNOWN;
    }

    private static Claimed claimed(Row row) {
        Long total = row.getLong("total_amount");
        return new Claimed(
                row.getUUID("order_id"),
                row.getInteger("sequence"),
                Kind.of(row.getString("kind")),
                row.getInteger("attempts"),
                row.getString("traceparent"),
                row.getString("status"),
                row.getString("currency"),
                total == null ? 0 : total,
                row.getString("items"),
                row.getString("type"),
                row.getString("data"),
                row.getString("email"),
                row.getString("name"),
                row.getString("locale"));
    }
}
