package dev.orderengine.order;

import java.util.Locale;

/** How much of an order has left; the moves between them are in {@link Transitions}. */
public enum FulfillmentStatus {
    UNFULFILLED,
    PARTIALLY_FULFILLED,
    FULFILLED;

    private static final WireNames<FulfillmentStatus> NAMES = new WireNames<>(values(), FulfillmentStatus::wire);

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wire() {
        return wire;
    }

    /** @throws IllegalArgumentException if no status has that name */
    public static FulfillmentStatus of(String wire) {
        return NAMES.find(wire);
    }
}
