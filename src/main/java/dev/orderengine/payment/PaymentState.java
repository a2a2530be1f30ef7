package dev.orderengine.payment;

import java.util.Locale;

/** What is known of one attempt to charge an order. */
public enum PaymentState {
    /** Never handed to its provider. */
    CREATED,
    /** Handed over, or waiting to be handed over again. */
    PROCESSING,
    /** The provider holds the money for us. */
    AUTHORIZED,
    CAPTURED,
    /** Nothing was charged and nothing will be. */
    FAILED,
    /** Handed over, and no answer tells whether it was charged. */
    UNKNOWN,
    VOIDED,
    PARTIALLY_REFUNDED,
    REFUNDED;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wire() {
        return wire;
    }

    /** Whether the provider's word on it is still awaited. */
    public boolean isOpen() {
        return this == CREATED || this == PROCESSING || this == UNKNOWN;
    }

    /** @throws IllegalArgumentException if no state has that name */
    public static PaymentState of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
