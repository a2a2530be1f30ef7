package dev.orderengine.support;

import dev.orderengine.money.Money;
import dev.orderengine.order.FulfillmentStatus;
import dev.orderengine.order.Funds;
import dev.orderengine.order.Goods;
import dev.orderengine.order.LockedOrder;
import dev.orderengine.order.OrderDetails;
import dev.orderengine.order.OrderItem;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.OrderStatus;
import dev.orderengine.order.PaymentMethod;
import dev.orderengine.order.PaymentStatus;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Orders to decide on. */
public final class SampleOrders {

    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    public static final UUID ORDER = UUID.fromString("01950000-0000-7000-8000-000000000001");
    public static final UUID PAYMENT = UUID.fromString("01950000-0000-7000-8000-000000000002");
    public static final Currency USD = Currency.getInstance("USD");

    private SampleOrders() {}

    /** An order of one unit for 19.99 USD by card, that expires in 15 minutes. */
    public static OrderState order(OrderStatus status, PaymentStatus payment) {
        return order(status, payment, OrderItem.of("sku-1", 1, usd("19.99")));
    }

    /** The same with these lines. */
    public static OrderState order(OrderStatus status, PaymentStatus payment, OrderItem... items) {
        Money total = List.of(items).stream()
                .map(item -> item.unitPrice().times(item.quantity()))
                .reduce(Money::plus)
                .orElseThrow();
        return new OrderState(
                ORDER,
                "c-1",
                status,
                payment,
                FulfillmentStatus.UNFULFILLED,
                3,
                total,
                List.of(items),
                PaymentMethod.CREDIT_CARD,
                NOW.plusSeconds(900),
                status == OrderStatus.CANCELLED ? "changed my mind" : null);
    }

    /** The order in hand, with what its payments took or hold. */
    public static LockedOrder locked(OrderState state, Funds.Held... payments) {
        return new LockedOrder(
                state,
                new OrderDetails("1 Main St", null, Map.of("source", "web")),
                new Funds(state.total().currency(), List.of(payments)),
                null,
                Goods.NONE);
    }

    /** The order paid in full by one payment. */
    public static LockedOrder paid(OrderItem... items) {
        OrderState state = order(OrderStatus.PAID, PaymentStatus.CAPTURED, items);
        return locked(state, captured(state.total().minor()));
    }

    /** A payment that took so much. */
    public static Funds.Held captured(long minor) {
        return new Funds.Held(PAYMENT, 0, minor, 0, 0);
    }

    /** A payment that holds so much. */
    public static Funds.Held authorized(long minor) {
        return new Funds.Held(PAYMENT, minor, 0, 0, 0);
    }

    public static Money usd(String amount) {
        return Money.parse(amount, USD);
    }
}
