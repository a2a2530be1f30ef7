package dev.orderengine.audit;

import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** Reads the audit log, the newest first. Any thread. */
public final class AuditSearch {

    private static final String PAGE = """
            SELECT %s FROM audit_log a LEFT JOIN audit_chain c ON c.entry_id = a.id
            WHERE ($1::text IS NULL OR a.actor = $1)
              AND ($2::text IS NULL OR a.action = $2)
              AND ($3::text IS NULL OR a.subject = $3)
              AND ($4::text IS NULL OR a.outcome = $4)
              AND ($5::timestamptz IS NULL OR a.at >= $5)
              AND ($6::timestamptz IS NULL OR a.at < $6)
              AND ($7::timestamptz IS NULL OR (a.at, a.id) < ($7, $8))
            ORDER BY a.at DESC, a.id DESC LIMIT $9""".formatted(AuditRecord.COLUMNS);

    private final Pool readers;

    public AuditSearch(Pool readers) {
        this.readers = readers;
    }

    /** So many at most. */
    public Future<List<AuditRecord>> page(AuditFilter filter, int limit) {
        UUID before = filter.before();
        Instant at = before == null ? null : Instant.EPOCH.plus(before.getMostSignificantBits(), ChronoUnit.MICROS);
        Long id = before == null ? null : before.getLeastSignificantBits();
        Tuple parameters = Tuple.of(filter.actor(), filter.action(), filter.subject(), filter.outcome())
                .addOffsetDateTime(time(filter.from()))
                .addOffsetDateTime(time(filter.to()))
                .addOffsetDateTime(time(at))
                .addLong(id)
                .addInteger(limit);
        return readers.preparedQuery(PAGE).execute(parameters).map(rows -> Rows.list(rows, AuditRecord::of));
    }
}
