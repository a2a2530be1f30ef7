package dev.orderengine.cart;

import java.time.Instant;
import java.util.Currency;
import java.util.List;

/**
 * A cart as it is kept, without prices.
 *
 * @param id chosen by the client
 * @param incarnation of what was put under that id: a cart that is put anew is another one, and can be ordered anew
 * @param version moves with every change, and only grows, over all incarnations
 * @param customerId null for an anonymous cart
 * @param createdBy subject of who made it; an anonymous cart is theirs
 * @param expiresAt when it is gone unless it changes before
 * @param checkout mark of the checkout that is under way; null if none is
 */
public record Cart(
        String id,
        String incarnation,
        long version,
        String customerId,
        String createdBy,
        Currency currency,
        List<CartLine> items,
        Instant expiresAt,
        String checkout) {

    /** Copies the lines. */
    public Cart {
        items = List.copyOf(items);
    }

    /** The subject that sees it, besides staff. */
    public String owner() {
        return customerId == null ? createdBy : customerId;
    }
}
