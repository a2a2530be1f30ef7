package dev.orderengine.security;

import static dev.orderengine.security.Target.call;
import static dev.orderengine.security.Target.unless;
import static dev.orderengine.security.Target.unlessRefused;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.OrderRequests;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** A customer who wants what belongs to another one, and properties that are not his to set. */
final class ObjectAttacks {

    private static final String VICTIM = "c-victim";
    private static final String MALLORY = "c-mallory";

    private final Target target;
    private final Api mallory;
    private final String order;
    private final String own;
    private final String cart = "cart-of-the-victim";

    ObjectAttacks(Target target) {
        this.target = target;
        this.mallory = target.customer(MALLORY);
        Api victim = target.customer(VICTIM);
        this.order = victim.place(OrderRequests.of(VICTIM, "sku-0001", 1)).text("order_id");
        this.own = mallory.place(OrderRequests.of(MALLORY, "sku-0001", 1)).text("order_id");
        victim.put("/carts/" + cart, "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}");
    }

    Stream<Attack> attacks() {
        return Stream.of(othersOrders(), othersThings(), properties()).flatMap(attacks -> attacks);
    }

    private Stream<Attack> othersOrders() {
        Map<String, String> commands = Map.of(
                "/cancel", "{}",
                "/payments", "{\"payment_method\": \"credit_card\", \"payment_token\": \"tok_visa\"}",
                "/verification", "{\"code\": \"123456\"}",
                "/returns", "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}], \"reason\": \"mine now\"}");
        Stream<Attack> reads = Stream.of("", "/status", "/events")
                .map(path -> new Attack(Risk.API1, "read another's order" + path, () -> unknown("GET", path, "{}")));
        Stream<Attack> streams = Stream.of(new Attack(
                Risk.API1,
                "follow another's order",
                () -> unless(mallory.get("/orders/" + order + "/events", "Accept", "text/event-stream"), 404)));
        Stream<Attack> writes = commands.entrySet().stream()
                .map(command -> new Attack(
                        Risk.API1,
                        "POST another's order " + command.getKey(),
                        () -> unknown("POST", command.getKey(), command.getValue())));
        Stream<Attack> patch = Stream.of(new Attack(
                Risk.API1, "redirect another's order", () -> unknown("PATCH", "", "{\"shipping_address\": \"here\"}")));
        return Stream.of(reads, streams, writes, patch).flatMap(attacks -> attacks);
    }

    /** Refused as an order that there is not: neither status nor body tell them apart. */
    private Optional<String> unknown(String method, String path, String body) {
        Answer others = call(mallory, method, "/orders/" + order + path, body, headers());
        Answer nobodys = call(mallory, method, "/orders/" + new UUID(1, 1) + path, body, headers());
        boolean alike = others.status() == 404
                && nobodys.status() == 404
                && others.text("code").equals(nobodys.text("code"))
                && others.text("title").equals(nobodys.text("title"));
        return alike ? Optional.empty() : Optional.of(others.body() + " is not as " + nobodys.body());
    }

    private static String[] headers() {
        return new String[] {"Idempotency-Key", UUID.randomUUID().toString(), "If-Match", "\"1\""};
    }

    private Stream<Attack> othersThings() {
        ObjectNode asVictim = OrderRequests.of(VICTIM, "sku-0001", 1);
        Stream<Attack> things = Stream.of(
                new Attack(Risk.API1, "order in another's name", () -> unlessRefused(mallory.place(asVictim))),
                new Attack(
                        Risk.API1,
                        "order in another's name by batch",
                        () -> onlyRefused(mallory.post("/orders/batch", "[" + asVictim + "]"))),
                new Attack(
                        Risk.API1,
                        "read another customer",
                        () -> unless(mallory.get("/customers/" + VICTIM), 403, 404)),
                new Attack(
                        Risk.API1,
                        "rename another customer",
                        () -> unlessRefused(mallory.put("/customers/" + VICTIM, "{\"name\": \"Mallory\"}"))),
                new Attack(
                        Risk.API1,
                        "list another's orders",
                        () -> withoutVictims(mallory.get("/orders?customer_id=" + VICTIM))),
                new Attack(Risk.API1, "list all orders", () -> withoutVictims(mallory.get("/orders"))),
                new Attack(
                        Risk.API1,
                        "follow all orders",
                        () -> unless(mallory.get("/events", "Accept", "text/event-stream"), 403)),
                new Attack(Risk.API1, "take another's key", this::anothersKey),
                new Attack(
                        Risk.API1,
                        "fill another's cart",
                        () -> unlessRefused(mallory.put("/carts/" + cart, "{\"items\": []}"))),
                new Attack(Risk.API1, "read another's cart", () -> unless(mallory.get("/carts/" + cart), 404)),
                new Attack(
                        Risk.API1,
                        "drop another's cart",
                        () -> unlessRefused(call(mallory, "DELETE", "/carts/" + cart, ""))),
                new Attack(
                        Risk.API1,
                        "order another's cart",
                        () -> unlessRefused(mallory.post(
                                "/carts/" + cart + "/checkout",
                                "{\"payment_method\": \"credit_card\", \"payment_token\": \"tok_visa\"}"))));
        Stream<Attack> ids = Stream.of(
                        "..%2f",
                        "%00",
                        "'",
                        "%27%20OR%201=1--",
                        "*",
                        "%25",
                        "..%2F..%2Fadmin%2Faudit",
                        order + "%20",
                        order.toUpperCase() + ";x=1")
                .map(id -> new Attack(
                        Risk.API1, "read an order by the id " + id, () -> unlessRefused(mallory.get("/orders/" + id))));
        return Stream.concat(things, ids);
    }

