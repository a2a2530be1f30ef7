package dev.orderengine.payment;

import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.database.SqlStates;
import dev.orderengine.payment.PaymentStore.Settled;
import dev.orderengine.payment.PaymentStore.Settlement;
import dev.orderengine.payment.PaymentStore.Taken;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the due payments of one provider: claims as many as it has room for, asks the provider, settles the answers in
 * batches, and claims again while work is due. It looks when nudged and at every poll; a look never overlaps another. While it
 * has to give way, it claims one batch a poll.
 *
 * <p>What it holds when it dies, or cannot settle, comes due again when the lease runs out. Confined to the context that
 * {@link #start} is called on; the public methods may be called from any thread.
 */
public final class PaymentRunner {

    private static final Logger LOG = LoggerFactory.getLogger(PaymentRunner.class);

    /** Payments claimed together, and settled together. */
    private static final int MAX_BATCH = 200;

    private static final int SETTLING_AT_ONCE = 1;

    private final Vertx vertx;
    private final PaymentStore store;
    private final Guarded provider;
    private final Duration pollInterval;
    private final MeterRegistry metrics;
    private final Clock clock;
    private final BooleanSupplier givesWay;
    private final Runnable afterCommit;
    private final MicroBatcher<Settlement, Settled> settlements;
    private final int concurrency;
    private final int room;
    private final ArrayDeque<Taken> ready = new ArrayDeque<>();
    private final List<Promise<Void>> awaitingIdle = new ArrayList<>();

    private Context context;
    private long timer;
    private boolean claiming;
    private boolean moreDue;
    private boolean stopped;
    private int asking;
    private int underWay;

    /**
     * @param concurrency payments that may be with the provider at once
     * @param pollInterval between two looks when no nudge came; jittered
     * @param givesWay whether placements need the machine more than payments do now
     * @param afterCommit called when events may have been recorded
     */
    public PaymentRunner(
            Vertx vertx,
            PaymentStore store,
            Guarded provider,
            int concurrency,
            Duration pollInterval,
            MeterRegistry metrics,
            Clock clock,
            BooleanSupplier givesWay,
            Runnable afterCommit) {
        this.vertx = vertx;
        this.store = store;
        this.provider = provider;
        this.pollInterval = pollInterval;
        this.metrics = metrics;
        this.clock = clock;
        this.givesWay = givesWay;
        this.afterCommit = afterCommit;
        this.concurrency = concurrency;
        this.room = concurrency + 2 * MAX_BATCH + SETTLING_AT_ONCE * MAX_BATCH;
        this.settlements = new MicroBatcher<>(
                "payments." + provider.name(),
                new MicroBatcher.Limits(MAX_BATCH, SETTLING_AT_ONCE, room),
                metrics,
                this::settle);
    }

    /** Starts to look for due payments, on the current context. */
    public void start() {
        context = vertx.getOrCreateContext();
        context.runOnContext(started -> poll());
    }

    /** Says that a payment may have come due. */
    public void nudge() {
        context.runOnContext(nudged -> look());
    }

    /** Looks for due payments; completes when none is due, or none may be driven now, and all that were are settled. */
    public Future<Void> runNow() {
        Promise<Void> idle = Promise.promise();
        context.runOnContext(asked -> {
            moreDue = true;
            claimOnce();
            whenIdle(idle);
        });
        return idle.future();
    }

    /** Takes up nothing more; completes when all that is under way is settled. */
    public Future<Void> stop() {
        Promise<Void> idle = Promise.promise();
        context.runOnContext(asked -> {
            stopped = true;
            vertx.cancelTimer(timer);
            whenIdle(idle);
        });
        return idle.future();
    }

    private void poll() {
        long millis = pollInterval.toMillis();
        long jittered = millis - millis / 4 + ThreadLocalRandom.current().nextLong(millis / 2 + 1);
        timer = vertx.setTimer(jittered, fired -> poll());
        moreDue = true;
        claimOnce();
    }

    private void look() {
        moreDue = true;
        claim();
    }

    private void claim() {
        if (!givesWay.getAsBoolean()) {
            claimOnce();
        }
    }

    private void claimOnce() {
        if (claiming || stopped || !moreDue) {
            return;
        }
        int free = free();
        if (free < 1) {
            return;
        }
        claiming = true;
        moreDue = false;
        store.claim(provider.name(), free, clock.instant())
                .onComplete(taken -> claimed(taken, free), this::claimFailed);
    }

    /**
     * How many to claim: a whole batch ahead of what the provider is asked, once less than half a batch is ready, so that claims stay
     * few and large; while the breaker tries whether to close no more than it lets through.
     */
    private int free() {
        int openings = provider.openings();
        if (openings < concurrency) {
            return Math.min(openings - asking - ready.size(), room - underWay);
        }
        return ready.size() < MAX_BATCH / 2 ? Math.min(MAX_BATCH, room - underWay) : 0;
    }

    private void claimed(List<Taken> taken, int asked) {
        claiming = false;
        moreDue |= taken.size() == asked;
        taken.stream().filter(one -> one.step() != Step.NOTHING).forEach(one -> {
            ready.add(one);
            underWay++;
        });
        driveReady();
        if (!taken.isEmpty()) {
            afterCommit.run();
        }
        claim();
        tellIdle();
    }

    private void claimFailed(Throwable fault) {
        claiming = false;
        LOG.warn("cannot claim payments of {}, will look again", provider.name(), fault);
        failures("claim").increment();
        tellIdle();
    }

    private void driveReady() {
        while (asking < concurrency && !ready.isEmpty()) {
            asking++;
            drive(ready.poll());
        }
    }

    private void drive(Taken taken) {
        ask(taken)
                .onSuccess(outcome -> answered(taken, outcome))
                .compose(outcome -> settlements.submit(new Settlement(taken, outcome)))
                .onComplete(this::settled, fault -> settleFailed(taken, fault));
    }

    private Future<ChargeOutcome> ask(Taken taken) {
        Payment payment = taken.payment();
        return taken.step() == Step.CHARGE
                ? provider.charge(payment)
                : provider.lookUp(payment).compose(found -> found(taken, found));
    }

    private Future<ChargeOutcome> found(Taken taken, LookUp lookUp) {
        if (lookUp instanceof LookUp.Found found) {
            return Future.succeededFuture(found.outcome());
        }
        return taken.step() == Step.LOOK_UP_OR_CHARGE
                ? provider.charge(taken.payment())
                : Future.succeededFuture(new ChargeOutcome.Unknown("the provider shows no such payment", false));
    }

    private void answered(Taken taken, ChargeOutcome outcome) {
        asking--;
        Payment payment = taken.payment();
        LOG.debug("payment {} of order {}: {}", payment.id(), payment.orderId(), outcome);
        Counter.builder("payments.outcomes")
                .description("What the providers answered")
                .tag("provider", provider.name())
                .tag("outcome", outcome.name())
                .register(metrics)
                .increment();
        if (outcome instanceof ChargeOutcome.Rejected) {
            LOG.error(
                    "payment {} of order {}: {} refused what we asked for: {}",
                    payment.id(),
                    payment.orderId(),
                    provider.name(),
                    outcome);
        }
        driveReady();
        claim();
    }

    private Future<List<Settled>> settle(List<Settlement> batch) {
        return store.settle(batch, clock.instant())
                .map(results -> batch.stream().map(results::get).toList())
                .recover(fault -> batch.size() > 1 && SqlStates.isRefusal(fault)
                        ? settleOneByOne(batch)
                        : Future.failedFuture(fault));
    }

    /** One answer that the database refuses does not sink its neighbours. */
    private Future<List<Settled>> settleOneByOne(List<Settlement> batch) {
        return Future.all(batch.stream().map(this::settleAlone).toList()).map(CompositeFuture::list);
    }

    private Future<Settled> settleAlone(Settlement settlement) {
        Taken taken = settlement.taken();
        return store.settle(List.of(settlement), clock.instant())
                .map(results -> results.get(settlement))
                .onFailure(fault -> tellUnsettled(taken, fault))
                .otherwise(new Settled(taken.payment(), false));
    }

    private void settled(Settled settled) {
        Payment payment = settled.payment();
        if (!settled.written()) {
            LOG.warn("payment {} is not settled by take-up {}", payment.id(), payment.attempts());
            failures("settle").increment();
        } else if (payment.flagged()) {
            LOG.error(
                    "payment {} of order {} needs a person: {} at {}, reference {}",
                    payment.id(),
                    payment.orderId(),
                    payment.state().wire(),
                    payment.provider(),
                    payment.providerRef());
        }
        afterCommit.run();
        done();
    }

    private void settleFailed(Taken taken, Throwable fault) {
        tellUnsettled(taken, fault);
        failures("settle").increment();
        done();
    }

    private void tellUnsettled(Taken taken, Throwable fault) {
        LOG.error(
                "cannot settle payment {}, it comes due again at {}",
                taken.payment().id(),
                taken.payment().nextAt(),
                fault);
    }

    private void done() {
        underWay--;
        claim();
        tellIdle();
    }

    private Counter failures(String step) {
        return Counter.builder("payments.failures")
                .description("Claims that failed, and answers that could not be written")
                .tag("provider", provider.name())
                .tag("step", step)
                .register(metrics);
    }

    private void whenIdle(Promise<Void> idle) {
        awaitingIdle.add(idle);
        tellIdle();
    }

    private void tellIdle() {
        if (claiming || underWay > 0) {
            return;
        }
        List<Promise<Void>> told = List.copyOf(awaitingIdle);
        awaitingIdle.clear();
        told.forEach(Promise::complete);
    }
}
