package dev.orderengine.audit;

import dev.orderengine.batch.MicroBatcher;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.Collections;
import java.util.List;

/** Appends what has no transaction of its own, such as refusals, in micro-batches. Confined to one event loop. */
final class AuditLog {

    private static final MicroBatcher.Limits LIMITS = new MicroBatcher.Limits(500, 1, 10_000);

    private final Pool writers;
    private final AuditWriter writer;
    private final MicroBatcher<AuditEntry, Void> batches;

    AuditLog(Pool writers, AuditWriter writer, MeterRegistry metrics) {
        this.writers = writers;
        this.writer = writer;
        this.batches = new MicroBatcher<>("audit", LIMITS, metrics, this::append);
    }

    /** Completes when the entry is durable. */
    Future<Void> append(AuditEntry entry) {
        return batches.submit(entry);
    }

    Future<Void> drain() {
        return batches.drain();
    }

    private Future<List<Void>> append(List<AuditEntry> entries) {
        return writer.append(writers, entries).map(written -> Collections.nCopies(entries.size(), null));
    }
}
