package dev.orderengine.order;

import java.util.List;

/**
 * The data of {@code order.placed}: what the world is told, and what the answer to the request is built from, at first and when
 * it is replayed. Amounts are decimals.
 */
record OrderPlaced(
        String customerId,
        String status,
        String decision,
        List<String> matchedRules,
        String totalAmount,
        String currency,
        String paymentMethod,
        List<Item> items,
        int version) {

    record Item(String productId, int quantity, String unitPrice) {}

    static OrderPlaced of(Place place, int version) {
        PricedOrder order = place.order();
        return new OrderPlaced(
                order.request().customerId(),
                place.status().wire(),
                order.decision().verdict().wire(),
                order.decision().matchedRules(),
                order.total().toDecimal(),
                order.total().currency().getCurrencyCode(),
                order.request().paymentMethod().wire(),
                order.lines().stream()
                        .map(line -> new Item(
                                line.productId(),
                                line.quantity(),
                                line.unitPrice().toDecimal()))
                        .toList(),
                version);
    }
}
