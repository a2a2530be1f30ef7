package dev.orderengine.order;

import java.time.Instant;
import java.util.List;

/**
 * What a decision changes in one order: written together with its events, their outbox rows and its effects, or not at all.
 *
 * @param before the order as it was locked
 * @param after the order as it becomes; its version is given when it is written
 * @param events at least one
 * @param effects what it does beyond the order's own row
 * @param actor who caused it: a caller's subject, or the name of the engine's part
 * @param traceparent of the trace that the events belong to; null if none
 */
public record OrderChange(
        OrderState before,
        OrderState after,
        List<NewEvent> events,
        List<Effect> effects,
        String actor,
        Instant at,
        String traceparent) {

    /** Copies the lists. */
    public OrderChange {
        events = List.copyOf(events);
        effects = List.copyOf(effects);
    }

    /** The order's version when this is written. */
    public int version() {
        return before.version() + events.size();
    }

    /** The same with other effects. */
    public OrderChange with(List<Effect> others) {
        return new OrderChange(before, after, events, others, actor, at, traceparent);
    }
}
