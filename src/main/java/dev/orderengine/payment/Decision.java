package dev.orderengine.payment;

import dev.orderengine.order.OrderChange;

/**
 * What becomes of a payment and its order.
 *
 * @param after the payment, to be written
 * @param order what changes in the order; null if nothing does
 * @param step what to ask of the provider once this is written
 */
public record Decision(Payment after, OrderChange order, Step step) {}
