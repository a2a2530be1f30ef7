package dev.orderengine.order;

import java.util.Locale;

/** What is known of an order's money; the moves between them are in {@link Transitions}. */
public enum PaymentStatus {
    NONE,
    PROCESSING,
    AUTHORIZED,
    CAPTURED,
    FAILED,
    UNKNOWN,
    VOIDED,
    PARTIALLY_REFUNDED,
    REFUNDED;

    private static final WireNames<PaymentStatus> NAMES = new WireNames<>(values(), PaymentStatus::wire);

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wire() {
        return wire;
    }

    /** @throws IllegalArgumentException if no status has that name */
    public static PaymentStatus of(String wire) {
        return NAMES.find(wire);
    }
}
