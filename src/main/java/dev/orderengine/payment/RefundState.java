package dev.orderengine.payment;

import java.util.Locale;

/** What is known of money that is to go back. */
public enum RefundState {
    /** Not done yet: to be asked for, or the provider works on it. */
    PENDING,
    /** Asked for, and no answer tells whether it was done. */
    UNKNOWN,
    SUCCEEDED,
    /** The provider will not do it. */
    FAILED;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wire() {
        return wire;
    }

    /** Whether the provider's word on it is still awaited. */
    public boolean isOpen() {
        return this == PENDING || this == UNKNOWN;
    }

    /** @throws IllegalArgumentException if no state has that name */
    public static RefundState of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
