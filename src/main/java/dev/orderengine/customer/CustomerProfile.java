package dev.orderengine.customer;

/**
 * What a customer says of himself; null for what he does not say.
 *
 * @param locale a BCP 47 tag in its usual spelling, such as {@code en-GB}
 */
public record CustomerProfile(String customerId, String email, String name, String locale) {

    /** The record without what must never be logged. */
    @Override
    public String toString() {
        return "CustomerProfile[customerId=" + customerId + "]";
    }
}
