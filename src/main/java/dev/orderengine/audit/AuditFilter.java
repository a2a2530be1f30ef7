package dev.orderengine.audit;

import java.time.Instant;
import java.util.UUID;

/**
 * Which entries are asked for; null for any.
 *
 * @param from the earliest time, inclusive
 * @param to the latest, exclusive
 * @param before the entry that the ones before are asked for: its time in microseconds, and its id
 */
public record AuditFilter(
        String actor, String action, String subject, String outcome, Instant from, Instant to, UUID before) {

    /** The same, going on before that entry. */
    public AuditFilter before(AuditRecord last) {
        return new AuditFilter(actor, action, subject, outcome, from, to, last.cursor());
    }
}
