package dev.orderengine.database;

import static dev.orderengine.database.Columns.time;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Idempotency keys that keep the answer of their request. All happens in the transaction of what the request does, so that neither is
 * ever without the other; a repeat that comes meanwhile waits for that transaction. Keys are claimed before any other row is locked.
 */
public final class AnsweredKeys {

    // One that is older than a day is taken over.
    private static final String CLAIM = """
            INSERT INTO idempotency_keys AS k (caller, key, request_hash, order_id, created_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (caller, key) DO UPDATE
                SET request_hash = excluded.request_hash, order_id = excluded.order_id, created_at = excluded.created_at,
                    response_status = NULL, response_body = NULL
                WHERE k.created_at < excluded.created_at - interval '24 hours'""";

    private static final String KNOWN = """
            SELECT request_hash = $3 AS same_request, response_status, response_body
            FROM idempotency_keys WHERE caller = $1 AND key = $2""";

    private static final String ANSWER = """
            UPDATE idempotency_keys SET response_status = $3, response_body = $4 WHERE caller = $1 AND key = $2""";

    private static final String RELEASE = "DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2";

    /**
     * What a request was answered.
     *
     * @param status HTTP's
     */
    public record Answer(int status, String body) {}

    /** What a key says. */
    private sealed interface Claim {

        /** It is this request's now. */
        record Granted() implements Claim {}

        /** The same request was done before, with that answer. */
        record Answered(Answer answer) implements Claim {}

        /** It stands for another request. */
        record Reused() implements Claim {}
    }

    /**
     * Does what a request wants, unless it was done under its key before.
     *
     * @param key null if the request has none: it is done whenever it comes
     * @param work in the same transaction
     * @param format makes the answer of what was done; empty if that is a refusal, which changed nothing
     */
    public <T> Future<Once<T>> once(
            SqlClient transaction, RequestKey key, Supplier<Future<T>> work, Function<T, Optional<Answer>> format) {
        if (key == null) {
            return work.get().map(result -> made(result, format));
        }
        return claim(transaction, key).compose(claim -> {
            if (claim instanceof Claim.Answered answered) {
                return Future.succeededFuture(new Once.Repeated<>(answered.answer()));
            }
            return claim instanceof Claim.Reused
                    ? Future.succeededFuture(new Once.KeyReused<>())
                    : work.get().map(result -> made(result, format)).compose(made -> settle(transaction, key, made));
        });
    }

    private static <T> Once<T> made(T result, Function<T, Optional<Answer>> format) {
        return format.apply(result)
                .<Once<T>>map(answer -> new Once.Done<>(result, answer))
                .orElseGet(() -> new Once.Refused<>(result));
    }

    private <T> Future<Once<T>> settle(SqlClient transaction, RequestKey key, Once<T> made) {
        Future<Void> settled =
                made instanceof Once.Done<T> done ? answer(transaction, key, done.answer()) : release(transaction, key);
        return settled.map(made);
    }

    private Future<Claim> claim(SqlClient transaction, RequestKey key) {
        return transaction
                .preparedQuery(CLAIM)
                .execute(Tuple.of(key.caller(), key.key(), key.requestHash(), key.id(), time(key.at())))
                .compose(claimed -> claimed.rowCount() == 1
                        ? Future.succeededFuture(new Claim.Granted())
                        : known(transaction, key));
    }

    private Future<Void> answer(SqlClient transaction, RequestKey key, Answer answer) {
        return transaction
                .preparedQuery(ANSWER)
                .execute(Tuple.of(key.caller(), key.key(), answer.status(), answer.body()))
                .mapEmpty();
    }

    private Future<Void> release(SqlClient transaction, RequestKey key) {
        return transaction
                .preparedQuery(RELEASE)
                .execute(Tuple.of(key.caller(), key.key()))
                .mapEmpty();
    }

    private Future<Claim> known(SqlClient transaction, RequestKey key) {
        return transaction
                .preparedQuery(KNOWN)
                .execute(Tuple.of(key.caller(), key.key(), key.requestHash()))
                // It may have run out, and be forgotten, just now.
                .compose(found -> found.size() == 0 ? claim(transaction, key) : Future.succeededFuture(said(found)));
    }

    private static Claim said(RowSet<Row> found) {
        Row row = found.iterator().next();
        Integer status = row.getInteger("response_status");
        return row.getBoolean("same_request") && status != null
                ? new Claim.Answered(new Answer(status, row.getString("response_body")))
                : new Claim.Reused();
    }
}
