package dev.orderengine.catalog;

import dev.orderengine.money.Money;
import java.util.Currency;
import java.util.Map;
import java.util.Optional;

/**
 * What can be ordered.
 *
 * @param version moves with every change of the product or one of its prices
 */
public record Product(String productId, String name, boolean active, int version, Map<Currency, Money> prices) {

    /** Copies the prices. */
    public Product {
        prices = Map.copyOf(prices);
    }

    /** The price of one unit, if it is sold in that currency. */
    public Optional<Money> price(Currency currency) {
        return Optional.ofNullable(prices.get(currency));
    }
}
