package dev.orderengine.order;

import java.time.Instant;

/**
 * An immutable fact about an order.
 *
 * @param sequence 1, 2, 3 … for each order, without gaps
 * @param data JSON text
 */
public record OrderEvent(int sequence, String type, String data, String actor, Instant at) {}
