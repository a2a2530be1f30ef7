package dev.orderengine.order;

import java.time.Instant;
import java.util.List;

/**
 * What a decision changes in one order: written together with its events and their outbox rows, or not at all.
 *
 * @param before the order as it was locked
 * @param after the order as it becomes; its version is given when it is written
 * @param events at least one
 * @param cancelReason kept with a cancelled order; null else
 * @param releasesStock whether the order's whole reservation goes back
 * @param actor who caused it: a caller's subject, or the name of the engine's part
 * @param traceparent of the trace that the events belong to; null if none
 */
public record OrderChange(
        OrderState before,
        OrderState after,
        List<NewEvent> events,
        String cancelReason,
        boolean releasesStock,
        String actor,
        Instant at,
        String traceparent) {}
