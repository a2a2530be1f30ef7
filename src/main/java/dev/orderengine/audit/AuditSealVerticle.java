package dev.orderengine.audit;

import dev.orderengine.batch.Recurring;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Lets the audit log be sealed, and its head be kept, again and again. */
public final class AuditSealVerticle extends VerticleBase {

    private final AuditSealer sealer;
    private final AuditAnchors anchors;
    private final Duration sealInterval;
    private final Duration anchorInterval;
    private final MeterRegistry metrics;
    private Recurring sealing;
    private Recurring anchoring;

    /**
     * @param sealInterval between two looks for what is not sealed
     * @param anchorInterval between two anchors
     */
    public AuditSealVerticle(
            AuditSealer sealer,
            AuditAnchors anchors,
            Duration sealInterval,
            Duration anchorInterval,
            MeterRegistry metrics) {
        this.sealer = sealer;
        this.anchors = anchors;
        this.sealInterval = sealInterval;
        this.anchorInterval = anchorInterval;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        sealing = new Recurring(vertx, "audit_seal", sealInterval, metrics, sealer::seal);
        anchoring = new Recurring(vertx, "audit_anchor", anchorInterval, metrics, anchors::keep);
        sealing.start();
        anchoring.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return Future.join(sealing.stop(), anchoring.stop());
    }
}
