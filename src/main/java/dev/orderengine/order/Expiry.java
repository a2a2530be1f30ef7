package dev.orderengine.order;

import dev.orderengine.database.Transactions;
import dev.orderengine.order.ExpiryDecider.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Cancels the orders whose time to pay is over, in batches. Any number may run at once: each takes orders that nobody else has
 * locked, and what it decides on stays locked until it is written.
 */
public final class Expiry {

    private static final int BATCH = 200;

    private static final String CLAIM_DUE = """
            WITH due AS (
                SELECT id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount,
                       payment_method, expires_at
                FROM orders
                WHERE expires_at <= $1
                ORDER BY expires_at
                LIMIT $2
                FOR NO KEY UPDATE SKIP LOCKED)
            SELECT * FROM due ORDER BY id""";

    private static final String RESCHEDULE = """
            UPDATE orders o SET expires_at = r.expires_at
            FROM unnest($1::uuid[], $2::timestamptz[]) AS r (id, expires_at)
            WHERE o.id = r.id""";

    // Taking up a payment locks its order too: what is still 'created' under the order's lock stays uncharged.
    private static final String GIVE_UP_PAYMENTS = """
            WITH uncharged AS (
                SELECT id FROM payments WHERE order_id = ANY ($1) AND state = 'created' ORDER BY id FOR NO KEY UPDATE)
            UPDATE payments p SET state = 'failed', next_at = NULL, token = NULL, updated_at = $2
            FROM uncharged u WHERE p.id = u.id""";

    private final Transactions transactions;
    private final OrderChanges orders;
    private final ExpiryDecider decider;
    private final Clock clock;
    private final Counter expired;
    private final Counter extended;

    public Expiry(
            Transactions transactions, OrderChanges orders, ExpiryDecider decider, Clock clock, MeterRegistry metrics) {
        this.transactions = transactions;
        this.orders = orders;
        this.decider = decider;
        this.clock = clock;
        this.expired = Counter.builder("orders.expired")
                .description("Unpaid orders cancelled when their time was over")
                .register(metrics);
        this.extended = Counter.builder("orders.expiry.extended")
                .description("Orders that got more time, for a payment was under way")
                .register(metrics);
    }

    /** Deals with all orders that are due now and that nobody else has locked; gives the number of those that expired. */
    public Future<Integer> run() {
        return run(0);
    }

    private Future<Integer> run(int before) {
        return batch().compose(batch -> {
            int soFar = before + batch.expired;
            return batch.claimed == BATCH ? run(soFar) : Future.succeededFuture(soFar);
        });
    }

    private Future<Batch> batch() {
        Instant now = clock.instant();
        return transactions
                .run(transaction -> claim(transaction, now).compose(due -> decide(transaction, due, now)))
                .onSuccess(this::count);
    }

    private void count(Batch batch) {
        expired.increment(batch.expired);
        extended.increment(batch.extended);
    }

    private static Future<List<OrderState>> claim(SqlConnection transaction, Instant now) {
        return transaction
                .preparedQuery(CLAIM_DUE)
                .execute(Tuple.of(time(now), (long) BATCH))
                .map(rows -> {
                    List<OrderState> due = new ArrayList<>(rows.size());
                    for (Row row : rows) {
                        due.add(OrderChanges.state(row));
                    }
                    return due;
                });
    }

    private Future<Batch> decide(SqlConnection transaction, List<OrderState> due, Instant now) {
        List<OrderChange> changes = new ArrayList<>();
        Map<UUID, OffsetDateTime> rescheduled = new LinkedHashMap<>();
        int extensions = 0;
        for (OrderState order : due) {
            Verdict verdict = decider.decide(order, now);
            if (verdict instanceof Verdict.Expire expire) {
                changes.add(expire.change());
            } else if (verdict instanceof Verdict.Extend extend) {
                rescheduled.put(order.id(), time(extend.until()));
                extensions++;
            } else {
                rescheduled.put(order.id(), null);
            }
        }
        Batch batch = new Batch(due.size(), changes.size(), extensions);
        return reschedule(transaction, rescheduled)
                .compose(done -> giveUpPayments(transaction, changes, now))
                .compose(done -> orders.write(transaction, changes))
                .map(batch);
    }

    private static Future<Void> reschedule(SqlConnection transaction, Map<UUID, OffsetDateTime> rescheduled) {
        if (rescheduled.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(rescheduled.keySet().toArray(UUID[]::new))
                .addArrayOfOffsetDateTime(rescheduled.values().toArray(OffsetDateTime[]::new));
        return transaction.preparedQuery(RESCHEDULE).execute(tuple).mapEmpty();
    }

    private static Future<Void> giveUpPayments(SqlConnection transaction, List<OrderChange> changes, Instant now) {
        if (changes.isEmpty()) {
            return Future.succeededFuture();
        }
        UUID[] ids = changes.stream().map(change -> change.before().id()).toArray(UUID[]::new);
        return transaction
                .preparedQuery(GIVE_UP_PAYMENTS)
                .execute(Tuple.tuple().addArrayOfUUID(ids).addOffsetDateTime(time(now)))
                .mapEmpty();
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private record Batch(int claimed, int expired, int extended) {}
}
