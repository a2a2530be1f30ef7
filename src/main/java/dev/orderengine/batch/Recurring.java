package dev.orderengine.batch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done again and again: never twice at once, with jitter so that engines do not keep step, and by hand. A run
 * that fails is logged and counted ({@code recurring_failures}), and the next one comes as usual.
 *
 * <p>Methods may be called from any thread; the work runs on the context that the instance was made on.
 */
public final class Recurring {

    private static final Logger LOG = LoggerFactory.getLogger(Recurring.class);

    private final Vertx vertx;
    private final Context context;
    private final String name;
    private final Duration interval;
    private final Supplier<Future<Void>> work;
    private final Counter failures;

    private Future<Void> atWork = Future.succeededFuture();
    private Promise<Void> next;
    private long timer;
    private boolean stopped;

    /**
     * @param name in logs and metrics
     * @param interval from the end of a run to the beginning of the next, give or take a quarter
     */
    public Recurring(Vertx vertx, String name, Duration interval, MeterRegistry metrics, Supplier<Future<Void>> work) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.name = name;
        this.interval = interval;
        this.work = work;
        this.failures = Counter.builder("recurring.failures")
                .description("Runs of recurring work that failed")
                .tag("work", name)
                .register(metrics);
    }

    /** Lets the work begin, the first time after one interval. */
    public void start() {
        context.runOnContext(now -> schedule());
    }

    /** Runs the work once more, after the run in flight if there is one; completes as that further run does. */
    public Future<Void> runNow() {
        Promise<Void> promise = Promise.promise();
        context.runOnContext(now -> further().onComplete(promise));
        return promise.future();
    }

    /** Lets no further run begin; completes when the one in flight has ended, whatever became of it. */
    public Future<Void> stop() {
        Promise<Void> promise = Promise.promise();
        context.runOnContext(now -> {
            stopped = true;
            vertx.cancelTimer(timer);
            atWork.onComplete(ended -> promise.complete());
        });
        return promise.future();
    }

    private Future<Void> further() {
        if (stopped) {
            return Future.failedFuture(new IllegalStateException(name + " has stopped"));
        }
        if (atWork.isComplete()) {
            return run();
        }
        if (next == null) {
            next = Promise.promise();
        }
        return next.future();
    }

    private Future<Void> run() {
        vertx.cancelTimer(timer);
        Promise<Void> run = Promise.promise();
        atWork = run.future();
        // The work may end on any thread; what follows from that is decided on the context.
        Future.succeededFuture()
                .compose(begun -> work.get())
                .onComplete(result -> context.runOnContext(now -> ended(run, result)));
        return run.future();
    }

    private void failed(Throwable cause) {
        failures.increment();
        LOG.warn("{} failed and is tried again later: {}", name, cause.toString());
    }

    private void ended(Promise<Void> run, AsyncResult<Void> result) {
        if (result.failed()) {
            failed(result.cause());
        }
        run.handle(result);
        Promise<Void> asked = next;
        next = null;
        if (asked != null) {
            further().onComplete(asked);
        } else if (!stopped) {
            schedule();
        }
    }

    private void schedule() {
        long millis = interval.toMillis();
        long jittered = millis - millis / 4 + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
        timer = vertx.setTimer(Math.max(1, jittered), fired -> further());
    }
}
