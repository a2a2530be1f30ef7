package dev.orderengine.customer;

/**
 * A customer as the engine knows him.
 *
 * @param version moves with every change
 */
public record Customer(CustomerProfile profile, int version) {

    /** The record without what must never be logged. */
    @Override
    public String toString() {
        return "Customer[customerId=" + profile.customerId() + ", version=" + version + "]";
    }
}
