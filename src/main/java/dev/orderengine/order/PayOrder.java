package dev.orderengine.order;

/**
 * Another attempt to pay an order.
 *
 * @param token null for a bank transfer
 */
public record PayOrder(PaymentMethod method, String token) implements OrderCommand {

    /** Without the token, which must never be logged. */
    @Override
    public String toString() {
        return "PayOrder[method=" + method + "]";
    }
}
