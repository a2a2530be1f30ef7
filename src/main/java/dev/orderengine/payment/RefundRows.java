package dev.orderengine.payment;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;
import static dev.orderengine.database.Rows.instant;

import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack.Kind;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of {@code refunds}, in transactions of the caller's. */
final class RefundRows {

    private static final String COLUMNS = """
            r.id, r.order_id, r.payment_id, p.provider_ref AS payment_ref, r.provider, r.kind, r.amount, r.currency, r.reason, r.state,
            r.provider_ref, r.failure_code, r.attempts, r.next_at, r.unknown_at, r.flagged, r.traceparent
            FROM refunds r JOIN payments p ON p.id = r.payment_id
            """;

    private static final String LOCK_DUE = "SELECT " + COLUMNS + """
            WHERE r.provider = $1 AND r.next_at <= $2
            ORDER BY r.next_at
            LIMIT $3
            FOR NO KEY UPDATE OF r SKIP LOCKED""";

    private static final String LOCK = "SELECT " + COLUMNS + """
            WHERE r.id = ANY ($1)
            ORDER BY r.id
            FOR NO KEY UPDATE OF r""";

    private static final String FIND = "SELECT " + COLUMNS + " WHERE r.id = $1 AND r.provider = $2";

    private static final String WRITE = """
            UPDATE refunds r
            SET state = c.state, provider_ref = c.provider_ref, failure_code = c.failure_code, attempts = c.attempts,
                next_at = c.next_at, unknown_at = c.unknown_at, flagged = c.flagged, updated_at = $9
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::timestamptz[], $7::timestamptz[], $8::boolean[])
                AS c (id, state, provider_ref, failure_code, attempts, next_at, unknown_at, flagged)
            WHERE r.id = c.id""";

    private RefundRows() {}

    /** Due refunds of a provider, locked, the longest due first; those that somebody else holds are passed over. */
    static Future<List<Refund>> lockDue(SqlClient transaction, String provider, Instant now, int limit) {
        return transaction
                .preparedQuery(LOCK_DUE)
                .execute(Tuple.of(provider, time(now), limit))
                .map(RefundRows::refunds);
    }

    /** Refunds, locked in the order of their ids. */
    static Future<List<Refund>> lock(SqlClient transaction, UUID... ids) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.tuple().addArrayOfUUID(ids))
                .map(RefundRows::refunds);
    }

    /** A refund of a provider, not locked. */
    static Future<Optional<Refund>> find(SqlClient transaction, String provider, UUID id) {
        return transaction
                .preparedQuery(FIND)
                .execute(Tuple.of(id, provider))
                .map(rows -> refunds(rows).stream().findFirst());
    }

    static Future<Void> write(SqlClient transaction, List<Refund> refunds, Instant now) {
        if (refunds.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(column(refunds, Refund::id, UUID[]::new))
                .addArrayOfString(column(refunds, refund -> refund.state().wire(), String[]::new))
                .addArrayOfString(column(refunds, Refund::providerRef, String[]::new))
                .addArrayOfString(column(refunds, Refund::failureCode, String[]::new))
                .addArrayOfInteger(column(refunds, Refund::attempts, Integer[]::new))
                .addArrayOfOffsetDateTime(column(refunds, refund -> time(refund.nextAt()), OffsetDateTime[]::new))
                .addArrayOfOffsetDateTime(column(refunds, refund -> time(refund.unknownAt()), OffsetDateTime[]::new))
                .addArrayOfBoolean(column(refunds, Refund::flagged, Boolean[]::new))
                .addOffsetDateTime(time(now));
        return transaction.preparedQuery(WRITE).execute(tuple).mapEmpty();
    }

    private static List<Refund> refunds(RowSet<Row> rows) {
        List<Refund> refunds = new ArrayList<>(rows.size());
        rows.forEach(row -> refunds.add(refund(row)));
        return refunds;
    }

    private static Refund refund(Row row) {
        return new Refund(
                row.getUUID("id"),
                row.getUUID("order_id"),
                row.getUUID("payment_id"),
                row.getString("payment_ref"),
                row.getString("provider"),
                Kind.of(row.getString("kind")),
                new Money(row.getLong("amount"), Currency.getInstance(row.getString("currency"))),
                row.getString("reason"),
                RefundState.of(row.getString("state")),
                row.getString("provider_ref"),
                row.getString("failure_code"),
                row.getInteger("attempts"),
                instant(row, "next_at"),
                instant(row, "unknown_at"),
                row.getBoolean("flagged"),
                row.getString("traceparent"));
    }
}
