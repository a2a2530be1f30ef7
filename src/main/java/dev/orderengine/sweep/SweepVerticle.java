package dev.orderengine.sweep;

import dev.orderengine.batch.Recurring;
import dev.orderengine.bus.Bus;
import dev.orderengine.order.Expiry;
import dev.orderengine.outbox.RelayVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Lets expiry and retention run again and again, each by itself, so that a fault of one does not stop the other. */
public final class SweepVerticle extends VerticleBase {

    private final Bus bus;
    private final Expiry expiry;
    private final Retention retention;
    private final Duration interval;
    private final MeterRegistry metrics;
    private Recurring expiring;
    private Recurring retaining;

    /** @param interval between two sweeps */
    public SweepVerticle(Bus bus, Expiry expiry, Retention retention, Duration interval, MeterRegistry metrics) {
        this.bus = bus;
        this.expiry = expiry;
        this.retention = retention;
        this.interval = interval;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        expiring = new Recurring(vertx, "expiry", interval, metrics, this::expire);
        retaining = new Recurring(vertx, "retention", interval, metrics, retention::run);
        expiring.start();
        retaining.start();
        return Future.succeededFuture();
    }

    /** Sweeps once more now; completes when that is done. */
    public Future<Void> runNow() {
        return Future.join(expiring.runNow(), retaining.runNow()).mapEmpty();
    }

    @Override
    public Future<?> stop() {
        return Future.join(expiring.stop(), retaining.stop());
    }

    private Future<Void> expire() {
        return expiry.run().onSuccess(expired -> bus.nudge(RelayVerticle.READY)).mapEmpty();
    }
}
