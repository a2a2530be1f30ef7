package dev.orderengine.order;

import dev.orderengine.money.Money;
import java.time.Instant;
import java.util.UUID;

/**
 * What deciders need to know of an order. Moves go by {@link Transitions}: a move that the table lacks is a fault here,
 * for deciders ask {@code allows} first.
 *
 * @param version the sequence of the order's last event
 * @param expiresAt when it is cancelled unless paid; null if it cannot expire
 */
public record OrderState(
        UUID id,
        String customerId,
        OrderStatus status,
        PaymentStatus paymentStatus,
        FulfillmentStatus fulfillmentStatus,
        int version,
        Money total,
        PaymentMethod paymentMethod,
        Instant expiresAt) {

    /** The order after a move of its status. */
    public OrderState moveTo(OrderStatus next) {
        if (!Transitions.allows(status, next)) {
            throw new IllegalStateException("order " + id + " cannot move from " + status + " to " + next);
        }
        return new OrderState(
                id, customerId, next, paymentStatus, fulfillmentStatus, version, total, paymentMethod, expiresAt);
    }

    /** The order after a move of its payment status. */
    public OrderState moveTo(PaymentStatus next) {
        if (!Transitions.allows(paymentStatus, next)) {
            throw new IllegalStateException(
                    "payment of order " + id + " cannot move from " + paymentStatus + " to " + next);
        }
        return new OrderState(
                id, customerId, status, next, fulfillmentStatus, version, total, paymentMethod, expiresAt);
    }

    /** The order with another expiry; null for none. */
    public OrderState expiringAt(Instant expiry) {
        return new OrderState(
                id, customerId, status, paymentStatus, fulfillmentStatus, version, total, paymentMethod, expiry);
    }
}
