package dev.orderengine.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.support.OrderLife;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
    private static final Map<String, Function<RunningEngine, String>> MAKERS = Map.ofEntries(
            Map.entry("order_id", Subjects::order),
            Map.entry("payOrder.order_id", OrdersInState::declined),
            Map.entry("verifyOrder.order_id", OrdersInState::verifiable),
            Map.entry("reviewOrder.order_id", OrdersInState::reviewable),
            Map.entry("refundOrder.order_id", OrdersInState::paid),
            Map.entry("fulfilOrder.order_id", OrdersInState::paid),
            Map.entry("updateFulfillment.fulfillment_id", Subjects::parcel),
            Map.entry("registerReturn.order_id", Subjects::delivered),
            Map.entry("getReconciliationRun.run_id", Subjects::run),
            Map.entry("putCartItem.cart_id", Subjects::cart),
            Map.entry("checkOutCart.cart_id", Subjects::cart));

    /** How to make the whole path, from the root, where its parameters belong together. */
    private static final Map<String, Function<RunningEngine, String>> PATHS =
            Map.of("receiveReturn", Subjects::receivableReturn, "confirmPayment", Subjects::transfer);

    private final RunningEngine engine;

    Subjects(RunningEngine engine) {
        this.engine = engine;
    }

    /** A path, with the query that there must be, that the operation can be called with: each time another order, and so on. */
    String fresh(Operation operation) {
        if (PATHS.containsKey(operation.id())) {
            return PATHS.get(operation.id()).apply(engine);
        }
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
                .place(OrderRequests.of(OrdersInState.newCustomer(), "sku-0005", 1))
                .text("order_id");
    }

    private static String parcel(RunningEngine engine) {
        OrderLife life = new OrderLife(engine.as("admin"));
        String order = OrdersInState.paid(engine);
        life.fulfil(order, "{}");
        return life.parcels(order).get(0);
    }

    private static String delivered(RunningEngine engine) {
        return new OrderLife(engine.as("admin"))
                .delivered(OrderRequests.of(OrdersInState.newCustomer(), "sku-0005", 1));
    }

    private static String receivableReturn(RunningEngine engine) {
        String order = delivered(engine);
        String goods = new OrderLife(engine.as("admin")).register(order, "sku-0005", 1);
        return "/api/v1/orders/" + order + "/returns/" + goods + "/receive";
    }

    private static String transfer(RunningEngine engine) {
        ObjectNode order = OrderRequests.of("c-contract", "sku-0005", 1).put("payment_method", "bank_transfer");
        order.remove("payment_token");
        String path = "/orders/" + engine.as("service").place(order).text("order_id");
        return "/api/v1" + path + "/payments/"
                + engine.as("admin")
                        .get(path)
                        .json()
                        .at("/payments/0/payment_id")
                        .asText() + "/confirm";
    }

    private static String run(RunningEngine engine) {
        return engine.as("operator")
                .post(
                        "/admin/reconciliation",
                        "{\"provider\": \"stripe\", \"day\": \"" + LocalDate.now(ZoneOffset.UTC) + "\"}",
                        "Idempotency-Key",
                        UUID.randomUUID().toString())
                .text("run_id");
    }

    private static String cart(RunningEngine engine) {
        String id = UUID.randomUUID().toString();
        engine.as("service").put("/carts/" + id, """
                {"customer_id": "c-1001", "items": [{"product_id": "sku-0001", "quantity": 2}]}""");
        return id;
    }
}
