package dev.orderengine.order;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * Changes details of an order.
 *
 * @param metadata merged into what there is; an entry that is null is taken away
 */
public record UpdateOrder(
        Edit<String> shippingAddress, Edit<FulfillmentChannel> channel, Edit<Map<String, String>> metadata)
        implements OrderCommand {

    /** Copies the map. */
    public UpdateOrder {
        if (metadata.value() != null) {
            metadata = Edit.to(Collections.unmodifiableMap(new HashMap<>(metadata.value())));
        }
    }

    /** Without what must never be logged. */
    @Override
    public String toString() {
        return "UpdateOrder[channel=" + channel + "]";
    }
}
