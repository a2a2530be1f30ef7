package dev.orderengine.payment;

import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.database.SqlStates;
import dev.orderengine.payment.Jobs.Answered;
import dev.orderengine.telemetry.LogFields;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the due jobs of one kind at one provider: claims as many as it has room for, asks the provider, settles the answers in
 * batches, and claims again while work is due. It looks when nudged and at every poll; a look never overlaps another. While it
 * has to give way, it claims one batch a poll.
 *
 * <p>What it holds when it dies, or cannot settle, comes due again when the lease runs out. Confined to the context that
 * {@link #start} is called on; the public methods may be called from any thread.
 *
 * @param <J> a job that was claimed
 * @param <A> what the provider answers to it
 */
public final class JobRunner<J, A> {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    /** Jobs claimed together, and settled together. */
    private static final int MAX_BATCH = 200;

    private static final int SETTLING_AT_ONCE = 1;

    private final Vertx vertx;
    private final Jobs<J, A> jobs;
    private final Duration pollInterval;
    private final MeterRegistry metrics;
    private final BooleanSupplier givesWay;
    private final Runnable afterCommit;
    private final MicroBatcher<Answered<J, A>, Boolean> settlements;
    private final int concurrency;
    private final int room;
    private final ArrayDeque<J> ready = new ArrayDeque<>();
    private final List<Promise<Void>> awaitingIdle = new ArrayList<>();

    private Context context;
    private long timer;
    private boolean claiming;
    private boolean moreDue;
    private boolean stopped;
    private int asking;
    private int underWay;

    /**
     * @param concurrency jobs that may be with the provider at once
     * @param pollInterval between two looks when no nudge came; jittered
     * @param givesWay whether placements need the machine more than jobs do now
     * @param afterCommit called when events may have been recorded
     */
    public JobRunner(
            Vertx vertx,
            Jobs<J, A> jobs,
            int concurrency,
            Duration pollInterval,
            MeterRegistry metrics,
            BooleanSupplier givesWay,
            Runnable afterCommit) {
        this.vertx = vertx;
        this.jobs = jobs;
        this.pollInterval = pollInterval;
        this.metrics = metrics;
        this.givesWay = givesWay;
        this.afterCommit = afterCommit;
        this.concurrency = concurrency;
        this.room = concurrency + 2 * MAX_BATCH + SETTLING_AT_ONCE * MAX_BATCH;
        this.settlements = new MicroBatcher<>(
                jobs.kind() + "." + jobs.provider(),
                new MicroBatcher.Limits(MAX_BATCH, SETTLING_AT_ONCE, room),
                metrics,
                this::settle);
    }

    /** Starts to look for due jobs, on the current context. */
    public void start() {
        context = vertx.getOrCreateContext();
        context.runOnContext(started -> poll());
    }

    /** Says that a job may have come due. */
    public void nudge() {
        context.runOnContext(nudged -> look());
    }

    /** Looks for due jobs; completes when none is due, or none may be driven now, and all that were are settled. */
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
        jobs.claim(free).onComplete(taken -> claimed(taken, free), this::claimFailed);
    }

    /**
     * How many to claim: a whole batch ahead of what the provider is asked, once less than half a batch is ready, so that claims stay
     * few and large; while the breaker tries whether to close no more than it lets through.
     */
    private int free() {
        int openings = jobs.openings();
        if (openings < concurrency) {
            return Math.min(openings - asking - ready.size(), room - underWay);
        }
        return ready.size() < MAX_BATCH / 2 ? Math.min(MAX_BATCH, room - underWay) : 0;
    }

    private void claimed(List<J> taken, int asked) {
        claiming = false;
        moreDue |= taken.size() == asked;
        taken.stream().filter(one -> jobs.isOpen(one)).forEach(one -> {
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
        LOG.warn("cannot claim {} of {}, will look again", jobs.kind(), jobs.provider(), fault);
        failures("claim").increment();
        tellIdle();
    }

    private void driveReady() {
        while (asking < concurrency && !ready.isEmpty()) {
            asking++;
            drive(ready.poll());
        }
    }

    private void drive(J job) {
        jobs.ask(job)
                .onSuccess(answer -> answered(job, answer))
                .compose(answer -> settlements.submit(new Answered<>(job, answer)))
                .onComplete(written -> settled(job, written), fault -> settleFailed(job, fault));
    }

    private void answered(J job, A answer) {
        asking--;
        LOG.debug("{}: {}", job, answer, LogFields.order(jobs.orderOf(job)));
        Counter.builder(jobs.kind() + ".outcomes")
                .description("What the providers answered")
                .tag("provider", jobs.provider())
                .tag("outcome", jobs.nameOf(answer))
                .register(metrics)
                .increment();
        driveReady();
        claim();
    }

    private Future<List<Boolean>> settle(List<Answered<J, A>> batch) {
        return jobs.settle(batch)
                .recover(fault -> batch.size() > 1 && SqlStates.isRefusal(fault)
                        ? settleOneByOne(batch)
                        : Future.failedFuture(fault));
    }

    /** One answer that the database refuses does not sink its neighbours. */
    private Future<List<Boolean>> settleOneByOne(List<Answered<J, A>> batch) {
        return Future.all(batch.stream().map(this::settleAlone).toList()).map(CompositeFuture::list);
    }

    private Future<Boolean> settleAlone(Answered<J, A> answered) {
        return jobs.settle(List.of(answered))
                .map(written -> written.get(0))
                .onFailure(fault -> tellUnsettled(answered.job(), fault))
                .otherwise(false);
    }

    private void settled(J job, boolean written) {
        if (!written) {
            LOG.warn(
                    "{} is not settled: somebody else has taken it up since, or the database refuses",
                    job,
                    LogFields.order(jobs.orderOf(job)));
            failures("settle").increment();
        }
        afterCommit.run();
        done();
    }

    private void settleFailed(J job, Throwable fault) {
        tellUnsettled(job, fault);
        failures("settle").increment();
        done();
    }

    private void tellUnsettled(J job, Throwable fault) {
        LOG.error(
                "cannot settle {}, it comes due again when its lease runs out",
                job,
                LogFields.order(jobs.orderOf(job)),
                fault);
    }

    private void done() {
        underWay--;
        claim();
        tellIdle();
    }

    private Counter failures(String step) {
        return Counter.builder(jobs.kind() + ".failures")
                .description("Claims that failed, and answers that could not be written")
                .tag("provider", jobs.provider())
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
