package dev.orderengine.fulfilment;

import dev.orderengine.order.Fault;
import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.Fulfilment;
import dev.orderengine.order.LockedOrder;
import dev.orderengine.order.OrderDecider;
import dev.orderengine.order.OrderItem;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.ProductUnits;
import dev.orderengine.order.Refusal;
import dev.orderengine.order.Ruling;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Decides on fulfilling an order, whole or in part: a parcel for each location that something leaves from. What is digital is delivered
 * at once (specification, section 8).
 */
public final class FulfilDecider implements OrderDecider<FulfilOrder> {

    private final Supplier<UUID> ids;

    /** @param ids UUIDv7, of the parcels */
    public FulfilDecider(Supplier<UUID> ids) {
        this.ids = ids;
    }

    @Override
    public Ruling decide(LockedOrder order, FulfilOrder command, Instant now) {
        OrderState state = order.state();
        if (!state.maySend()) {
            return Ruling.illegal("An order that is " + state.status().wire() + " cannot be fulfilled.");
        }
        List<Fault> faults = faults(state, command.items());
        if (!faults.isEmpty()) {
            return new Ruling.Refuse(new Refusal.Invalid(faults));
        }
        List<ProductUnits> wanted = command.items().isEmpty() ? open(state) : command.items();
        if (wanted.isEmpty()) {
            return new Ruling.Refuse(new Refusal.Illegal(
                    "nothing_to_fulfil", "All units of the order are in fulfilments or cancelled."));
        }
        FulfillmentChannel wish =
                Optional.ofNullable(command.channel()).orElse(order.details().channel());
        Router.Route route = Router.route(wanted, order.goods().shelves(), wish);
        return route instanceof Router.Route.Found found
                ? send(state, found.parcels(), wish, now)
                : notServed((Router.Route.NotServed) route, wish);
    }

    private Ruling send(OrderState state, List<Router.Parcel> routes, FulfillmentChannel wish, Instant now) {
        Shipment shipment = new Shipment(state);
        List<Fulfilment> parcels = new ArrayList<>();
        for (Router.Parcel route : routes) {
            Fulfilment parcel = Fulfilment.create(ids.get(), route.channel(), route.locationId(), route.items(), now);
            parcels.add(parcel);
            shipment.create(parcel, route, choice(route, routes.size(), wish));
        }
        parcels.stream()
                .filter(parcel -> parcel.channel() == FulfillmentChannel.DIGITAL)
                .map(parcel -> parcel.moveTo(Fulfilment.State.DELIVERED, null, now))
                .forEach(parcel -> {
                    shipment.ship(parcel);
                    shipment.deliver(parcel);
                });
        return new Ruling.Change(shipment.order(), shipment.events(), shipment.effects(), null);
    }

    /** Why the parcel leaves there and so, for whoever reads the events. */
    private static Map<String, Object> choice(Router.Parcel route, int parcels, FulfillmentChannel wish) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("channel", wish == null ? "first_of_location" : "as_wished");
        choice.put("location", route.moved().isEmpty() ? "where_reserved" : "reservation_moved");
        if (!route.moved().isEmpty()) {
            choice.put(
                    "moved",
                    route.moved().stream()
                            .map(units -> Map.of(
                                    "product_id", units.productId(),
                                    "from", units.locationId(),
                                    "quantity", units.quantity()))
                            .toList());
        }
        choice.put("parcels", parcels);
        return choice;
    }

    private static Ruling notServed(Router.Route.NotServed route, FulfillmentChannel wish) {
        String channel = wish == null ? "any channel" : "the channel " + wish.wire();
        return Ruling.invalid(route.missing().entrySet().stream()
                .map(line -> new Fault(
                        "/channel",
                        "not_served",
                        "no location has " + line.getValue() + " of " + line.getKey() + " and serves " + channel))
                .toArray(Fault[]::new));
    }

    private static List<ProductUnits> open(OrderState state) {
        return state.items().stream()
                .filter(line -> line.open() > 0)
                .map(line -> new ProductUnits(line.productId(), line.open()))
                .toList();
    }

    private static List<Fault> faults(OrderState state, List<ProductUnits> wanted) {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            ProductUnits units = wanted.get(i);
            Optional<OrderItem> line = state.items().stream()
                    .filter(item -> item.productId().equals(units.productId()))
                    .findFirst();
            if (line.isEmpty()) {
                faults.add(new Fault("/items/" + i + "/product_id", "unknown_item", "is not in the order"));
            } else if (units.quantity() > line.get().open()) {
                faults.add(new Fault(
                        "/items/" + i + "/quantity",
                        "too_many",
                        "must be at most " + line.get().open() + ", what is in no fulfilment of it yet"));
            }
        }
        return faults;
    }
}
