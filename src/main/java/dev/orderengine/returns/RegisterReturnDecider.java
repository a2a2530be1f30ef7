package dev.orderengine.returns;

import dev.orderengine.inventory.StockUnits;
import dev.orderengine.order.EventType;
import dev.orderengine.order.Fault;
import dev.orderengine.order.Goods;
import dev.orderengine.order.GoodsReturn;
import dev.orderengine.order.LockedOrder;
import dev.orderengine.order.NewEvent;
import dev.orderengine.order.OrderDecider;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.OrderStatus;
import dev.orderengine.order.ProductUnits;
import dev.orderengine.order.Refusal;
import dev.orderengine.order.Ruling;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Decides on a return: of what has shipped and is in no return yet. Each unit goes back to a location that it left from, the one of the
 * oldest parcel first.
 */
public final class RegisterReturnDecider implements OrderDecider<RegisterReturn> {

    private final Supplier<UUID> ids;

    /** @param ids UUIDv7, of the returns */
    public RegisterReturnDecider(Supplier<UUID> ids) {
        this.ids = ids;
    }

    @Override
    public Ruling decide(LockedOrder order, RegisterReturn command, Instant now) {
        OrderState state = order.state();
        if (state.status() != OrderStatus.PARTIALLY_FULFILLED && state.status() != OrderStatus.FULFILLED) {
            return Ruling.illegal(
                    "Nothing of an order that is " + state.status().wire() + " can be returned.");
        }
        Map<String, Map<String, Integer>> away = away(order.goods());
        List<Fault> faults = faults(state, command.items(), away);
        if (!faults.isEmpty()) {
            return new Ruling.Refuse(new Refusal.Invalid(faults));
        }
        GoodsReturn goods = new GoodsReturn(ids.get(), units(command.items(), away), command.reason(), now, null);
        NewEvent registered = new NewEvent(EventType.RETURN_REGISTERED, ReturnEvents.about(goods));
        return new Ruling.Change(
                state,
                List.of(registered),
                List.of(new WriteReturn(goods)),
                new Ruling.Created("return_id", goods.id()));
    }

    /** Units of each product that left each location and are in no return, the oldest parcel's location first. */
    private static Map<String, Map<String, Integer>> away(Goods goods) {
        Map<String, Map<String, Integer>> away = new LinkedHashMap<>();
        goods.fulfilments().stream()
                .filter(parcel -> parcel.state().hasLeft())
                .forEach(parcel -> parcel.items()
                        .forEach(item -> away.computeIfAbsent(item.productId(), none -> new LinkedHashMap<>())
                                .merge(parcel.locationId(), item.quantity(), Integer::sum)));
        goods.returns().stream()
                .flatMap(back -> back.units().stream())
                .forEach(units ->
                        away.get(units.productId()).merge(units.locationId(), -units.quantity(), Integer::sum));
        return away;
    }

    private static List<Fault> faults(
            OrderState state, List<ProductUnits> wanted, Map<String, Map<String, Integer>> away) {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            ProductUnits units = wanted.get(i);
            int most = away.getOrDefault(units.productId(), Map.of()).values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            if (state.items().stream().noneMatch(line -> line.productId().equals(units.productId()))) {
                faults.add(new Fault("/items/" + i + "/product_id", "unknown_item", "is not in the order"));
            } else if (units.quantity() > most) {
                faults.add(new Fault(
                        "/items/" + i + "/quantity",
                        "too_many",
                        "must be at most " + most + ", what has shipped of it and is in no return"));
            }
        }
        return faults;
    }

    private static List<StockUnits> units(List<ProductUnits> wanted, Map<String, Map<String, Integer>> away) {
        List<StockUnits> units = new ArrayList<>();
        for (ProductUnits item : wanted) {
            int left = item.quantity();
            for (Map.Entry<String, Integer> location :
                    away.get(item.productId()).entrySet()) {
                int part = Math.min(left, location.getValue());
                if (part > 0) {
                    units.add(new StockUnits(item.productId(), location.getKey(), part));
                    left -= part;
                }
            }
        }
        return units;
    }
}
