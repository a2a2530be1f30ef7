package dev.orderengine.payment;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;
import static dev.orderengine.database.Rows.instant;

import dev.orderengine.money.Money;
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
import java.util.UUID;

/** Rows of {@code payments}, in transactions of the caller's. */
final class PaymentRows {

    private static final String COLUMNS = """
            id, order_id, provider, amount, currency, state, token, provider_ref, decline_code, captured, capture_amount, authorized_at,
            attempts, next_at, unknown_at, flagged, created_at, traceparent
            """;

    private static final String LOCK_DUE = "SELECT " + COLUMNS + """
            FROM payments
            WHERE provider = $1 AND next_at <= $2 AND state IN ('created', 'processing', 'unknown', 'authorized')
            ORDER BY next_at
            LIMIT $3
            FOR NO KEY UPDATE SKIP LOCKED""";

    private static final String LOCK = "SELECT " + COLUMNS + """
            FROM payments
            WHERE id = ANY ($1)
            ORDER BY id
            FOR NO KEY UPDATE""";

    private static final String WRITE = """
            UPDATE payments p
            SET state = c.state, token = c.token, provider_ref = c.provider_ref, decline_code = c.decline_code,
                captured = c.captured, attempts = c.attempts, next_at = c.next_at, unknown_at = c.unknown_at,
                flagged = c.flagged, capture_amount = c.capture_amount, authorized_at = c.authorized_at, updated_at = $13
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::int[], $8::timestamptz[],
                        $9::timestamptz[], $10::boolean[], $11::bigint[], $12::timestamptz[])
                AS c (id, state, token, provider_ref, decline_code, captured, attempts, next_at, unknown_at, flagged, capture_amount,
                      authorized_at)
            WHERE p.id = c.id""";

    private PaymentRows() {}

    /** Due payments of a provider, locked, the longest due first; those that somebody else holds are passed over. */
    static Future<List<Payment>> lockDue(SqlClient transaction, String provider, Instant now, int limit) {
        return transaction
                .preparedQuery(LOCK_DUE)
                .execute(Tuple.of(provider, time(now), limit))
                .map(PaymentRows::payments);
    }

    /** Payments, locked in the order of their ids; those that are not there are left out. */
    static Future<List<Payment>> lock(SqlClient transaction, UUID... ids) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.tuple().addArrayOfUUID(ids))
                .map(PaymentRows::payments);
    }

    static Future<Void> write(SqlClient transaction, List<Payment> payments, Instant now) {
        return transaction.preparedQuery(WRITE).execute(tuple(payments, now)).mapEmpty();
    }

    private static Tuple tuple(List<Payment> payments, Instant now) {
        return Tuple.tuple()
                .addArrayOfUUID(column(payments, Payment::id, UUID[]::new))
                .addArrayOfString(column(payments, payment -> payment.state().wire(), String[]::new))
                .addArrayOfString(column(payments, Payment::token, String[]::new))
                .addArrayOfString(column(payments, Payment::providerRef, String[]::new))
                .addArrayOfString(column(payments, Payment::declineCode, String[]::new))
                .addArrayOfLong(column(payments, Payment::captured, Long[]::new))
                .addArrayOfInteger(column(payments, Payment::attempts, Integer[]::new))
                .addArrayOfOffsetDateTime(column(payments, payment -> time(payment.nextAt()), OffsetDateTime[]::new))
                .addArrayOfOffsetDateTime(column(payments, payment -> time(payment.unknownAt()), OffsetDateTime[]::new))
                .addArrayOfBoolean(column(payments, Payment::flagged, Boolean[]::new))
                .addArrayOfLong(column(payments, Payment::toCapture, Long[]::new))
                .addArrayOfOffsetDateTime(
                        column(payments, payment -> time(payment.authorizedAt()), OffsetDateTime[]::new))
                .addOffsetDateTime(time(now));
    }

    private static List<Payment> payments(RowSet<Row> rows) {
        List<Payment> payments = new ArrayList<>(rows.size());
        rows.forEach(row -> payments.add(payment(row)));
        return payments;
    }

    private static Payment payment(Row row) {
        return new Payment(
                row.getUUID("id"),
                row.getUUID("order_id"),
                row.getString("provider"),
                new Money(row.getLong("amount"), Currency.getInstance(row.getString("currency"))),
                PaymentState.of(row.getString("state")),
                row.getString("token"),
                row.getString("provider_ref"),
                row.getString("decline_code"),
                row.getLong("captured"),
                row.getLong("capture_amount"),
                instant(row, "authorized_at"),
                row.getInteger("attempts"),
                instant(row, "next_at"),
                instant(row, "unknown_at"),
                row.getBoolean("flagged"),
                instant(row, "created_at"),
                row.getString("traceparent"));
    }
}
