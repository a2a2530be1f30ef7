package dev.orderengine.order;

import java.util.Map;

/**
 * What may change of an order until something ships.
 *
 * @param shippingAddress null if none was given; personal, so never in an event or a log
 * @param channel the wish; null if there is none
 */
public record OrderDetails(String shippingAddress, FulfillmentChannel channel, Map<String, String> metadata) {

    /** Copies the map. */
    public OrderDetails {
        metadata = Map.copyOf(metadata);
    }

    /** The record without what must never be logged. */
    @Override
    public String toString() {
        return "OrderDetails[channel=" + channel + "]";
    }
}
