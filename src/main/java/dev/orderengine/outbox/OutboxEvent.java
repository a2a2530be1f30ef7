package dev.orderengine.outbox;

import java.time.Instant;
import java.util.UUID;

/**
 * An event that waits for its delivery.
 *
 * @param row the outbox row's key within its shard; of one order's rows the later event has the greater key
 * @param sequence the event's number within its order
 * @param type as it is written, {@code order.placed} for instance
 * @param data JSON text, as the database holds it
 * @param at when the event happened
 * @param traceparent of the trace that it belongs to; null if none
 * @param attempts how often it was refused so far
 */
public record OutboxEvent(
        long row, UUID orderId, int sequence, String type, String data, Instant at, String traceparent, int attempts) {}
