package dev.orderengine.order;

/** Completes the additional verification of an order. @param code as the customer typed it */
public record VerifyOrder(String code) implements OrderCommand {

    /** Without the code. */
    @Override
    public String toString() {
        return "VerifyOrder[]";
    }
}
