package dev.orderengine.notification;

import java.time.Instant;
import java.util.UUID;

/**
 * An event that a customer is to be told of.
 *
 * @param sequence of the event within its order
 * @param at when the event happened
 * @param traceparent of the trace that it belongs to
 */
record Notice(UUID orderId, int sequence, Kind kind, Instant at, String traceparent) {}
