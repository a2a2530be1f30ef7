package dev.orderengine.outbox;

import dev.orderengine.outbox.Delivery.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when events are delivered. A cycle looks which shards have events that are due and delivers a batch of each, all
 * shards at once. Cycles never overlap: nudges during a cycle lead to one more, a full batch to the next at once, and a
 * queue or a database that is away to growing pauses. While placements need the machine more, the rest between two cycles is
 * longer. Any number of relays may run, in one JVM or many.
 *
 * <p>Methods may be called from any thread; the relay lives on the context that it was made on.
 */
public final class Relay {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final Vertx vertx;
    private final Context context;
    private final Pool pool;
    private final OutboxStore store;
    private final Delivery delivery;
    private final RelaySettings settings;
    private final BooleanSupplier givesWay;
    private final Counter failures;

    private final List<Promise<Void>> waiting = new ArrayList<>();
    private final List<Promise<Void>> served = new ArrayList<>();
    private State state = State.IDLE;
    private boolean wanted;
    private long restTimer;
    private long restingSince;
    private int failuresInARow;
    private Promise<Void> stopped;

    /**
     * @param pool connections of the relay's own, one a shard (four) to deliver all at once: each is held while the queue is
     *     asked
     * @param givesWay whether placements need the machine more than deliveries do now
     */
    public Relay(
            Vertx vertx,
            Pool pool,
            OutboxStore store,
            EventPublisher publisher,
            RelaySettings settings,
            BooleanSupplier givesWay,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.pool = pool;
        this.store = store;
        this.delivery = new Delivery(pool, store, publisher, settings, metrics);
        this.settings = settings;
        this.givesWay = givesWay;
        this.failures = Counter.builder("outbox.relay.failures")
                .description("Cycles that found the queue or the database away")
                .register(metrics);
    }

    private enum State {
        IDLE,
        AT_WORK,
        RESTING,
        STOPPED
    }

    /** Says that there may be events to deliver. */
    public void nudge() {
        context.runOnContext(now -> {
            wanted = true;
            if (state == State.IDLE) {
                cycle();
            }
        });
    }

    /**
     * Delivers what is due without a rest before. Completes when a cycle that began after this call has ended and left no full
     * batch behind, or was stopped.
     */
    public Future<Void> runNow() {
        Promise<Void> promise = Promise.promise();
        context.runOnContext(now -> {
            waiting.add(promise);
            if (state == State.RESTING) {
                vertx.cancelTimer(restTimer);
            }
            if (state == State.IDLE || state == State.RESTING) {
                cycle();
            } else if (state == State.STOPPED) {
                completeAll(waiting);
            }
        });
        return promise.future();
    }

    /** Begins no further cycle; completes when the one in flight has ended. */
    public Future<Void> stop() {
        Promise<Void> promise = Promise.promise();
        context.runOnContext(now -> {
            if (state == State.AT_WORK) {
                stopped = promise;
                return;
            }
            vertx.cancelTimer(restTimer);
            halt();
            promise.complete();
        });
        return promise.future();
    }

    private void cycle() {
        state = State.AT_WORK;
        wanted = false;
        served.addAll(waiting);
        waiting.clear();
        store.shardsWithDueRows(pool)
                .compose(this::deliver)
                .recover(this::databaseAway)
                .onSuccess(outcome -> context.runOnContext(now -> ended(outcome)));
    }

    private Future<Outcome> deliver(List<Integer> shards) {
        List<Future<Outcome>> deliveries =
                shards.stream().map(delivery::deliver).toList();
        return Future.join(deliveries)
                .map(ended -> deliveries.stream()
                        .map(Future::result)
                        .reduce(Outcome.DONE, (one, other) -> Collections.max(List.of(one, other))));
    }

    private Future<Outcome> databaseAway(Throwable cause) {
        if (failuresInARow == 0) {
            LOG.warn("The relay cannot work on the outbox and tries on: {}", cause.toString());
        }
        return Future.succeededFuture(Outcome.AWAY);
    }

    private void ended(Outcome outcome) {
        if (stopped != null) {
            halt();
            stopped.complete();
            return;
        }
        if (outcome != Outcome.MORE) {
            completeAll(served);
        }
        switch (outcome) {
            case MORE -> {
                failuresInARow = 0;
                wanted = true;
                rest(givesWay.getAsBoolean() ? settings.rest() : Duration.ZERO);
            }
            case BUSY, DONE -> {
                failuresInARow = 0;
                wanted |= outcome == Outcome.BUSY;
                rest(settings.rest());
            }
            case AWAY -> {
                failures.increment();
                wanted = true;
                rest(settings.pauseAfter(++failuresInARow));
            }
        }
    }

    private void rest(Duration duration) {
        if (!waiting.isEmpty() || !served.isEmpty() || duration.isZero()) {
            cycle();
            return;
        }
        state = State.RESTING;
        restingSince = System.nanoTime();
        restTimer = vertx.setTimer(duration.toMillis(), fired -> rested());
    }

    /** Rests on while it has to give way. */
    private void rested() {
        long restedMillis = Duration.ofNanos(System.nanoTime() - restingSince).toMillis();
        if (givesWay.getAsBoolean() && restedMillis < settings.restGivingWay().toMillis()) {
            restTimer = vertx.setTimer(settings.rest().toMillis(), fired -> rested());
        } else if (wanted) {
            cycle();
        } else {
            state = State.IDLE;
        }
    }

    private void halt() {
        state = State.STOPPED;
        completeAll(served);
        completeAll(waiting);
    }

    private static void completeAll(List<Promise<Void>> promises) {
        List<Promise<Void>> done = List.copyOf(promises);
        promises.clear();
        done.forEach(Promise::complete);
    }
}
