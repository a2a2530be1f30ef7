package dev.orderengine.order;

/** What an order says of its customer; null for what it does not say. */
public record CustomerDetails(String email, String name) {

    /** Nothing was said. */
    public static final CustomerDetails NONE = new CustomerDetails(null, null);
}
