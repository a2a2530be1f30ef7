package dev.orderengine.fulfilment;

import dev.orderengine.inventory.StockUnits;
import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.ProductUnits;
import dev.orderengine.order.Shelf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * Picks where the units of an order leave from, and by which channel (specification, section 8). A unit leaves from where it is reserved
 * if that location serves the channel that is wished for; if not, its reservation moves to a location that does, rather to one that sends
 * a parcel anyway. Where there is a choice, the location comes first that can send most of what is left, so that there are few parcels;
 * then the first by id, so that the same order always goes the same way. Pure; serves once.
 */
final class Router {

    private final FulfillmentChannel wish;
    private final SortedMap<String, Integer> missing = new TreeMap<>();
    private final SortedMap<String, List<Shelf>> serving = new TreeMap<>();
    private final List<Shelf> others = new ArrayList<>();
    private final SortedMap<String, SortedMap<String, Integer>> sent = new TreeMap<>();
    private final Map<String, List<StockUnits>> moved = new HashMap<>();
    private final Map<Shelf, Integer> takenElsewhere = new HashMap<>();

    private Router(List<ProductUnits> wanted, List<Shelf> shelves, FulfillmentChannel wish) {
        this.wish = wish;
        wanted.forEach(line -> missing.put(line.productId(), line.quantity()));
        for (Shelf shelf : shelves) {
            if (wish == null ? !shelf.channels().isEmpty() : shelf.channels().contains(wish)) {
                serving.computeIfAbsent(shelf.locationId(), none -> new ArrayList<>())
                        .add(shelf);
            } else {
                others.add(shelf);
            }
        }
    }

    /** What the router found. */
    sealed interface Route {

        /** Parcels for all that was wanted, by location. */
        record Found(List<Parcel> parcels) implements Route {}

        /** Units of each product that no location can send by the channel. */
        record NotServed(SortedMap<String, Integer> missing) implements Route {}
    }

    /**
     * What leaves one location by one channel.
     *
     * @param items by product
     * @param moved of these, the units that are reserved elsewhere, and where
     */
    record Parcel(FulfillmentChannel channel, String locationId, List<ProductUnits> items, List<StockUnits> moved) {}

    /**
     * @param wanted no more than the order holds outside of parcels
     * @param shelves by product and location
     * @param wish null for any channel
     */
    static Route route(List<ProductUnits> wanted, List<Shelf> shelves, FulfillmentChannel wish) {
        Router router = new Router(wanted, shelves, wish);
        router.sendFrom(router.serving.keySet(), Shelf::held, false);
        router.sendFrom(router.sent.keySet(), Shelf::free, true);
        router.sendFrom(router.serving.keySet(), Shelf::free, true);
        return router.missing.isEmpty() ? new Route.Found(router.parcels()) : new Route.NotServed(router.missing);
    }

    /** Lets locations send what they can of what is missing, the one that can send most first. */
    private void sendFrom(Collection<String> locations, ToIntFunction<Shelf> has, boolean moves) {
        Set<String> left = new TreeSet<>(locations);
        while (!missing.isEmpty() && !left.isEmpty()) {
            String best = left.stream()
                    .max(Comparator.<String>comparingInt(location -> canSend(location, has))
                            .thenComparing(Comparator.reverseOrder()))
                    .orElseThrow();
            left.remove(best);
            serving.get(best).forEach(shelf -> send(shelf, Math.min(wanted(shelf), has.applyAsInt(shelf)), moves));
        }
    }

    private int canSend(String location, ToIntFunction<Shelf> has) {
        return serving.get(location).stream()
                .mapToInt(shelf -> Math.min(wanted(shelf), has.applyAsInt(shelf)))
                .sum();
    }

    private int wanted(Shelf shelf) {
        return missing.getOrDefault(shelf.productId(), 0);
    }

    private void send(Shelf shelf, int units, boolean moves) {
        if (units <= 0) {
            return;
        }
        sent.computeIfAbsent(shelf.locationId(), none -> new TreeMap<>()).merge(shelf.productId(), units, Integer::sum);
        missing.computeIfPresent(shelf.productId(), (product, before) -> before == units ? null : before - units);
        if (moves) {
            move(shelf, units);
        }
    }

    /** Takes the units from where they are reserved, by location. */
    private void move(Shelf to, int units) {
        int left = units;
        for (Shelf from : others) {
            int part = Math.min(left, from.held() - takenElsewhere.getOrDefault(from, 0));
            if (from.productId().equals(to.productId()) && part > 0) {
                takenElsewhere.merge(from, part, Integer::sum);
                moved.computeIfAbsent(to.locationId(), none -> new ArrayList<>())
                        .add(new StockUnits(from.productId(), from.locationId(), part));
                left -= part;
            }
        }
        if (left > 0) {
            throw new IllegalStateException("more of " + to.productId() + " is to be sent than the order holds");
        }
    }

    private List<Parcel> parcels() {
        List<Parcel> parcels = new ArrayList<>();
        sent.forEach((location, units) -> parcels.add(
                new Parcel(channel(location), location, items(units), moved.getOrDefault(location, List.of()))));
        return parcels;
    }

    /** The wish, or the first channel that the location serves. */
    private FulfillmentChannel channel(String location) {
        return wish == null ? firstOf(serving.get(location).get(0).channels()) : wish;
    }

    private static FulfillmentChannel firstOf(Set<FulfillmentChannel> channels) {
        return EnumSet.copyOf(channels).iterator().next();
    }

    private static List<ProductUnits> items(SortedMap<String, Integer> units) {
        return units.entrySet().stream()
                .map(line -> new ProductUnits(line.getKey(), line.getValue()))
                .toList();
    }
}
