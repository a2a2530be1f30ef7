package dev.orderengine.assessment;

import dev.orderengine.bus.BusMessage;
import dev.orderengine.order.PlaceOrder;
import java.time.Instant;

/**
 * Asks for the price of an order and the rules' decision on it.
 *
 * @param traceparent of the request; null if there is none
 */
public record Assess(PlaceOrder order, Instant at, String traceparent) implements BusMessage {}
