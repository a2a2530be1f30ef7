package dev.orderengine.order;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import dev.orderengine.seal.TokenSeal;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Writes what changes want done with money: rows of {@code payments} and {@code refunds}, which whoever runs those jobs carries out.
 * Payments are locked by id, after their orders.
 */
public final class MoneyEffects implements EffectWriter {

    /** What the engine cannot ask a provider for is left to a person. */
    private static final String BY_HAND = PaymentMethod.BANK_TRANSFER.provider();

    // Taking up a payment locks its order too: what is still 'created' under the order's lock stays uncharged.
    private static final String UNCHARGED = """
            WITH uncharged AS (
                SELECT id, order_id FROM payments
                WHERE order_id = ANY ($1) AND state = 'created'
                ORDER BY id FOR NO KEY UPDATE)
            """;

    private static final String GIVE_UP = UNCHARGED + """
            UPDATE payments p SET state = 'failed', next_at = NULL, token = NULL, updated_at = c.at
            FROM uncharged u JOIN unnest($1::uuid[], $2::timestamptz[]) AS c (order_id, at) ON c.order_id = u.order_id
            WHERE p.id = u.id""";

    private static final String MAKE_DUE = UNCHARGED + """
            UPDATE payments p SET next_at = c.due, updated_at = c.due
            FROM uncharged u JOIN unnest($1::uuid[], $2::timestamptz[]) AS c (order_id, due) ON c.order_id = u.order_id
            WHERE p.id = u.id AND p.provider <> $3""";

    private static final String CHANGE_AMOUNT = UNCHARGED + """
            UPDATE payments p SET amount = c.amount, updated_at = c.at
            FROM uncharged u
            JOIN unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) AS c (order_id, at, amount) ON c.order_id = u.order_id
            WHERE p.id = u.id""";

    private static final String ATTEMPT = """
            INSERT INTO payments (id, order_id, provider, amount, currency, state, token, next_at, traceparent, created_at, updated_at)
            SELECT a.id, a.order_id, a.provider, a.amount, a.currency, 'created', a.token,
                   CASE WHEN a.provider <> $9 THEN a.at END, a.traceparent, a.at, a.at
            FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])
                AS a (order_id, at, id, provider, amount, currency, token, traceparent)""";

    private static final String CAPTURE = """
            UPDATE payments p SET capture_amount = least(c.amount, p.amount), next_at = c.at, updated_at = c.at
            FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[]) AS c (order_id, at, amount)
            WHERE p.order_id = c.order_id AND p.state = 'authorized' AND p.capture_amount IS NULL""";

    private static final String RECEIVE = """
            UPDATE payments p
            SET captured = p.captured + c.received, flagged = NOT c.settles, updated_at = c.at,
                state = CASE WHEN NOT c.settles THEN 'processing' WHEN p.refunded > 0 THEN 'partially_refunded' ELSE 'captured' END
            FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::bigint[], $5::boolean[])
                AS c (order_id, at, id, received, settles)
            WHERE p.id = c.id""";

    private static final String GIVE_BACK = """
            WITH wanted AS (
                SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::text[], $8::text[])
                    AS w (order_id, at, id, payment_id, kind, amount, reason, traceparent)),
            paid AS (
                SELECT p.id, p.provider, p.currency FROM payments p
                WHERE p.id IN (SELECT payment_id FROM wanted)
                ORDER BY p.id FOR NO KEY UPDATE),
            counted AS (
                UPDATE payments p SET refunding = p.refunding + w.amount, updated_at = w.at
                FROM (SELECT payment_id, sum(amount)::bigint AS amount, max(at) AS at
                      FROM wanted WHERE kind = 'refund' GROUP BY payment_id) w
                WHERE p.id = w.payment_id)
            INSERT INTO refunds (id, order_id, payment_id, provider, kind, amount, currency, reason, state, next_at, flagged,
                                 traceparent, created_at, updated_at)
            SELECT w.id, w.order_id, w.payment_id, paid.provider, w.kind, w.amount, paid.currency, w.reason, 'pending',
                   CASE WHEN paid.provider <> $9 THEN w.at END, paid.provider = $9, w.traceparent, w.at, w.at
            FROM wanted w JOIN paid ON paid.id = w.payment_id""";

    private final TokenSeal tokens;

    /** @param tokens encrypts the payment tokens */
    public MoneyEffects(TokenSeal tokens) {
        this.tokens = tokens;
    }

    @Override
    public Set<Class<? extends Effect>> kinds() {
        return Set.of(
                Effect.GiveUpPayments.class,
                Effect.MakePaymentDue.class,
                Effect.ChangePaymentAmount.class,
                Effect.AttemptPayment.class,
                Effect.CapturePayment.class,
                Effect.ReceiveTransfer.class,
                Effect.GiveBack.class);
    }

