package dev.orderengine.order;

import java.util.Locale;

/** A way in which goods reach a customer. */
public enum FulfillmentChannel {
    WAREHOUSE,
    STORE_PICKUP,
    DROPSHIP,
    DIGITAL;

    private static final WireNames<FulfillmentChannel> NAMES = new WireNames<>(values(), FulfillmentChannel::wire);

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wire() {
        return wire;
    }

    /** @throws IllegalArgumentException if no channel has that name */
    public static FulfillmentChannel of(String wire) {
        return NAMES.find(wire);
    }
}
