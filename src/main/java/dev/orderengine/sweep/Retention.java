package dev.orderengine.sweep;

import static dev.orderengine.database.Columns.time;

import dev.orderengine.order.PlacedOrders;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Keeps partitions ahead of the orders, forgets idempotency keys whose day is over, what providers told, comparisons with their lists after a
 * year, and the feed beyond its window.
 */
public final class Retention {

    /** Far longer than any provider sends again. */
    private static final Duration DELIVERY_LIFE = Duration.ofDays(30);

    /** A year's accounts are closed by then. */
    private static final Duration RECONCILIATION_LIFE = Duration.ofDays(400);

    private static final int BATCH = 2_000;

    // Waiting for the tables' locks would make placement wait too: rather try again at the next sweep.
    private static final String WAIT_SHORTLY = "SET LOCAL lock_timeout = '2s'";

    private static final String ENSURE_PARTITIONS = "SELECT ensure_order_partitions(now(), 3)";

    // The age is checked again on the locked row: a placement may have taken the key over meanwhile.
    private static final String FORGET_KEYS = """
            DELETE FROM idempotency_keys
            WHERE created_at < $1 AND ctid = ANY (ARRAY (
                SELECT ctid FROM idempotency_keys WHERE created_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))""";

    private static final String FORGET_DELIVERIES = """
            DELETE FROM webhook_deliveries
            WHERE ctid = ANY (ARRAY (
                SELECT ctid FROM webhook_deliveries WHERE received_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))""";

    // A few each day.
    private static final String FORGET_RECONCILIATIONS = "DELETE FROM reconciliation_runs WHERE created_at < $1";

    private static final String NUMBER_EVENTS = "SELECT number_events($1)";
    private static final String FORGET_EVENTS = "SELECT forget_events($1, $2)";

    private final Pool writers;
    private final Clock clock;
    private final Duration eventWindow;
    private LocalDate partitionsEnsuredOn = LocalDate.MIN;

    /** @param eventWindow how far back the feed is kept */
    public Retention(Pool writers, Clock clock, Duration eventWindow) {
        this.writers = writers;
        this.clock = clock;
        this.eventWindow = eventWindow;
    }

    /** Does all of it; confined to one context. */
    public Future<Void> run() {
        return ensurePartitions()
                .compose(done -> forgetKeys())
                .compose(done -> forgetDeliveries())
                .compose(done -> forgetReconciliations())
                .compose(done -> numberEvents())
                .compose(done -> forgetEvents());
    }

    private Future<Void> ensurePartitions() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (partitionsEnsuredOn.equals(today)) {
            return Future.succeededFuture();
        }
        return writers.withTransaction(transaction -> transaction
                        .query(WAIT_SHORTLY)
                        .execute()
                        .compose(set -> transaction.query(ENSURE_PARTITIONS).execute()))
                .onSuccess(ensured -> partitionsEnsuredOn = today)
                .mapEmpty();
    }

    private Future<Void> forgetKeys() {
        return writers.preparedQuery(FORGET_KEYS)
                .execute(Tuple.of(time(clock.instant().minus(PlacedOrders.KEY_LIFE)), (long) BATCH))
                .compose(forgotten -> forgotten.rowCount() == BATCH ? forgetKeys() : Future.succeededFuture());
    }

    private Future<Void> forgetDeliveries() {
        return writers.preparedQuery(FORGET_DELIVERIES)
                .execute(Tuple.of(time(clock.instant().minus(DELIVERY_LIFE)), (long) BATCH))
                .compose(forgotten -> forgotten.rowCount() == BATCH ? forgetDeliveries() : Future.succeededFuture());
    }

    private Future<Void> forgetReconciliations() {
        return writers.preparedQuery(FORGET_RECONCILIATIONS)
                .execute(Tuple.of(time(clock.instant().minus(RECONCILIATION_LIFE))))
                .mapEmpty();
    }

    /** Only what has its number can be forgotten; and who follows next does not find a long way to go. */
    private Future<Void> numberEvents() {
        return writers.preparedQuery(NUMBER_EVENTS)
                .execute(Tuple.of(BATCH))
                .compose(numbered -> count(numbered) == BATCH ? numberEvents() : Future.succeededFuture());
    }

    private Future<Void> forgetEvents() {
        return writers.preparedQuery(FORGET_EVENTS)
                .execute(Tuple.of(clock.instant().minus(eventWindow).atOffset(ZoneOffset.UTC), BATCH))
                .compose(forgotten -> count(forgotten) == BATCH ? forgetEvents() : Future.succeededFuture());
    }

    private static int count(RowSet<Row> rows) {
        return rows.iterator().next().getInteger(0);
    }
}
