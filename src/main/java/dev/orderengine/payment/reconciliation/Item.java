package dev.orderengine.payment.reconciliation;

import java.util.Locale;

/** What is compared. */
public enum Item {
    PAYMENT,
    REFUND;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wire() {
        return wire;
    }

    static Item of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
