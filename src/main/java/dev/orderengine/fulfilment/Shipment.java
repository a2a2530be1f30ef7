package dev.orderengine.fulfilment;

import dev.orderengine.inventory.StockMovement;
import dev.orderengine.order.Effect;
import dev.orderengine.order.EventType;
import dev.orderengine.order.FulfillmentStatus;
import dev.orderengine.order.Fulfilment;
import dev.orderengine.order.NewEvent;
import dev.orderengine.order.OrderItem;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.OrderStatus;
import dev.orderengine.order.PaymentStatus;
import dev.orderengine.order.ProductUnits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What parcels do to their order: its lines, its status, its events, its stock. Gathers the moves of one decision; pure. */
final class Shipment {

    private OrderState order;
    private final List<NewEvent> events = new ArrayList<>();
    private final List<Fulfilment> written = new ArrayList<>();
    private final List<StockMovement> movements = new ArrayList<>();

    Shipment(OrderState order) {
        this.order = order;
    }

    OrderState order() {
        return order;
    }

    List<NewEvent> events() {
        return events;
    }

    List<Effect> effects() {
        List<Effect> effects = new ArrayList<>();
        written.forEach(fulfilment -> effects.add(new WriteFulfilment(fulfilment)));
        if (!movements.isEmpty()) {
            effects.add(new Effect.MoveStock(movements));
        }
        boolean isHeld = order.paymentStatus() == PaymentStatus.AUTHORIZED;
        if (isHeld && order.status() == OrderStatus.FULFILLED && order.due().minor() > 0) {
            effects.add(new Effect.CapturePayment(order.due()));
        }
        return effects;
    }

    /** A new parcel; some of its units may be held elsewhere. */
    void create(Fulfilment parcel, Router.Parcel route, Map<String, Object> choice) {
        change(parcel, (line, units) -> line.allocate(units));
        route.moved().forEach(from -> {
            movements.add(StockMovement.hold(from.productId(), from.locationId(), -from.quantity()));
            movements.add(StockMovement.hold(from.productId(), parcel.locationId(), from.quantity()));
        });
        Map<String, Object> data = about(parcel);
        data.put("choice", choice);
        record(EventType.FULFILLMENT_CREATED, data, parcel);
    }

    /** The parcel leaves: its units are out of the stock, and the order is further. */
    void ship(Fulfilment parcel) {
        change(parcel, (line, units) -> line.ship(units));
        parcel.items()
                .forEach(item ->
                        movements.add(StockMovement.ship(item.productId(), parcel.locationId(), item.quantity())));
        boolean all = order.items().stream().allMatch(line -> line.held() == 0);
        move(all ? OrderStatus.FULFILLED : OrderStatus.PARTIALLY_FULFILLED);
        move(all ? FulfillmentStatus.FULFILLED : FulfillmentStatus.PARTIALLY_FULFILLED);
        record(EventType.FULFILLMENT_SHIPPED, tracked(parcel), parcel);
    }

    void deliver(Fulfilment parcel) {
        record(EventType.FULFILLMENT_DELIVERED, tracked(parcel), parcel);
    }

    /** The parcel will not leave: its units may be fulfilled anew. */
    void fail(Fulfilment parcel) {
        change(parcel, (line, units) -> line.allocate(-units));
        record(EventType.FULFILLMENT_FAILED, about(parcel), parcel);
    }

    /** The carrier calls it otherwise. */
    void track(Fulfilment parcel) {
        Map<String, Object> data = tracked(parcel);
        data.put("changed", List.of("tracking"));
        record(EventType.ORDER_UPDATED, data, parcel);
    }

    private void record(EventType type, Map<String, Object> data, Fulfilment parcel) {
        events.add(new NewEvent(type, data));
        written.removeIf(before -> before.id().equals(parcel.id()));
        written.add(parcel);
    }

    private void move(OrderStatus next) {
        if (order.status() != next) {
            order = order.moveTo(next);
        }
    }

    private void move(FulfillmentStatus next) {
        if (order.fulfillmentStatus() != next) {
            order = order.moveTo(next);
        }
    }

    private void change(Fulfilment parcel, LineChange change) {
        Map<String, Integer> units = new LinkedHashMap<>();
        parcel.items().forEach(item -> units.put(item.productId(), item.quantity()));
        order = order.withItems(order.items().stream()
                .map(line -> units.containsKey(line.productId()) ? change.of(line, units.get(line.productId())) : line)
                .toList());
    }

    private static Map<String, Object> about(Fulfilment parcel) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("fulfillment_id", parcel.id().toString());
        data.put("channel", parcel.channel().wire());
        data.put("location_id", parcel.locationId());
        data.put("items", items(parcel.items()));
        return data;
    }

    private static Map<String, Object> tracked(Fulfilment parcel) {
        Map<String, Object> data = about(parcel);
        if (parcel.tracking() != null) {
            data.put("tracking", parcel.tracking());
        }
        return data;
    }

    private static List<Map<String, Object>> items(List<ProductUnits> items) {
        return items.stream()
                .map(item -> Map.<String, Object>of("product_id", item.productId(), "quantity", item.quantity()))
                .toList();
    }

    @FunctionalInterface
    private interface LineChange {
        OrderItem of(OrderItem line, int units);
    }
}
