package dev.orderengine.order;

import java.util.Locale;

/** How a customer pays, and which provider moves the money. */
public enum PaymentMethod {
    CREDIT_CARD("stripe"),
    PAYPAL("paypal"),
    STRIPE("stripe"),
    BANK_TRANSFER("bank_transfer");

    private static final WireNames<PaymentMethod> NAMES = new WireNames<>(values(), PaymentMethod::wire);

    private final String wire = name().toLowerCase(Locale.ROOT);
    private final String provider;

    PaymentMethod(String provider) {
        this.provider = provider;
    }

    /** The name in JSON and in the database. */
    public String wire() {
        return wire;
    }

    /** The name of the provider that charges it. */
    public String provider() {
        return provider;
    }

    /** Whether the request must name a token; a bank transfer is the customer's own doing. */
    public boolean needsToken() {
        return this != BANK_TRANSFER;
    }

    /** @throws IllegalArgumentException if no method has that name */
    public static PaymentMethod of(String wire) {
        return NAMES.find(wire);
    }
}
