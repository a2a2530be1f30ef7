package dev.orderengine.payment.webhook;

import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Database;
import dev.orderengine.payment.PgPayments;
import dev.orderengine.payment.PgRefunds;
import dev.orderengine.payment.Told;
import dev.orderengine.payment.webhook.Notice.Result;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Map;

/** Takes each notice once: that it came is written in the transaction of its effect. */
public final class PgNotices {

    // Who sends the same again meanwhile waits here for the first, and then finds that it came.
    private static final String CLAIM = """
            INSERT INTO webhook_deliveries (provider, delivery_id, type, result, received_at) VALUES ($1, $2, $3, 'ignored', $4)
            ON CONFLICT DO NOTHING""";

    private static final String CONCLUDE =
            "UPDATE webhook_deliveries SET result = $3 WHERE provider = $1 AND delivery_id = $2";

    private final Database database;
    private final Map<String, PgPayments> payments;
    private final PgRefunds refunds;

    /** @param payments by provider */
    public PgNotices(Database database, Map<String, PgPayments> payments, PgRefunds refunds) {
        this.database = database;
        this.payments = Map.copyOf(payments);
        this.refunds = refunds;
    }

    /** Does what the notice is about, unless it came before. */
    public Future<Result> take(String provider, Notice notice, Instant now) {
        return database.transactions()
                .run(transaction -> transaction
                        .preparedQuery(CLAIM)
                        .execute(Tuple.of(provider, notice.id(), notice.type(), time(now)))
                        .compose(claimed -> claimed.rowCount() == 0
                                ? Future.succeededFuture(Result.REPEATED)
                                : apply(transaction, provider, notice, now)));
    }

    private Future<Result> apply(SqlConnection transaction, String provider, Notice notice, Instant now) {
        return effect(transaction, provider, notice.news(), now)
                .compose(result -> transaction
                        .preparedQuery(CONCLUDE)
                        .execute(Tuple.of(provider, notice.id(), result.wire()))
                        .map(result));
    }

    private Future<Result> effect(SqlConnection transaction, String provider, Notice.News news, Instant now) {
        if (news instanceof Notice.OfPayment payment) {
            return payments.get(provider)
                    .settleTold(transaction, provider, payment.paymentId(), payment.outcome(), now)
                    .map(PgNotices::result);
        }
        if (news instanceof Notice.OfRefund refund) {
            return refunds.settleTold(transaction, provider, refund.refundId(), refund.outcome(), now)
                    .map(PgNotices::result);
        }
        return Future.succeededFuture(news instanceof Notice.OfStrangers ? Result.UNKNOWN : Result.IGNORED);
    }

    private static Result result(Told told) {
        return switch (told) {
            case APPLIED -> Result.APPLIED;
            case NOTHING_NEW -> Result.NOTHING_NEW;
            case UNKNOWN -> Result.UNKNOWN;
        };
    }
}
