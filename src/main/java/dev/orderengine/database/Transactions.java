package dev.orderengine.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/** Runs transactions, again with jitter when the database chose them as a victim (40001, 40P01). */
public final class Transactions {

    private static final int TRIES = 5;

    private final Vertx vertx;
    private final Pool pool;

    public Transactions(Vertx vertx, Pool pool) {
        this.vertx = vertx;
        this.pool = pool;
    }

    /** Runs the steps in one transaction; they must be free of effects outside of it, for they may run up to five times. */
    public <T> Future<T> run(Function<SqlConnection, Future<T>> steps) {
        return retried(() -> pool.withTransaction(steps));
    }

    /** Repeats a single statement or transaction of its own while the database asks for it. */
    public <T> Future<T> retried(Supplier<Future<T>> transaction) {
        return attempt(transaction, 1);
    }

    private <T> Future<T> attempt(Supplier<Future<T>> transaction, int attempt) {
        return transaction.get().recover(fault -> {
            if (attempt == TRIES || !SqlStates.isTransient(fault)) {
                return Future.failedFuture(fault);
            }
            Duration pause = Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, 5L << attempt));
            return vertx.timer(pause.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                    .compose(fired -> attempt(transaction, attempt + 1));
        });
    }
}
