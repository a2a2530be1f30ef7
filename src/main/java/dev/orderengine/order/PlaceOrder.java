package dev.orderengine.order;

import dev.orderengine.money.Money;
import java.util.Currency;
import java.util.List;
import java.util.Map;

/**
 * What a caller asks for, well-formed (specification, section 4), not yet priced or decided on.
 *
 * @param paymentToken null for a bank transfer
 * @param shippingAddress null if not sent
 * @param channel the wish; null if there is none
 * @param expectedTotal what the customer saw; null if not sent
 */
public record PlaceOrder(
        String customerId,
        List<OrderLine> items,
        Currency currency,
        PaymentMethod paymentMethod,
        String paymentToken,
        String shippingAddress,
        CustomerDetails customer,
        FulfillmentChannel channel,
        Money expectedTotal,
        Map<String, String> metadata) {

    /** Copies the list and the map. */
    public PlaceOrder {
        items = List.copyOf(items);
        metadata = Map.copyOf(metadata);
    }

    /** The record without what must never be logged. */
    @Override
    public String toString() {
        return "PlaceOrder[customerId=" + customerId + ", items=" + items + "]";
    }
}
