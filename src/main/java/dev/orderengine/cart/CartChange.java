package dev.orderengine.cart;

import java.util.Currency;
import java.util.List;

/** What is to be done to a cart. */
public sealed interface CartChange {

    /**
     * Makes the cart, or replaces it whole.
     *
     * @param customerId null for an anonymous cart
     */
    record Put(String customerId, Currency currency, List<CartLine> items) implements CartChange {

        /** Copies the lines. */
        public Put {
            items = List.copyOf(items);
        }
    }

    /** Sets the quantity of one product, which becomes the last line if it is in none. */
    record SetLine(CartLine line) implements CartChange {}

    /** Takes one product out. */
    record RemoveLine(String productId) implements CartChange {}

    /** Removes the cart. */
    record Delete() implements CartChange {}
}
