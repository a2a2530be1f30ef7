package dev.orderengine.audit;

import dev.orderengine.bus.Address;
import dev.orderengine.bus.Bus;
import dev.orderengine.bus.Nudge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;

/** Serves {@link #APPEND}; answers when the entry is durable. */
public final class AuditVerticle extends VerticleBase {

    /** Where audit entries are appended. */
    public static final Address<AuditEntry, Nudge> APPEND =
            new Address<>("audit.append", AuditEntry.class, Nudge.class);

    private final Bus bus;
    private final AuditLog log;

    public AuditVerticle(Bus bus, Pool writers, AuditWriter writer, MeterRegistry metrics) {
        this.bus = bus;
        this.log = new AuditLog(writers, writer, metrics);
    }

    @Override
    public Future<?> start() {
        return bus.serve(APPEND, entry -> log.append(entry).map(Nudge.NUDGE));
    }

    @Override
    public Future<?> stop() {
        return log.drain();
    }
}
