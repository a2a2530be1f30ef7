package dev.orderengine.fulfilment;

import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.OrderCommand;
import dev.orderengine.order.ProductUnits;
import java.util.List;

/**
 * Makes parcels of units that are in none yet.
 *
 * @param channel null for the order's wish, or any
 * @param items what to send, no product twice; empty for all that is left
 */
public record FulfilOrder(FulfillmentChannel channel, List<ProductUnits> items) implements OrderCommand {

    /** Copies the list. */
    public FulfilOrder {
        items = List.copyOf(items);
    }
}
