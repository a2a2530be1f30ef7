package dev.orderengine.deadletter;

import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;

/** The dead letters in the database: events that were set aside, and mails that were given up. Each call is one statement. */
final class DeadLetterStore {

    private static final long COUNTED = 10_000;

    private static final String COUNT = """
            SELECT (SELECT count(*) FROM (SELECT FROM outbox WHERE set_aside_at IS NOT NULL LIMIT $1) o) AS events,
                   (SELECT count(*) FROM (SELECT FROM notifications WHERE state = 'dead' LIMIT $1) n) AS mails""";

    private static final String EVENTS = """
            SELECT o.order_id, o.sequence, e.type AS what, coalesce(o.last_error, 'unknown') AS reason, o.set_aside_at AS at,
                   true AS redrivable
            FROM outbox o
            CROSS JOIN LATERAL (
                SELECT type FROM order_events WHERE order_id = o.order_id AND sequence = o.sequence OFFSET 0) e
            WHERE o.set_aside_at IS NOT NULL
            ORDER BY o.set_aside_at DESC
            LIMIT $1""";

    private static final String REDRIVE_EVENTS = """
            UPDATE outbox o SET set_aside_at = NULL, not_before = NULL, attempts = 0
            FROM (SELECT shard, id FROM outbox
                  WHERE set_aside_at IS NOT NULL
                  ORDER BY set_aside_at
                  LIMIT $1
                  FOR UPDATE SKIP LOCKED) a
            WHERE o.shard = a.shard AND o.id = a.id""";

    private static final String MAILS = """
            SELECT order_id, sequence, kind AS what, reason, updated_at AS at, NOT in_doubt AS redrivable
            FROM notifications
            WHERE state = 'dead'
            ORDER BY updated_at DESC
            LIMIT $1""";

    private static final String REDRIVE_MAILS = """
            UPDATE notifications n SET state = 'waiting', attempts = 0, next_at = $2, reason = NULL, updated_at = $2
            FROM (SELECT order_id, sequence, kind FROM notifications
                  WHERE state = 'dead' AND NOT in_doubt
                  ORDER BY updated_at
                  LIMIT $1
                  FOR UPDATE SKIP LOCKED) d
            WHERE n.order_id = d.order_id AND n.sequence = d.sequence AND n.kind = d.kind""";

    /** How many there are, each counted up to 10,000. */
    record Counts(long events, long mails) {}

    Future<Counts> count(SqlClient client) {
        return client.preparedQuery(COUNT)
                .execute(Tuple.of(COUNTED))
                .map(rows -> rows.iterator().next())
                .map(row -> new Counts(row.getLong("events"), row.getLong("mails")));
    }

    Future<List<DeadLetter>> events(SqlClient client, long limit) {
        return letters(client, EVENTS, limit);
    }

    Future<List<DeadLetter>> mails(SqlClient client, long limit) {
        return letters(client, MAILS, limit);
    }

    /** Has the relays try events again, the oldest first; says how many. */
    Future<Integer> redriveEvents(SqlClient transaction, long most) {
        return transaction.preparedQuery(REDRIVE_EVENTS).execute(Tuple.of(most)).map(rows -> rows.rowCount());
    }

    /** Has mails sent that certainly were not, the oldest first; says how many. */
    Future<Integer> redriveMails(SqlClient transaction, long most, Instant now) {
        return transaction
                .preparedQuery(REDRIVE_MAILS)
                .execute(Tuple.of(most, time(now)))
                .map(rows -> rows.rowCount());
    }

    private static Future<List<DeadLetter>> letters(SqlClient client, String statement, long limit) {
        return client.preparedQuery(statement)
                .execute(Tuple.of(limit))
                .map(rows -> Rows.list(rows, DeadLetterStore::letter));
    }

    private static DeadLetter letter(Row row) {
        return new DeadLetter(
                row.getUUID("order_id"),
                row.getInteger("sequence"),
                row.getString("what"),
                row.getString("reason"),
                row.getOffsetDateTime("at").toInstant(),
                row.getBoolean("redrivable"));
    }
}
