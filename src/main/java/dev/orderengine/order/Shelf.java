package dev.orderengine.order;

import java.util.Set;

/**
 * What there is of one of an order's products at one location.
 *
 * @param channels that the location serves
 * @param held units reserved for the order that are in no parcel yet
 * @param free units that nobody holds; may be fewer when they are asked for
 */
public record Shelf(String productId, String locationId, Set<FulfillmentChannel> channels, int held, int free) {

    /** Copies the set. */
    public Shelf {
        channels = Set.copyOf(channels);
    }
}
