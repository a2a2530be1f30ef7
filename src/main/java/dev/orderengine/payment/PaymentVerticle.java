package dev.orderengine.payment;

import dev.orderengine.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/** Runs the payments and refunds of this JVM. One instance is enough: its work is waiting. */
public final class PaymentVerticle extends VerticleBase {

    /** Where to say that a payment or a refund has come due. */
    public static final String NUDGE = "payments.due";

    private static final Duration BACKLOG_INTERVAL = Duration.ofSeconds(5);

    private final Bus bus;
    private final List<JobRunner<?, ?>> runners;
    private final List<JobBacklog> backlogs;

    /**
     * @param runners one a provider and kind of jobs
     * @param backlogs the same
     */
    public PaymentVerticle(Bus bus, List<JobRunner<?, ?>> runners, List<JobBacklog> backlogs) {
        this.bus = bus;
        this.runners = runners;
        this.backlogs = backlogs;
    }

    @Override
    public Future<?> start() {
        runners.forEach(JobRunner::start);
        vertx.setPeriodic(0, BACKLOG_INTERVAL.toMillis(), fired -> backlogs.forEach(JobBacklog::refresh));
        return bus.onNudge(NUDGE, () -> runners.forEach(JobRunner::nudge));
    }

    @Override
    public Future<?> stop() {
        return Future.join(runners.stream().map(JobRunner::stop).toList());
    }
}