    @Override
    public Future<Void> write(SqlClient transaction, List<Effected<Effect>> effects) {
        return giveUp(transaction, EffectWriter.of(Effect.GiveUpPayments.class, effects))
                .compose(done -> makeDue(transaction, EffectWriter.of(Effect.MakePaymentDue.class, effects)))
                .compose(done -> changeAmount(transaction, EffectWriter.of(Effect.ChangePaymentAmount.class, effects)))
                .compose(done -> attempt(transaction, EffectWriter.of(Effect.AttemptPayment.class, effects)))
                .compose(done -> capture(transaction, EffectWriter.of(Effect.CapturePayment.class, effects)))
                .compose(done -> receive(transaction, EffectWriter.of(Effect.ReceiveTransfer.class, effects)))
                .compose(done -> giveBack(transaction, EffectWriter.of(Effect.GiveBack.class, effects)));
    }

    private static Future<Void> giveUp(SqlClient transaction, List<Effected<Effect.GiveUpPayments>> effects) {
        return execute(transaction, GIVE_UP, effects, orders(effects));
    }

    private static Future<Void> makeDue(SqlClient transaction, List<Effected<Effect.MakePaymentDue>> effects) {
        return execute(transaction, MAKE_DUE, effects, orders(effects).addString(BY_HAND));
    }

    private static Future<Void> changeAmount(
            SqlClient transaction, List<Effected<Effect.ChangePaymentAmount>> effects) {
        Tuple tuple = orders(effects)
                .addArrayOfLong(
                        column(effects, effect -> effect.effect().amount().minor(), Long[]::new));
        return execute(transaction, CHANGE_AMOUNT, effects, tuple);
    }

    private Future<Void> attempt(SqlClient transaction, List<Effected<Effect.AttemptPayment>> effects) {
        Tuple tuple = orders(effects)
                .addArrayOfUUID(column(effects, effect -> effect.effect().paymentId(), UUID[]::new))
                .addArrayOfString(
                        column(effects, effect -> effect.effect().method().provider(), String[]::new))
                .addArrayOfLong(
                        column(effects, effect -> effect.effect().amount().minor(), Long[]::new))
                .addArrayOfString(column(
                        effects, effect -> effect.effect().amount().currency().getCurrencyCode(), String[]::new))
                .addArrayOfString(column(effects, effect -> sealedToken(effect.effect()), String[]::new))
                .addArrayOfString(column(effects, effect -> effect.change().traceparent(), String[]::new))
                .addString(BY_HAND);
        return execute(transaction, ATTEMPT, effects, tuple);
    }

    private String sealedToken(Effect.AttemptPayment attempt) {
        return tokens.seal(attempt.token(), attempt.paymentId());
    }

    private static Future<Void> capture(SqlClient transaction, List<Effected<Effect.CapturePayment>> effects) {
        Tuple tuple = orders(effects)
                .addArrayOfLong(
                        column(effects, effect -> effect.effect().amount().minor(), Long[]::new));
        return execute(transaction, CAPTURE, effects, tuple);
    }

    private static Future<Void> receive(SqlClient transaction, List<Effected<Effect.ReceiveTransfer>> effects) {
        Tuple tuple = orders(effects)
                .addArrayOfUUID(column(effects, effect -> effect.effect().paymentId(), UUID[]::new))
                .addArrayOfLong(
                        column(effects, effect -> effect.effect().received().minor(), Long[]::new))
                .addArrayOfBoolean(column(effects, effect -> effect.effect().settles(), Boolean[]::new));
        return execute(transaction, RECEIVE, effects, tuple);
    }

    private static Future<Void> giveBack(SqlClient transaction, List<Effected<Effect.GiveBack>> effects) {
        if (effects.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple tuple = orders(effects)
                .addArrayOfUUID(column(effects, effect -> effect.effect().refundId(), UUID[]::new))
                .addArrayOfUUID(column(effects, effect -> effect.effect().paymentId(), UUID[]::new))
                .addArrayOfString(
                        column(effects, effect -> effect.effect().kind().wire(), String[]::new))
                .addArrayOfLong(
                        column(effects, effect -> effect.effect().amount().minor(), Long[]::new))
                .addArrayOfString(column(effects, effect -> effect.effect().reason(), String[]::new))
                .addArrayOfString(column(effects, effect -> effect.change().traceparent(), String[]::new))
                .addString(BY_HAND);
        return transaction
                .preparedQuery(GIVE_BACK)
                .execute(tuple)
                .compose(written -> written.rowCount() == effects.size()
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException("a refund of a payment that is not there")));
    }

    private static <E extends Effect> Future<Void> execute(
            SqlClient transaction, String statement, List<Effected<E>> effects, Tuple tuple) {
        return effects.isEmpty()
                ? Future.succeededFuture()
                : transaction.preparedQuery(statement).execute(tuple).mapEmpty();
    }

    private static <E extends Effect> Tuple orders(List<Effected<E>> effects) {
        return Tuple.tuple()
                .addArrayOfUUID(column(effects, Effected::orderId, UUID[]::new))
                .addArrayOfOffsetDateTime(
                        column(effects, effect -> time(effect.change().at()), OffsetDateTime[]::new));
    }
}