    private static Optional<String> onlyRefused(Answer batch) {
        return batch.body().contains("\"status\":\"pending\"") ? Optional.of(batch.body()) : Optional.empty();
    }

    private Optional<String> withoutVictims(Answer list) {
        return list.body().contains(order) ? Optional.of(list.body()) : Optional.empty();
    }

    /** A key belongs to its caller: another one gets no answer that is not his. */
    private Optional<String> anothersKey() {
        String key = UUID.randomUUID().toString();
        Answer victims = target.customer(VICTIM).place(OrderRequests.of(VICTIM, "sku-0002", 1), "Idempotency-Key", key);
        Answer answer = mallory.place(OrderRequests.of(MALLORY, "sku-0002", 1), "Idempotency-Key", key);
        return answer.body().contains(victims.text("order_id")) ? Optional.of(answer.body()) : Optional.empty();
    }

    private Stream<Attack> properties() {
        Stream<Attack> placed = Stream.of(
                        "\"status\": \"paid\"",
                        "\"payment_status\": \"captured\"",
                        "\"fulfillment_status\": \"fulfilled\"",
                        "\"total_amount\": \"0.01\"",
                        "\"order_id\": \"" + order + "\"",
                        "\"version\": 99",
                        "\"created_at\": \"2020-01-01T00:00:00Z\"",
                        "\"decision\": \"accept\"",
                        "\"matched_rules\": []",
                        "\"roles\": [\"admin\"]",
                        "\"__proto__\": {\"roles\": [\"admin\"]}",
                        "\"customer\": {\"name\": \"m\", \"roles\": [\"admin\"]}",
                        "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1, \"unit_price\": \"0.01\"}]",
                        "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1, \"discount\": \"100%\"}]")
                .map(property -> new Attack(
                        Risk.API3,
                        "place with " + property,
                        () -> unless(mallory.post("/orders", with(property)), 400, 422)));
        Stream<Attack> patched = Stream.of(
                        "status",
                        "payment_status",
                        "total_amount",
                        "currency",
                        "customer_id",
                        "items",
                        "version",
                        "decision",
                        "review_note")
                .map(property -> new Attack(
                        Risk.API3,
                        "patch " + property,
                        () -> unless(
                                mallory.patch(
                                        "/orders/" + own, "{\"" + property + "\": \"paid\"}", "If-Match", "\"1\""),
                                400,
                                409,
                                412,
                                422)));
        Stream<Attack> customer = List.of("customer_id", "roles", "erased", "version").stream()
                .map(property -> new Attack(
                        Risk.API3,
                        "put a customer's " + property,
                        () -> unless(mallory.put("/customers/" + MALLORY, "{\"" + property + "\": \"x\"}"), 400, 422)));
        return Stream.of(placed, patched, customer).flatMap(attacks -> attacks);
    }

    /** The fields of an order, and after them that; a name that is there already makes the JSON malformed. */
    private static String with(String property) {
        ObjectNode order = OrderRequests.of(MALLORY, "sku-0001", 1);
        if (property.startsWith("\"items\"")) {
            order.remove("items");
        }
        String text = order.toString();
        return text.substring(0, text.length() - 1) + ", " + property + "}";
    }
}
