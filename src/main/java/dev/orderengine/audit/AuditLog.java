package dev.orderengine.audit;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.batch.MicroBatcher;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Appends to the audit log, in micro-batches. Confined to one event loop. */
final class AuditLog {

    private static final String APPEND = """
            INSERT INTO audit_log (at, actor, action, subject, outcome, request_id, address, detail)
            SELECT at, actor, action, subject, outcome, request_id, address, detail::jsonb
            FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
                AS e (at, actor, action, subject, outcome, request_id, address, detail)""";

    private static final MicroBatcher.Limits LIMITS = new MicroBatcher.Limits(500, 1, 10_000);

    private final Pool writers;
    private final ObjectMapper json;
    private final MicroBatcher<AuditEntry, Void> batches;

    AuditLog(Pool writers, ObjectMapper json, MeterRegistry metrics) {
        this.writers = writers;
        this.json = json;
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
        Tuple columns = Tuple.tuple()
                .addArrayOfOffsetDateTime(column(entries, entry -> time(entry.at()), OffsetDateTime[]::new))
                .addArrayOfString(column(entries, AuditEntry::actor, String[]::new))
                .addArrayOfString(column(entries, AuditEntry::action, String[]::new))
                .addArrayOfString(column(entries, AuditEntry::subject, String[]::new))
                .addArrayOfString(column(entries, AuditEntry::outcome, String[]::new))
                .addArrayOfString(column(entries, AuditEntry::requestId, String[]::new))
                .addArrayOfString(column(entries, AuditEntry::address, String[]::new))
                .addArrayOfString(column(entries, entry -> json(entry.detail()), String[]::new));
        return writers.preparedQuery(APPEND).execute(columns).map(written -> Collections.nCopies(entries.size(), null));
    }

    private String json(Map<String, Object> detail) {
        try {
            return json.writeValueAsString(detail);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("audit detail that is not JSON", e);
        }
    }
}
