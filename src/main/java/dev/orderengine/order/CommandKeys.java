package dev.orderengine.order;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The idempotency keys of commands. A key is held by an advisory lock while its command is at work, and written with the answer in
 * the transaction of the command's effect; a key whose command was refused is never written.
 */
final class CommandKeys {

    private static final String HOLD = """
            SELECT w.ord, k.request_hash = w.hash AS same_request, k.response_status, k.response_version, k.response_body,
                   pg_try_advisory_xact_lock(hashtextextended(w.caller || ' ' || w.key, 0)) AS held
            FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS w (caller, key, hash, ord)
            LEFT JOIN idempotency_keys k ON k.caller = w.caller AND k.key = w.key AND k.created_at >= $4""";

    // One that is older than a day is taken over. A fresh one came to be after HOLD had looked: then no row is written.
    private static final String WRITE = """
            INSERT INTO idempotency_keys AS k
                (caller, key, request_hash, order_id, response_status, response_version, response_body, created_at)
            SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::int[], $6::int[], $7::text[], $8::timestamptz[])
                AS w (caller, key, request_hash, order_id, response_status, response_version, response_body, created_at)
            ORDER BY w.caller COLLATE "C", w.key COLLATE "C"
            ON CONFLICT (caller, key) DO UPDATE
                SET request_hash = excluded.request_hash, order_id = excluded.order_id,
                    response_status = excluded.response_status, response_version = excluded.response_version,
                    response_body = excluded.response_body, created_at = excluded.created_at
                WHERE k.created_at < excluded.created_at - interval '24 hours'""";

    private static final long LIFE_HOURS = 24;

    /** Somebody else wrote the key after it was looked for; another look will find it. */
    static final class KeyTaken extends RuntimeException {

        private static final long serialVersionUID = 1L;

        KeyTaken() {
            super("an idempotency key was written meanwhile", null, false, false);
        }
    }

    /** Holds the keys until the transaction ends; gives what is known of the commands whose key answers by itself. */
    Future<Map<Execute, Execution>> hold(SqlClient transaction, List<Execute> commands, Instant now) {
        List<Execute> keyed =
                commands.stream().filter(command -> command.key() != null).toList();
        if (keyed.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Tuple tuple = keys(keyed).addOffsetDateTime(time(now.minusSeconds(LIFE_HOURS * 3_600)));
        return transaction.preparedQuery(HOLD).execute(tuple).map(rows -> known(keyed, rows));
    }

    private static Map<Execute, Execution> known(List<Execute> keyed, RowSet<Row> rows) {
        Map<Execute, Execution> known = new IdentityHashMap<>();
        Set<String> seen = new HashSet<>();
        for (Row row : rows) {
            Execute command = keyed.get((int) (row.getLong("ord") - 1));
            // The session that holds a lock gets it again: twice the same key in one batch shows here only.
            boolean first = seen.add(command.caller() + ' ' + command.key().value());
            if (row.getBoolean("same_request") != null) {
                known.put(command, answered(row));
            } else if (!first || !row.getBoolean("held")) {
                known.put(command, new Execution.Refused(new Refusal.KeyInUse()));
            }
        }
        return known;
    }

    private static Execution answered(Row row) {
        boolean replay = row.getBoolean("same_request") && row.getInteger("response_status") != null;
        return replay
                ? new Execution.Done(
                        row.getInteger("response_status"),
                        row.getInteger("response_version"),
                        row.getString("response_body"),
                        true)
                : new Execution.Refused(new Refusal.KeyReused());
    }

    /** Writes the keys with their answers; fails with {@link KeyTaken} if one came to be meanwhile. */
    Future<Void> write(SqlClient transaction, Map<Execute, Execution.Done> done, Instant now) {
        List<Execute> keyed =
                done.keySet().stream().filter(command -> command.key() != null).toList();
        if (keyed.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple tuple = keys(keyed)
                .addArrayOfUUID(column(keyed, Execute::orderId, UUID[]::new))
                .addArrayOfInteger(column(keyed, command -> done.get(command).status(), Integer[]::new))
                .addArrayOfInteger(column(keyed, command -> done.get(command).version(), Integer[]::new))
                .addArrayOfString(column(keyed, command -> done.get(command).body(), String[]::new))
                .addArrayOfOffsetDateTime(column(keyed, command -> time(now), OffsetDateTime[]::new));
        return transaction
                .preparedQuery(WRITE)
                .execute(tuple)
                .compose(written -> written.rowCount() == keyed.size()
                        ? Future.succeededFuture()
                        : Future.failedFuture(new KeyTaken()));
    }

    private static Tuple keys(List<Execute> keyed) {
        return Tuple.tuple()
                .addArrayOfString(column(keyed, Execute::caller, String[]::new))
                .addArrayOfString(column(keyed, command -> command.key().value(), String[]::new))
                .addArrayOfBuffer(column(keyed, command -> command.key().requestHash(), Buffer[]::new));
    }
}
