package dev.orderengine.verification;

import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Rows;
import dev.orderengine.order.Verification;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The verifications, which are jobs until their code is sent. Each call is one statement. */
final class VerificationStore {

    // An order that waits for a code, and has no verification yet, gets one: whoever placed it, and whenever.
    private static final String OPEN = """
            INSERT INTO verifications (order_id, next_at, created_at)
            SELECT o.id, $1, $1
            FROM orders o
            WHERE o.status = 'pending_verification' AND NOT EXISTS (SELECT FROM verifications v WHERE v.order_id = o.id)
            ORDER BY o.id
            LIMIT $2
            ON CONFLICT DO NOTHING""";

    private static final String CLAIM = """
            WITH due AS (
                SELECT order_id FROM verifications
                WHERE next_at <= $1
                ORDER BY next_at
                LIMIT $2
                FOR NO KEY UPDATE SKIP LOCKED),
            taken AS (
                UPDATE verifications v SET attempts = v.attempts + 1, next_at = $3
                FROM due d WHERE v.order_id = d.order_id
                RETURNING v.order_id, v.attempts)
            SELECT t.order_id, t.attempts, o.status = 'pending_verification' AS wanted, c.email
            FROM taken t
            JOIN orders o ON o.id = t.order_id
            LEFT JOIN customers c ON c.customer_id = o.customer_id""";

    private static final String KEEP_CODE = """
            UPDATE verifications SET code_hash = $3, code_expires_at = $4, tries = 0 WHERE order_id = $1 AND attempts = $2""";

    private static final String SETTLE = """
            UPDATE verifications SET next_at = $3, sent_at = $4, last_error = $5 WHERE order_id = $1 AND attempts = $2""";

    private static final String FORGET = "DELETE FROM verifications WHERE created_at < $1 AND next_at IS NULL";

    private final Pool writers;

    VerificationStore(Pool writers) {
        this.writers = writers;
    }

    /**
     * One that was claimed.
     *
     * @param attempt its number, which is also the fencing token of its lease
     * @param wanted whether the order still waits for a code
     * @param email null if the customer has none
     */
    record Taken(UUID orderId, int attempt, boolean wanted, String email) {}

    /** Makes verifications for orders that wait for a code and have none. */
    Future<Void> open(int limit, Instant now) {
        return writers.preparedQuery(OPEN).execute(Tuple.of(time(now), limit)).mapEmpty();
    }

    /** Takes due ones, so that nobody else does until the lease runs out. */
    Future<List<Taken>> claim(int limit, Duration lease, Instant now) {
        return writers.preparedQuery(CLAIM)
                .execute(Tuple.of(time(now), limit, time(now.plus(lease))))
                .map(rows -> Rows.list(rows, VerificationStore::taken));
    }

    /** Keeps the hash of a code before that is sent; says whether the lease still holds. */
    Future<Boolean> keep(Taken taken, String code, Instant expiresAt) {
        return writers.preparedQuery(KEEP_CODE)
                .execute(Tuple.of(
                        taken.orderId(),
                        taken.attempt(),
                        Buffer.buffer(Verification.hash(taken.orderId(), code)),
                        time(expiresAt)))
                .map(written -> written.rowCount() == 1);
    }

    /** Nothing is to be done any more. @param sentAt null if no code was sent */
    Future<Void> close(Taken taken, Instant sentAt, String error) {
        return settle(taken, null, sentAt, error);
    }

    /** It is tried again at that time. */
    Future<Void> retry(Taken taken, Instant at, String error) {
        return settle(taken, at, null, error);
    }

    private Future<Void> settle(Taken taken, Instant nextAt, Instant sentAt, String error) {
        return writers.preparedQuery(SETTLE)
                .execute(Tuple.of(taken.orderId(), taken.attempt(), time(nextAt), time(sentAt), error))
                .mapEmpty();
    }

    /** Forgets those that were made before that time. */
    Future<Void> forget(Instant before) {
        return writers.preparedQuery(FORGET).execute(Tuple.of(time(before))).mapEmpty();
    }

    private static Taken taken(Row row) {
        return new Taken(
                row.getUUID("order_id"), row.getInteger("attempts"), row.getBoolean("wanted"), row.getString("email"));
    }
}
