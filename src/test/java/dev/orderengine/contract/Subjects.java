package dev.orderengine.contract;

import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import java.util.Map;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What operations are tried on: values for the parameters of their paths. */
final class Subjects {

    /**
     * How to make one, for a parameter of a path or for that of one operation ({@code cancelOrder.order_id}). A parameter that is not
     * listed has the value of its example.
     */
    private static final Map<String, Function<RunningEngine, String>> MAKERS = Map.of(
            "order_id", Subjects::order,
            "payOrder.order_id", OrdersInState::declined,
            "verifyOrder.order_id", OrdersInState::verifiable,
            "reviewOrder.order_id", OrdersInState::reviewable,
            "refundOrder.order_id", OrdersInState::paid,
            "putCartItem.cart_id", Subjects::cart,
            "checkOutCart.cart_id", Subjects::cart);

    private final RunningEngine engine;

    Subjects(RunningEngine engine) {
        this.engine = engine;
    }

    /** A path, with the query that there must be, that the operation can be called with: each time another order, and so on. */
    String fresh(Operation operation) {
        return filled(
                operation,
                (name, example) -> MAKERS.getOrDefault(
                                operation.id() + "." + name, MAKERS.getOrDefault(name, running -> example))
                        .apply(engine));
    }

    /** The same with the contract's examples. */
    static String example(Operation operation) {
        return filled(operation, (name, example) -> example);
    }

    private static String filled(Operation operation, BinaryOperator<String> value) {
        String path = operation.path();
        for (Part parameter : operation.parameters("path").toList()) {
            String name = parameter.get("name").text();
            path = path.replace(
                    "{" + name + "}", value.apply(name, parameter.get("example").text()));
        }
        String query = operation
                .parameters("query")
                .filter(parameter -> parameter.get("required").isTrue())
                .flatMap(Subjects::pairs)
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + "?" + query;
    }

    private static Stream<String> pairs(Part parameter) {
        Part example = parameter.get("example");
        Stream<String> values = example.node().isArray() ? example.texts() : Stream.of(example.text());
        return values.map(value -> parameter.get("name").text() + "=" + value);
    }

    private static String order(RunningEngine engine) {
        return engine.as("service")
                .place(OrderRequests.of("c-contract", "sku-0005", 1))
                .text("order_id");
    }

    private static String cart(RunningEngine engine) {
        String id = UUID.randomUUID().toString();
        engine.as("service").put("/carts/" + id, """
                {"customer_id": "c-1001", "items": [{"product_id": "sku-0001", "quantity": 2}]}""");
        return id;
    }
}
