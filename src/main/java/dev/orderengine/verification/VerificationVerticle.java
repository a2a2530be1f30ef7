package dev.orderengine.verification;

import dev.orderengine.batch.Recurring;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Lets codes be sent again and again, and old verifications be forgotten. */
public final class VerificationVerticle extends VerticleBase {

    private static final Duration SEND_INTERVAL = Duration.ofSeconds(1);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);

    private final Verifications verifications;
    private final MeterRegistry metrics;
    private Recurring sending;
    private Recurring forgetting;

    public VerificationVerticle(Verifications verifications, MeterRegistry metrics) {
        this.verifications = verifications;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        sending = new Recurring(vertx, "verifications", SEND_INTERVAL, metrics, verifications::run);
        forgetting = new Recurring(vertx, "verifications_kept", FORGET_INTERVAL, metrics, verifications::forget);
        sending.start();
        forgetting.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return Future.join(sending.stop(), forgetting.stop());
    }
}
