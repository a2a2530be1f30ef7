package dev.orderengine.returns;

import dev.orderengine.order.OrderCommand;
import dev.orderengine.order.ProductUnits;
import java.util.List;

/**
 * Announces that units which shipped come back.
 *
 * @param items no product twice
 * @param reason the customer's words; null if none were given
 */
public record RegisterReturn(List<ProductUnits> items, String reason) implements OrderCommand {

    /** Copies the list. */
    public RegisterReturn {
        items = List.copyOf(items);
    }
}
