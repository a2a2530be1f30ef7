package dev.orderengine.order;

import java.util.Locale;

/** A way in which goods reach a customer. */
public enum FulfillmentChannel {
    WAREHOUSE,
    STORE_PICKUP,
    DROPSHIP,
    DIGITAL;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wire() {
        return wire;
    }

    /** @throws IllegalArgumentException if no channel has that name */
    public static FulfillmentChannel of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
