package dev.orderengine.order;

import java.util.List;

/**
 * Cancels an order, or some of its units.
 *
 * @param reason null if none was given
 * @param items what to cancel, no product twice; empty for all that is left
 */
public record CancelOrder(String reason, List<ProductUnits> items) implements OrderCommand {

    /** Copies the list. */
    public CancelOrder {
        items = List.copyOf(items);
    }
}
