package dev.orderengine.rules;

import dev.orderengine.money.Money;
import java.math.BigDecimal;
import java.util.Map;

/**
 * What rules may know of the order that is being placed.
 *
 * @param customerId whose order it is
 * @param total what the order costs, in its own currency
 * @param totalUsd the same in US dollars, exact as {@code Conversion.Converted} has it, never rounded
 * @param paymentMethod as in the request, {@code credit_card} for one
 * @param products ordered units by product id
 * @param hasShippingAddress whether the request has one
 * @param channel the fulfilment channel that was wished for, empty when none was
 * @param metadata as in the request
 */
public record OrderFacts(
        String customerId,
        Money total,
        BigDecimal totalUsd,
        String paymentMethod,
        Map<String, Long> products,
        boolean hasShippingAddress,
        String channel,
        Map<String, String> metadata) {

    /** Copies the maps, unless they are immutable already. */
    public OrderFacts {
        products = Map.copyOf(products);
        metadata = Map.copyOf(metadata);
    }

    /** The units of all products together. */
    public long units() {
        long units = 0;
        for (long quantity : products.values()) {
            units += quantity;
        }
        return units;
    }
}
