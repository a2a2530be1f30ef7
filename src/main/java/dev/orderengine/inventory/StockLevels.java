package dev.orderengine.inventory;

import java.util.List;

/** What there is of a product now, and where. */
public record StockLevels(String productId, long onHand, long reserved, long available, List<AtLocation> locations) {

    /** What there is at one location. */
    public record AtLocation(String locationId, long onHand, long reserved, long available) {}
}
