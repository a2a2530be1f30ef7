package dev.orderengine.payment.reconciliation;

import dev.orderengine.batch.Recurring;
import dev.orderengine.bus.Bus;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Looks for days to compare again and again, and at once when somebody asked for one. */
public final class ReconciliationVerticle extends VerticleBase {

    /** Where to say that a run has come due. */
    public static final String NUDGE = "reconciliation.due";

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Bus bus;
    private final Reconciliation reconciliation;
    private final MeterRegistry metrics;
    private Recurring comparing;

    public ReconciliationVerticle(Bus bus, Reconciliation reconciliation, MeterRegistry metrics) {
        this.bus = bus;
        this.reconciliation = reconciliation;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        comparing = new Recurring(vertx, "reconciliation", INTERVAL, metrics, reconciliation::run);
        comparing.start();
        return bus.onNudge(NUDGE, comparing::runNow);
    }

    @Override
    public Future<?> stop() {
        reconciliation.stop();
        return comparing.stop();
    }
}
