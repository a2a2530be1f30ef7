package dev.orderengine.audit;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;

/** Writes entries of the audit log. Any thread. */
public final class AuditWriter {

    private static final String APPEND = """
            INSERT INTO audit_log (at, actor, action, subject, outcome, request_id, address, detail)
            SELECT at, actor, action, subject, outcome, request_id, address, detail::jsonb
            FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
                AS e (at, actor, action, subject, outcome, request_id, address, detail)""";

    private final ObjectMapper json;

    public AuditWriter(ObjectMapper json) {
        this.json = json;
    }

    /** @param client a transaction, or a pool for one of their own */
    public Future<Void> append(SqlClient client, List<AuditEntry> entries) {
        return Future.succeededFuture(entries)
                .map(this::columns)
                .compose(columns -> client.preparedQuery(APPEND).execute(columns))
                .mapEmpty();
    }

    private Tuple columns(List<AuditEntry> entries) {
        return Tuple.tuple()
                .addArrayOfOffsetDateTime(column(entries, entry -> time(entry.at()), OffsetDateTime[]::new))
                .addArrayOfString(column(entries, AuditEntry::actor, String[]::new))
                .addArrayOfString(column(entries, AuditEntry::action, String[]::new))
                .addArrayOfString(column(entries, AuditEntry::subject, String[]::new))
                .addArrayOfString(column(entries, AuditEntry::outcome, String[]::new))
                .addArrayOfString(column(entries, AuditEntry::requestId, String[]::new))
                .addArrayOfString(column(entries, AuditEntry::address, String[]::new))
                .addArrayOfString(column(entries, entry -> json(entry.detail()), String[]::new));
    }

    private String json(Map<String, Object> detail) {
        try {
            return json.writeValueAsString(detail);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("audit detail that is not JSON", e);
        }
    }
}
