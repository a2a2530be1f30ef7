package dev.orderengine.order;

import dev.orderengine.money.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What is in an order's row and deciders need to know. Moves go by {@link Transitions}: a move that the table lacks is a fault here,
 * for deciders ask {@code allows} first.
 *
 * @param version the sequence of the order's last event
 * @param total what was ordered; never changes
 * @param expiresAt when it is cancelled unless paid; null if it cannot expire
 * @param cancelReason null unless it is cancelled
 */
public record OrderState(
        UUID id,
        String customerId,
        OrderStatus status,
        PaymentStatus paymentStatus,
        FulfillmentStatus fulfillmentStatus,
        int version,
        Money total,
        List<OrderItem> items,
        PaymentMethod paymentMethod,
        Instant expiresAt,
        String cancelReason) {

    /** Copies the list. */
    public OrderState {
        items = List.copyOf(items);
    }

    /** Whether it is in a state in which units may leave. */
    public boolean maySend() {
        return status == OrderStatus.PAID || status == OrderStatus.PARTIALLY_FULFILLED;
    }

    /** What is to be paid: the total without what was cancelled of it. */
    public Money due() {
        return items.stream().map(OrderItem::due).reduce(Money.zero(total.currency()), Money::plus);
    }

    /** The order after a move of its status. */
    public OrderState moveTo(OrderStatus next) {
        if (!Transitions.allows(status, next)) {
            throw new IllegalStateException("order " + id + " cannot move from " + status + " to " + next);
        }
        return with(next, paymentStatus, fulfillmentStatus);
    }

    /** The order after a move of its payment status. */
    public OrderState moveTo(PaymentStatus next) {
        if (!Transitions.allows(paymentStatus, next)) {
            throw new IllegalStateException(
                    "payment of order " + id + " cannot move from " + paymentStatus + " to " + next);
        }
        return with(status, next, fulfillmentStatus);
    }

    /** The order after a move of its fulfilment status. */
    public OrderState moveTo(FulfillmentStatus next) {
        if (!Transitions.allows(fulfillmentStatus, next)) {
            throw new IllegalStateException(
                    "fulfilment of order " + id + " cannot move from " + fulfillmentStatus + " to " + next);
        }
        return with(status, paymentStatus, next);
    }

    /** The order cancelled for that reason; nothing is left that could expire. */
    public OrderState cancelled(String reason) {
        return moveTo(OrderStatus.CANCELLED).with(items, paymentMethod, null, reason);
    }

    /** The order paid; it cannot expire any more, and if it had, it has not. */
    public OrderState paid() {
        return moveTo(OrderStatus.PAID).with(items, paymentMethod, null, null);
    }

    /** Whether it was cancelled because its time was over: nobody cancelled what it has. */
    public boolean isExpired() {
        return status == OrderStatus.CANCELLED
                && ExpiryDecider.REASON.equals(cancelReason)
                && items.stream().anyMatch(item -> item.open() > 0);
    }

    /** The units of each product that are open; products without any are left out. */
    public Map<String, Integer> openUnits() {
        return items.stream()
                .filter(item -> item.open() > 0)
                .collect(Collectors.toUnmodifiableMap(OrderItem::productId, OrderItem::open));
    }

    /** The order with another expiry; null for none. */
    public OrderState expiringAt(Instant expiry) {
        return with(items, paymentMethod, expiry, cancelReason);
    }

    /** The order with other counts in its lines. */
    public OrderState withItems(List<OrderItem> changed) {
        return with(changed, paymentMethod, expiresAt, cancelReason);
    }

    /** The order paid in another way. */
    public OrderState paidBy(PaymentMethod method) {
        return with(items, method, expiresAt, cancelReason);
    }

    private OrderState with(OrderStatus order, PaymentStatus payment, FulfillmentStatus fulfillment) {
        return new OrderState(
                id,
                customerId,
                order,
                payment,
                fulfillment,
                version,
                total,
                items,
                paymentMethod,
                expiresAt,
                cancelReason);
    }

    private OrderState with(List<OrderItem> lines, PaymentMethod method, Instant expiry, String reason) {
        return new OrderState(
                id,
                customerId,
                status,
                paymentStatus,
                fulfillmentStatus,
                version,
                total,
                lines,
                method,
                expiry,
                reason);
    }
}
