package dev.orderengine.inventory;

/**
 * What becomes of one order's units of a product at a location.
 *
 * @param held units held for the order from now on; fewer, if negative
 * @param shipped units that leave
 * @param restocked units that come back
 */
public record StockMovement(String productId, String locationId, int held, int shipped, int restocked) {

    /** Units that the order holds leave. */
    public static StockMovement ship(String productId, String locationId, int units) {
        return new StockMovement(productId, locationId, -units, units, 0);
    }

    /** Free units are held for the order; held ones become free, if negative. */
    public static StockMovement hold(String productId, String locationId, int units) {
        return new StockMovement(productId, locationId, units, 0, 0);
    }

    /** Units that left come back. */
    public static StockMovement restock(StockUnits units) {
        return new StockMovement(units.productId(), units.locationId(), 0, 0, units.quantity());
    }
}
