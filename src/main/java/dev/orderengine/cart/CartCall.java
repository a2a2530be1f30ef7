package dev.orderengine.cart;

import java.util.List;

/**
 * Who asks for which cart, and in which state it must be.
 *
 * @param caller subject of whoever asks
 * @param seesAll whether every cart is the caller's business
 * @param onlyIf versions one of which the cart must have, {@code *} for any; empty when that does not matter
 * @param notIf versions that the cart must not have, {@code *} for any; empty when that does not matter
 */
public record CartCall(String cartId, String caller, boolean seesAll, List<String> onlyIf, List<String> notIf) {

    /** Copies the lists. */
    public CartCall {
        onlyIf = List.copyOf(onlyIf);
        notIf = List.copyOf(notIf);
    }

    /** Whether the cart has a version that it may have. */
    public boolean allows(Cart cart) {
        return (onlyIf.isEmpty() || named(onlyIf, cart)) && !named(notIf, cart);
    }

    boolean sees(Cart cart) {
        return seesAll || caller.equals(cart.owner());
    }

    private static boolean named(List<String> versions, Cart cart) {
        return versions.contains("*") || versions.contains(String.valueOf(cart.version()));
    }
}
