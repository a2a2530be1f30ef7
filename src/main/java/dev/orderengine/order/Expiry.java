package dev.orderengine.order;

import static dev.orderengine.database.Columns.time;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.database.Transactions;
import dev.orderengine.order.ExpiryDecider.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
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
                SELECT * FROM orders
                WHERE expires_at <= $1
                ORDER BY expires_at
                LIMIT $2
                FOR NO KEY UPDATE SKIP LOCKED)
            """ + "SELECT " + OrderRows.STATE + "FROM due ORDER BY id";

    private static final String RESCHEDULE = """
            UPDATE orders o SET expires_at = r.expires_at
            FROM unnest($1::uuid[], $2::timestamptz[]) AS r (id, expires_at)
            WHERE o.id = r.id""";

    private final Transactions transactions;
    private final OrderChanges orders;
    private final OrderRows rows;
    private final ExpiryDecider decider;
    private final Clock clock;
    private final Counter expired;
    private final Counter extended;

    public Expiry(
            Transactions transactions,
            OrderChanges orders,
            ObjectMapper json,
            ExpiryDecider decider,
            Clock clock,
            MeterRegistry metrics) {
        this.transactions = transactions;
        this.orders = orders;
        this.rows = new OrderRows(json);
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

    private Future<List<OrderState>> claim(SqlConnection transaction, Instant now) {
        return transaction
                .preparedQuery(CLAIM_DUE)
                .execute(Tuple.of(time(now), (long) BATCH))
                .map(found -> {
                    List<OrderState> due = new ArrayList<>(found.size());
                    found.forEach(row -> due.add(rows.state(row)));
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

    private record Batch(int claimed, int expired, int extended) {}
}
