package dev.orderengine.inventory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What there is of a product now, and where.
 *
 * @param locations in the order of their ids
 */
public record StockLevels(String productId, long onHand, long reserved, long available, List<AtLocation> locations) {

    /** What there is at one location. */
    public record AtLocation(String locationId, long onHand, long reserved, long available) {

        static AtLocation of(String locationId, long onHand, long reserved) {
            return new AtLocation(locationId, onHand, reserved, onHand - reserved);
        }
    }

    /** The levels at the locations, summed up. */
    static StockLevels of(String productId, List<AtLocation> locations) {
        long onHand = locations.stream().mapToLong(AtLocation::onHand).sum();
        long reserved = locations.stream().mapToLong(AtLocation::reserved).sum();
        return new StockLevels(productId, onHand, reserved, onHand - reserved, List.copyOf(locations));
    }

    /** What there is at that location, if there ever was any. */
    Optional<AtLocation> at(String locationId) {
        return locations.stream()
                .filter(location -> location.locationId().equals(locationId))
                .findFirst();
    }

    /** The same with that level at its location. */
    StockLevels with(AtLocation level) {
        List<AtLocation> changed = new ArrayList<>(locations);
        changed.removeIf(location -> location.locationId().equals(level.locationId()));
        changed.add(level);
        changed.sort(Comparator.comparing(AtLocation::locationId));
        return of(productId, changed);
    }
}
