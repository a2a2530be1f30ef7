package dev.orderengine.returns;

import dev.orderengine.inventory.StockMovement;
import dev.orderengine.money.Money;
import dev.orderengine.order.Effect;
import dev.orderengine.order.EventType;
import dev.orderengine.order.GoodsReturn;
import dev.orderengine.order.LockedOrder;
import dev.orderengine.order.NewEvent;
import dev.orderengine.order.OrderDecider;
import dev.orderengine.order.OrderItem;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.OrderStatus;
import dev.orderengine.order.Refusal;
import dev.orderengine.order.Ruling;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Decides on goods that are back: they are stock again, and what they cost goes back, as far as it has not before. The order is returned
 * when all of it that shipped and was to ship is back.
 */
public final class ReceiveReturnDecider implements OrderDecider<ReceiveReturn> {

    private static final String REASON = "returned";

    private final Supplier<UUID> ids;

    /** @param ids UUIDv7, of the refunds */
    public ReceiveReturnDecider(Supplier<UUID> ids) {
        this.ids = ids;
    }

    @Override
    public Ruling decide(LockedOrder order, ReceiveReturn command, Instant now) {
        Optional<GoodsReturn> found = order.goods().returns().stream()
                .filter(goods -> goods.id().equals(command.returnId()))
                .findFirst();
        if (found.isEmpty()) {
            return new Ruling.Refuse(new Refusal.NotFound());
        }
        return found.get().received() ? new Ruling.Unchanged() : receive(order, found.get(), now);
    }

    private Ruling receive(LockedOrder order, GoodsReturn goods, Instant now) {
        Map<String, Integer> units = new HashMap<>();
        goods.units().forEach(line -> units.merge(line.productId(), line.quantity(), Integer::sum));
        OrderState after = takeBack(order.state(), units);
        Money back = order.funds().refundableOf(worth(order.state(), units));
        GoodsReturn received = new GoodsReturn(goods.id(), goods.units(), goods.reason(), goods.createdAt(), now);
        List<Effect> effects = new ArrayList<>();
        effects.add(new WriteReturn(received));
        effects.addAll(order.funds().refund(back, REASON, ids));
        effects.add(new Effect.MoveStock(
                goods.units().stream().map(StockMovement::restock).toList()));
        Map<String, Object> data = ReturnEvents.about(received);
        data.put("refund", back.toDecimal());
        data.put("currency", back.currency().getCurrencyCode());
        return Ruling.Change.of(after, new NewEvent(EventType.RETURN_RECEIVED, data), effects);
    }

    private static OrderState takeBack(OrderState state, Map<String, Integer> units) {
        List<OrderItem> lines = state.items().stream()
                .map(line -> line.takeBack(units.getOrDefault(line.productId(), 0)))
                .toList();
        boolean all = lines.stream().allMatch(line -> line.held() == 0 && line.returned() == line.fulfilled());
        OrderState after = state.withItems(lines);
        return all ? after.moveTo(OrderStatus.RETURNED) : after;
    }

    private static Money worth(OrderState state, Map<String, Integer> units) {
        return state.items().stream()
                .map(line -> line.unitPrice().times(units.getOrDefault(line.productId(), 0)))
                .reduce(Money.zero(state.total().currency()), Money::plus);
    }
}
