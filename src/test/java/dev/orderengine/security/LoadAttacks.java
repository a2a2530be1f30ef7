package dev.orderengine.security;

import static dev.orderengine.security.Target.unless;
import static dev.orderengine.security.Target.unlessRefused;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.OrderRequests;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Calls that cost much, and a business that is done otherwise than it is meant. */
final class LoadAttacks {

    private static final String MALLORY = "c-hurry";
    private static final long BOUND = TimeUnit.SECONDS.toNanos(10);

    private final Target target;
    private final Api mallory;
    private final Api staff;

    LoadAttacks(Target target) {
        this.target = target;
        this.mallory = target.customer(MALLORY);
        this.staff = target.as("admin");
    }

    Stream<Attack> attacks() {
        return Stream.concat(resources(), flows());
    }

    private Stream<Attack> resources() {
        Map<String, String> bodies = Map.of(
                "500 KB of blanks", " ".repeat(500_000),
                "arrays 100,000 deep", "[".repeat(100_000),
                "objects 20,000 deep", "{\"a\":".repeat(20_000),
                "a number of 100,000 digits", "{\"expected_total\": " + "9".repeat(100_000) + "}",
                "an exponent", "{\"expected_total\": 1e999999999}",
                "a name of 100,000 characters", "{\"" + "a".repeat(100_000) + "\": 1}",
                "101 lines", order(101, 1),
                "a product 1,001 times", order(1, 1_001),
                "more than a long holds", order(1, Long.MAX_VALUE),
                "10,000 metadata", metadata(10_000));
        Stream<Attack> posted = bodies.entrySet().stream()
                .flatMap(body -> Stream.of("/orders", "/orders/validate", "/orders/batch", "/carts/c/checkout")
                        .map(path -> attack(
                                Risk.API4,
                                body.getKey() + " to " + path,
                                () -> refusedOrEachRefused(mallory.post(path, body.getValue())))));
        Stream<Attack> batch = Stream.of(attack(
                Risk.API4, "501 orders at once", () -> unlessRefused(mallory.post("/orders/batch", batch(501)))));
        Stream<Attack> queries = Stream.of(
                        "limit=201",
                        "limit=0",
                        "limit=-1",
                        "limit=2147483648",
                        "limit=1e9",
                        "limit=50&limit=200",
                        "cursor=" + "A".repeat(4_000),
                        "cursor=%00")
                .flatMap(query -> Stream.of("/orders", "/products")
                        .map(path -> attack(
                                Risk.API4,
                                path + " with " + query,
                                () -> unlessRefused(mallory.get(path + "?" + query)))));
        Stream<Attack> headers = Stream.of(attack(
                Risk.API4,
                "a header of 20 KB",
                () -> unlessRefused(mallory.get("/products", "X-Long", "x".repeat(20_000)))));
        Stream<Attack> held = Stream.of("wait=31", "wait=-1", "wait=99999999999")
                .map(wait -> attack(
                        Risk.API4,
                        "held by " + wait,
                        () -> unless(mallory.get("/orders/" + UUID.randomUUID() + "/status", "Prefer", wait), 404)));
        return Stream.of(posted, batch, queries, headers, held).flatMap(attacks -> attacks);
    }

    /** Within a bound of time too. */
    private static Attack attack(Risk risk, String name, Callable<Optional<String>> attempt) {
        return new Attack(risk, name, () -> {
            long start = System.nanoTime();
            Optional<String> finding = attempt.call();
            return System.nanoTime() - start > BOUND ? Optional.of("took more than 10 s") : finding;
        });
    }

    private static Optional<String> refusedOrEachRefused(Answer answer) {
        boolean eachRefused = answer.status() == 207 && !answer.body().contains("\"order_id\":\"");
        boolean invalid = answer.status() == 200 && answer.body().contains("\"valid\":false");
        return eachRefused || invalid ? Optional.empty() : unlessRefused(answer);
    }

