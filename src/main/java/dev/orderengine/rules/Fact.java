package dev.orderengine.rules;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;
import static dev.cel.common.types.SimpleType.TIMESTAMP;

import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The variables of the rule language: name, type, the group that they come with, and where the value is. */
enum Fact {
    CUSTOMER_ID("order.customer_id", STRING, OrderFacts::customerId),
    CURRENCY("order.currency", STRING, order -> order.total().currency().getCurrencyCode()),
    TOTAL_MINOR("order.total_minor", INT, order -> order.total().minor()),
    TOTAL_USD("order.total_usd", RuleLanguage.USD, order -> new Usd(order.totalUsd())),
    PAYMENT_METHOD("order.payment_method", STRING, OrderFacts::paymentMethod),
    PRODUCTS("order.products", MapType.create(STRING, INT), OrderFacts::products),
    ITEM_COUNT("order.item_count", INT, order -> (long) order.products().size()),
    UNITS("order.units", INT, OrderFacts::units),
    HAS_SHIPPING_ADDRESS("order.has_shipping_address", BOOL, OrderFacts::hasShippingAddress),
    CHANNEL("order.channel", STRING, OrderFacts::channel),
    METADATA("order.metadata", MapType.create(STRING, STRING), OrderFacts::metadata),
    NOW("now", TIMESTAMP, FactGroup.ORDER, facts -> Optional.of(facts.now())),

    MIN_AVAILABLE(
            "stock.min_available", INT, FactGroup.STOCK, facts -> facts.stock().map(StockFacts::minAvailable)),

    RETURNED_ITEMS_30D(
            "returns.items_30d",
            INT,
            FactGroup.RETURNS,
            facts -> facts.returns().map(Returns::items30d)),

    HISTORY_ORDERS_1H("history.orders_1h", INT, (order, history) -> history.orders1h()),
    HISTORY_ORDERS_24H("history.orders_24h", INT, (order, history) -> history.orders24h()),
    HISTORY_ORDERS_TOTAL("history.orders_total", INT, (order, history) -> history.ordersTotal()),
    HISTORY_FIRST_ORDER("history.first_order", BOOL, (order, history) -> history.ordersTotal() == 0),
    HISTORY_USD_24H("history.usd_24h", RuleLanguage.USD, (order, history) -> new Usd(history.usd24h())),
    HISTORY_AVERAGE_USD("history.average_usd", RuleLanguage.USD, (order, history) -> new Usd(history.averageUsd())),

    VELOCITY_ORDERS_1H("velocity.orders_1h", INT, (order, history) -> history.orders1h() + 1),
    VELOCITY_ORDERS_24H("velocity.orders_24h", INT, (order, history) -> history.orders24h() + 1),
    VELOCITY_USD_24H("velocity.usd_24h", RuleLanguage.USD, (order, history) -> new Usd(sum(order, history)));

    private static final Map<String, Fact> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(fact -> fact.variable, Function.identity()));

    /** Reads a value of the order and the customer's history. */
    private interface OfHistory {
        Object read(OrderFacts order, History history);
    }

    final String variable;
    final CelType type;
    final FactGroup group;
    private final Function<Facts, Optional<?>> value;

    Fact(String variable, CelType type, FactGroup group, Function<Facts, Optional<?>> value) {
        this.variable = variable;
        this.type = type;
        this.group = group;
        this.value = value;
    }

    Fact(String variable, CelType type, Function<OrderFacts, Object> value) {
        this(variable, type, FactGroup.ORDER, facts -> Optional.of(value.apply(facts.order())));
    }

    Fact(String variable, CelType type, OfHistory value) {
        this(
                variable,
                type,
                FactGroup.HISTORY,
                facts -> facts.history().map(history -> value.read(facts.order(), history)));
    }

    /** The fact of a variable that {@link RuleLanguage} declared. */
    static Fact named(String variable) {
        return BY_NAME.get(variable);
    }

    /** The value, or nothing while its group was not fetched. */
    Optional<?> of(Facts facts) {
        return value.apply(facts);
    }

    private static BigDecimal sum(OrderFacts order, History history) {
        return history.usd24h().add(order.totalUsd());
    }
}
