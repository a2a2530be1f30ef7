package dev.orderengine.audit;

import dev.orderengine.bus.BusMessage;
import java.time.Instant;
import java.util.Map;

/**
 * Who did what to what, and what came of it. Never personal data beyond ids, never a secret.
 *
 * @param subject what it was done to: an order's, a product's or a route's name
 * @param requestId the caller's; null if there is none
 * @param address of the caller; null for the engine itself
 */
public record AuditEntry(
        Instant at,
        String actor,
        String action,
        String subject,
        String outcome,
        String requestId,
        String address,
        Map<String, Object> detail)
        implements BusMessage {}
