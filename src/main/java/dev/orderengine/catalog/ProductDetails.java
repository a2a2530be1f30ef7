package dev.orderengine.catalog;

import dev.orderengine.money.Money;
import java.util.Currency;
import java.util.Map;

/** What somebody wants a product to be: all of it, but for the version, which is the catalogue's own. */
public record ProductDetails(String productId, String name, boolean active, Map<Currency, Money> prices) {

    /** Copies the prices. */
    public ProductDetails {
        prices = Map.copyOf(prices);
    }

    /** Whether the product is that already. */
    boolean describes(Product product) {
        return name.equals(product.name()) && active == product.active() && prices.equals(product.prices());
    }
}
