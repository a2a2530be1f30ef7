package dev.orderengine.payment;

import dev.orderengine.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/** Runs the payments of this JVM. One instance is enough: its work is waiting. */
public final class PaymentVerticle extends VerticleBase {

    /** Where to say that a payment has come due. */
    public static final String NUDGE = "payments.due";

    private static final Duration BACKLOG_INTERVAL = Duration.ofSeconds(5);

    private final Bus bus;
    private final List<PaymentRunner> runners;
    private final List<PaymentBacklog> backlogs;

    /**
     * @param runners one a provider
     * @param backlogs one a provider
     */
    public PaymentVerticle(Bus bus, List<PaymentRunner> runners, List<PaymentBacklog> backlogs) {
        this.bus = bus;
        this.runners = runners;
        this.backlogs = backlogs;
    }

    @Override
    public Future<?> start() {
        runners.forEach(PaymentRunner::start);
        vertx.setPeriodic(0, BACKLOG_INTERVAL.toMillis(), fired -> backlogs.forEach(PaymentBacklog::refresh));
        return bus.onNudge(NUDGE, () -> runners.forEach(PaymentRunner::nudge));
    }

    @Override
    public Future<?> stop() {
        return Future.join(runners.stream().map(PaymentRunner::stop).toList());
    }
}
