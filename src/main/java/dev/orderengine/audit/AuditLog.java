package dev.orderengine.audit;

import dev.orderengine.batch.MicroBatcher;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import java.util.Collections;
import java.util.List;

/** Appends what has no transaction of its own, such as refusals, in micro-batches. Confined to one event loop. */
final class AuditLog {

    private static final MicroBatcher.Limits LIMITS = new MicroBatcher.Limits(500, 1, 10_000);

    /** SQLSTATE class 22, data exception. */
    private static final String BAD_DATA = "22";

    private final Pool writers;
    private final AuditWriter writer;
    private final MicroBatcher<AuditEntry, Future<Void>> batches;

    AuditLog(Pool writers, AuditWriter writer, MeterRegistry metrics) {
        this.writers = writers;
        this.writer = writer;
        this.batches = new MicroBatcher<>("audit", LIMITS, metrics, this::append);
    }

    /** Completes when the entry is durable. */
    Future<Void> append(AuditEntry entry) {
        return batches.submit(entry).compose(appended -> appended);
    }

    Future<Void> drain() {
        return batches.drain();
    }

    private Future<List<Future<Void>>> append(List<AuditEntry> entries) {
        return writer.append(writers, entries)
                .map(written -> Collections.nCopies(entries.size(), written()))
                .recover(fault -> isOfAnEntry(fault) ? appendEach(entries) : Future.failedFuture(fault));
    }

    private Future<List<Future<Void>>> appendEach(List<AuditEntry> entries) {
        List<Future<Void>> each = entries.stream()
                .map(entry -> writer.append(writers, List.of(entry)))
                .toList();
        return Future.join(each).transform(done -> Future.succeededFuture(each));
    }

    private static Future<Void> written() {
        return Future.succeededFuture();
    }

    /** One that cannot be stored must not take the others with it: then each is appended alone. */
    private static boolean isOfAnEntry(Throwable fault) {
        return fault instanceof IllegalArgumentException
                || fault instanceof PgException refused && refused.getSqlState().startsWith(BAD_DATA);
    }
}
