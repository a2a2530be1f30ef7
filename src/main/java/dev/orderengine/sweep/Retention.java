package dev.orderengine.sweep;

import static dev.orderengine.database.Columns.time;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Keeps partitions ahead of the orders and forgets idempotency keys whose day is over. */
public final class Retention {

    private static final Duration KEY_LIFE = Duration.ofHours(24);
    private static final int BATCH = 2_000;

    // Waiting for the tables' locks would make placement wait too: rather try again at the next sweep.
    private static final String WAIT_SHORTLY = "SET LOCAL lock_timeout = '2s'";

    private static final String ENSURE_PARTITIONS = "SELECT ensure_order_partitions(now(), 3)";

    // The age is checked again on the locked row: a placement may have taken the key over meanwhile.
    private static final String FORGET_KEYS = """
            DELETE FROM idempotency_keys
            WHERE created_at < $1 AND ctid = ANY (ARRAY (
                SELECT ctid FROM idempotency_keys WHERE created_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))""";

    private final Pool writers;
    private final Clock clock;
    private LocalDate partitionsEnsuredOn = LocalDate.MIN;

    public Retention(Pool writers, Clock clock) {
        this.writers = writers;
        this.clock = clock;
    }

    /** Does both; confined to one context. */
    public Future<Void> run() {
        return ensurePartitions().compose(done -> forgetKeys());
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
                .execute(Tuple.of(time(clock.instant().minus(KEY_LIFE)), (long) BATCH))
                .compose(forgotten -> forgotten.rowCount() == BATCH ? forgetKeys() : Future.succeededFuture());
    }
}
