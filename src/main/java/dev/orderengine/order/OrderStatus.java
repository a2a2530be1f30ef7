package dev.orderengine.order;

import java.util.Locale;

/** Where an order is in its life; the moves between them are in {@link Transitions}. */
public enum OrderStatus {
    PENDING,
    PENDING_REVIEW,
    PENDING_VERIFICATION,
    PAYMENT_FAILED,
    PAID,
    PARTIALLY_FULFILLED,
    FULFILLED,
    RETURNED,
    REJECTED,
    CANCELLED;

    private static final WireNames<OrderStatus> NAMES = new WireNames<>(values(), OrderStatus::wire);

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wire() {
        return wire;
    }

    /** @throws IllegalArgumentException if no status has that name */
    public static OrderStatus of(String wire) {
        return NAMES.find(wire);
    }
}
