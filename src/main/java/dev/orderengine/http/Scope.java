package dev.orderengine.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a caller may be allowed to do; the names are those of {@code conf/roles.yaml}. */
enum Scope {
    /** Sees the orders of every customer: staff. */
    ORDERS_ALL,
    ORDERS_READ,
    ORDERS_WRITE,
    ORDERS_FULFIL,
    ORDERS_REVIEW,
    CARTS_WRITE,
    CATALOG_READ,
    CATALOG_WRITE,
    INVENTORY_READ,
    INVENTORY_WRITE,
    CUSTOMERS_READ,
    CUSTOMERS_WRITE,
    CUSTOMERS_ADMIN,
    /** Looks after a running engine: figures, dead letters, log levels. */
    OPERATIONS,
    ADMIN;

    private static final Map<String, Scope> BY_WIRE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Scope::wire, Function.identity()));

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', ':');

    String wire() {
        return wire;
    }

    /** @throws IllegalArgumentException if no scope has that name */
    static Scope of(String wire) {
        Scope scope = BY_WIRE.get(wire);
        if (scope == null) {
            throw new IllegalArgumentException("no scope is called " + wire + "; known are " + BY_WIRE.keySet());
        }
        return scope;
    }
}