    private static String order(int lines, long quantity) {
        return "{\"customer_id\": \"" + MALLORY
                + "\", \"payment_method\": \"credit_card\", \"payment_token\": \"tok_visa\", \"items\": ["
                + IntStream.rangeClosed(1, lines)
                        .mapToObj(i -> "{\"product_id\": \"sku-%04d\", \"quantity\": %d}".formatted(i, quantity))
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private static String metadata(int pairs) {
        ObjectNode order = OrderRequests.of(MALLORY, "sku-0001", 1);
        ObjectNode metadata = order.putObject("metadata");
        IntStream.range(0, pairs).forEach(i -> metadata.put("k" + i, "v"));
        return order.toString();
    }

    private static String batch(int orders) {
        return IntStream.range(0, orders)
                .mapToObj(i -> OrderRequests.of(MALLORY, "sku-0001", 1).toString())
                .collect(Collectors.joining(",", "[", "]"));
    }

    private Stream<Attack> flows() {
        Stream<Attack> prices = Stream.of(
                        "{\"expected_total\": \"0.01\"}",
                        "{\"expected_total\": \"-39.98\"}",
                        "{\"currency\": \"XXX\"}",
                        "{\"currency\": \"JPY\", \"expected_total\": \"19\"}",
                        "{\"payment_method\": \"voucher\"}",
                        "{\"payment_token\": null}",
                        "{\"items\": []}",
                        "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 0}]}",
                        "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": -1}]}",
                        "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 0.5}]}",
                        "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}, {\"product_id\": \"sku-0001\", \"quantity\": 1}]}")
                .map(change -> new Attack(
                        Risk.API6,
                        "order with " + change,
                        () -> unlessRefused(mallory.post("/orders", changed(change)))));
        return Stream.concat(
                prices,
                Stream.of(
                        new Attack(Risk.API6, "the last one bought by twenty at once", this::oversell),
                        new Attack(Risk.API6, "one key sent twenty times at once", this::oneKey),
                        new Attack(Risk.API6, "a code guessed", this::guess),
                        new Attack(Risk.API6, "paid back before it was paid", () -> unlessRefused(refund("1.00"))),
                        new Attack(Risk.API6, "paid back less than nothing", () -> unlessRefused(refund("-1.00"))),
                        new Attack(Risk.API6, "returned before it was sent", this::returned)));
    }

    private static String changed(String change) throws JsonProcessingException {
        ObjectNode order = OrderRequests.of(MALLORY, "sku-0001", 1);
        order.setAll((ObjectNode) new ObjectMapper().readTree(change));
        return order.toString();
    }

    private Optional<String> oversell() {
        String product = "sku-pen-" + UUID.randomUUID();
        staff.put(
                "/products/" + product, "{\"name\": \"Last one\", \"active\": true, \"prices\": {\"USD\": \"1.00\"}}");
        staff.put("/inventory/" + product + "/locations/loc-main", "{\"on_hand\": 1}");
        List<CompletableFuture<Answer>> racing = IntStream.range(0, 20)
                .mapToObj(i -> mallory.placeLater(OrderRequests.of(MALLORY, product, 1)))
                .toList();
        long sold = racing.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.status() == 201)
                .count();
        return sold == 1 ? Optional.empty() : Optional.of("sold " + sold + " of 1");
    }

    private Optional<String> oneKey() {
        String key = UUID.randomUUID().toString();
        List<CompletableFuture<Answer>> racing = IntStream.range(0, 20)
                .mapToObj(i -> mallory.placeLater(OrderRequests.of(MALLORY, "sku-0003", 1), "Idempotency-Key", key))
                .toList();
        long orders = racing.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.status() == 201)
                .map(answer -> answer.text("order_id"))
                .distinct()
                .count();
        return orders == 1 ? Optional.empty() : Optional.of(orders + " orders of one key");
    }

    private Optional<String> guess() {
        ObjectNode order = OrderRequests.of(MALLORY, "sku-0001", 30);
        order.put("payment_method", "paypal");
        Answer placed = mallory.place(order);
        if (!"pending_verification".equals(placed.text("status"))) {
            return Optional.of("not to be verified: " + placed.body());
        }
        String path = "/orders/" + placed.text("order_id") + "/verification";
        return IntStream.range(0, 30)
                .mapToObj(i -> mallory.post(path, "{\"code\": \"%06d\"}".formatted(i)))
                .filter(answer -> answer.status() < 400)
                .findFirst()
                .map(Answer::body);
    }

    private Answer refund(String amount) {
        String order = mallory.place(OrderRequests.of(MALLORY, "sku-0001", 1)).text("order_id");
        return staff.post("/orders/" + order + "/refunds", "{\"amount\": \"" + amount + "\", \"reason\": \"please\"}");
    }

    private Optional<String> returned() {
        String order = mallory.place(OrderRequests.of(MALLORY, "sku-0001", 1)).text("order_id");
        return unlessRefused(mallory.post(
                "/orders/" + order + "/returns",
                "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}], \"reason\": \"never came\"}"));
    }
}
