package dev.orderengine.order;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A parcel: units of an order that leave one location by one channel (specification, section 8).
 *
 * @param items at least one, no product twice
 * @param tracking the carrier's name of it; null if none is known
 * @param shippedAt null until it ships
 * @param deliveredAt null until it is delivered
 */
public record Fulfilment(
        UUID id,
        FulfillmentChannel channel,
        String locationId,
        State state,
        List<ProductUnits> items,
        String tracking,
        Instant createdAt,
        Instant updatedAt,
        Instant shippedAt,
        Instant deliveredAt) {

    /** Copies the list. */
    public Fulfilment {
        items = List.copyOf(items);
    }

    /** A parcel that is to be made ready. */
    public static Fulfilment create(
            UUID id, FulfillmentChannel channel, String locationId, List<ProductUnits> items, Instant now) {
        return new Fulfilment(id, channel, locationId, State.CREATED, items, null, now, now, null, null);
    }

    /**
     * The parcel after a move; one that arrives without having been seen to leave has left now.
     *
     * @param newTracking null keeps what is known
     * @throws IllegalStateException if the table of moves lacks it
     */
    public Fulfilment moveTo(State next, String newTracking, Instant now) {
        if (!Transitions.allows(state, next)) {
            throw new IllegalStateException("fulfilment " + id + " cannot move from " + state + " to " + next);
        }
        return new Fulfilment(
                id,
                channel,
                locationId,
                next,
                items,
                newTracking == null ? tracking : newTracking,
                createdAt,
                now,
                next.hasLeft() && shippedAt == null ? now : shippedAt,
                next == State.DELIVERED ? now : null);
    }

    /** The parcel under another name of the carrier's. */
    public Fulfilment trackedBy(String newTracking, Instant now) {
        return new Fulfilment(
                id, channel, locationId, state, items, newTracking, createdAt, now, shippedAt, deliveredAt);
    }

    /** How far it has come; the moves between them are in {@link Transitions}. */
    public enum State {
        /** Being made ready: its units are reserved. */
        CREATED,
        SHIPPED,
        DELIVERED,
        /** Will not ship: its units may be fulfilled anew. */
        FAILED;

        private static final WireNames<State> NAMES = new WireNames<>(values(), State::wire);

        private final String wire = name().toLowerCase(Locale.ROOT);

        /** The name in JSON and in the database. */
        public String wire() {
            return wire;
        }

        /** Whether its units are out of the stock. */
        public boolean hasLeft() {
            return this == SHIPPED || this == DELIVERED;
        }

        /** @throws IllegalArgumentException if no state has that name */
        public static State of(String wire) {
            return NAMES.find(wire);
        }
    }
}
