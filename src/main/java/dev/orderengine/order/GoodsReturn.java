package dev.orderengine.order;

import dev.orderengine.inventory.StockUnits;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Units of an order that a customer sends back.
 *
 * @param units with the locations that they left from and come back to
 * @param reason the customer's words, so never in an event or a log
 * @param receivedAt when they were back; null while they are on their way
 */
public record GoodsReturn(UUID id, List<StockUnits> units, String reason, Instant createdAt, Instant receivedAt) {

    /** Copies the list. */
    public GoodsReturn {
        units = List.copyOf(units);
    }

    /** Whether the goods are back. */
    public boolean received() {
        return receivedAt != null;
    }

    /** What is known of it, without the customer's words. */
    @Override
    public String toString() {
        return "GoodsReturn[id=" + id + ", units=" + units + ", receivedAt=" + receivedAt + "]";
    }
}
