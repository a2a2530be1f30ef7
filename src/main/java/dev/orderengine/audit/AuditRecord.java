package dev.orderengine.audit;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * An entry as the log has it.
 *
 * @param at in microseconds
 * @param detail JSON as Postgres writes it
 * @param seal null until it is sealed
 */
public record AuditRecord(
        long id,
        Instant at,
        String actor,
        String action,
        String subject,
        String outcome,
        String requestId,
        String address,
        String detail,
        AuditSeal seal) {

    /** The columns of an entry {@code a} and of its link {@code c}, of which one may be missing. */
    static final String COLUMNS = """
            a.id, a.at, a.actor, a.action, a.subject, a.outcome, a.request_id, a.address, a.detail::text AS detail,
            c.position, c.entry_id, c.digest, c.hash, c.sealed_at""";

    /** What entry and seal say. */
    static AuditRecord of(Row row) {
        return new AuditRecord(
                row.getLong("id"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("actor"),
                row.getString("action"),
                row.getString("subject"),
                row.getString("outcome"),
                row.getString("request_id"),
                row.getString("address"),
                row.getString("detail"),
                row.getLong("position") == null ? null : AuditSeal.of(row));
    }

    /** Names its place among all, the newest first. */
    public UUID cursor() {
        return new UUID(ChronoUnit.MICROS.between(Instant.EPOCH, at), id);
    }

    /** The SHA-256 of all that it says, but for its id. */
    public byte[] digest() {
        return new Digester()
                .field(String.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, at)))
                .field(actor)
                .field(action)
                .field(subject)
                .field(outcome)
                .field(requestId)
                .field(address)
                .field(detail)
                .done();
    }
}
