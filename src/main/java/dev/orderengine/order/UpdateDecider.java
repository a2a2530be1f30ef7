package dev.orderengine.order;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Decides on other details of an order, while nothing of it has shipped. */
public final class UpdateDecider implements OrderDecider<UpdateOrder> {

    /** Entries of metadata that an order may have (specification, section 4). */
    public static final int MAX_METADATA = 20;

    @Override
    public Ruling decide(LockedOrder order, UpdateOrder command, Instant now) {
        OrderState state = order.state();
        // What may still be cancelled is not over; nothing of it has shipped if it is not fulfilled in part either.
        boolean live = Transitions.allows(state.status(), OrderStatus.CANCELLED);
        if (!live || state.fulfillmentStatus() != FulfillmentStatus.UNFULFILLED) {
            return Ruling.illegal("An order that is " + state.status().wire() + " cannot be changed any more.");
        }
        OrderDetails before = order.details();
        OrderDetails after = new OrderDetails(
                command.shippingAddress().of(before.shippingAddress()),
                command.channel().of(before.channel()),
                merged(before.metadata(), command.metadata()));
        if (after.metadata().size() > MAX_METADATA) {
            return Ruling.invalid(new Fault(
                    "/metadata", "out_of_range", "the order would have more than " + MAX_METADATA + " entries"));
        }
        return after.equals(before) ? new Ruling.Unchanged() : changed(state, before, after);
    }

    private static Ruling changed(OrderState state, OrderDetails before, OrderDetails after) {
        NewEvent updated = new NewEvent(EventType.ORDER_UPDATED, Map.of("changed", names(before, after)));
        return Ruling.Change.of(state, updated, List.of(new Effect.ChangeDetails(after)));
    }

    /** The names only: an address is personal. */
    private static List<String> names(OrderDetails before, OrderDetails after) {
        List<String> names = new ArrayList<>();
        if (!Objects.equals(before.shippingAddress(), after.shippingAddress())) {
            names.add("shipping_address");
        }
        if (before.channel() != after.channel()) {
            names.add("fulfillment_channel");
        }
        if (!before.metadata().equals(after.metadata())) {
            names.add("metadata");
        }
        return names;
    }

    private static Map<String, String> merged(Map<String, String> before, Edit<Map<String, String>> edit) {
        if (!edit.made()) {
            return before;
        }
        Map<String, String> merged = new HashMap<>();
        if (edit.value() != null) {
            merged.putAll(before);
            merged.putAll(edit.value());
            merged.values().removeIf(Objects::isNull);
        }
        return merged;
    }
}
