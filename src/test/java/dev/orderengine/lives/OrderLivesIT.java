package dev.orderengine.lives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.OrderLife;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random commands on random orders in currencies with 0, 2 and 3 decimals, through the API: after each the order is what {@link ModelOrder}
 * says, and in the end the books add up. A failure names the seed of its life.
 */
@ExtendWith(SharedServices.class)
class OrderLivesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long FIRST_SEED = 20261124;
    private static final int COMMANDS = 10;
    private static final String JSON = "application/json";
    private static final List<String> PRODUCTS = List.of("life-a", "life-b", "life-c");
    // Stripe takes thousandths in steps of ten only.
    private static final Map<String, Long> PRICES = Map.of("JPY", 1500L, "USD", 1999L, "KWD", 12_340L);

    private static RunningEngine engine;
    private static Api staff;
    private static OrderLife life;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, OrderLivesIT.class, Map.of("ENGINE_ORDERS_SWEEP_INTERVAL", "PT0.1S"));
        staff = engine.as("admin");
        life = new OrderLife(staff);
        for (String product : PRODUCTS) {
            engine.change("INSERT INTO products (product_id, name) VALUES (?, ?)", product, product);
            PRICES.forEach((currency, price) ->
                    engine.change("INSERT INTO prices VALUES (?, ?, ?)", product, currency, price));
            engine.change(
                    "INSERT INTO stock (product_id, location_id, on_hand) VALUES (?, 'loc-main', 3000), (?, 'loc-city', 3000)",
                    product,
                    product);
        }
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void randomLives_aFew_areAsTheModelSays() {
        live(6);
    }

    @Test
    @Tag("chaos")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void randomLives_many_areAsTheModelSays() {
        live(400);
    }

    @Test
    void commands_racingOnOneOrder_leaveBooksThatAddUp() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + 5; seed++) {
            Random random = new Random(seed);
            String id = life.paid(request(random, "USD", "tok_visa", "c-racing-" + seed));
            life.fulfil(id, "{\"items\": [{\"product_id\": \"life-a\", \"quantity\": 1}]}");
            String parcel = life.parcels(id).get(0);
            List<CompletableFuture<Answer>> racing = IntStream.range(0, 24)
                    .mapToObj(n -> race(random, id, parcel))
                    .toList();

            // A machine under load may answer that it was too slow; the books add up all the same.
            assertThat(racing.stream().map(call -> call.join().status())).isSubsetOf(200, 201, 409, 422, 503);
            assertThat(Books.findings(engine)).as("seed " + seed).isEmpty();
        }
    }

    @Test
    @Tag("chaos")
    void clients_ofOneVersionAtTwoEngines_oneWinsAndTheOtherIsRefused() {
        engine.startAnother();
        for (int round = 0; round < 10; round++) {
            String id = life.paid(OrderRequests.of("c-version-" + round, "life-a", 2));
            String version = life.order(id).header("ETag").orElseThrow();
            byte[] address = "{\"shipping_address\": \"2 Side St\"}".getBytes(StandardCharsets.UTF_8);
            List<CompletableFuture<Answer>> racing = List.of(
                    engine.as(round % 2, "admin")
                            .later("PATCH", "/orders/" + id, address, "If-Match", version, "Content-Type", JSON),
                    engine.as(1 - round % 2, "admin")
                            .postLater("/orders/" + id + "/cancel", "{}", "If-Match", version));

            List<Integer> statuses =
                    racing.stream().map(call -> call.join().status()).toList();
            boolean patched = statuses.get(0) == 200;
            assertThat(statuses.get(patched ? 0 : 1)).as("%s", statuses).isEqualTo(200);
            assertThat(statuses.get(patched ? 1 : 0)).as("%s", statuses).isIn(409, 412);
            Answer order = life.order(id);
            assertThat(order.text("shipping_address")).isEqualTo(patched ? "2 Side St" : null);
            assertThat(order.text("status")).isEqualTo(patched ? "paid" : "cancelled");
        }
    }

    private static CompletableFuture<Answer> race(Random random, String id, String parcel) {
        String units = body(units(random, List.of("life-a")), "");
        return switch (random.nextInt(6)) {
            case 0 -> staff.postLater("/orders/" + id + "/cancel", random.nextBoolean() ? "{}" : units);
            case 1 -> staff.postLater("/orders/" + id + "/fulfill", random.nextBoolean() ? "{}" : units);
            case 2 -> patchLater(parcel, "shipped");
            case 3 -> patchLater(parcel, "failed");
            case 4 -> patchLater(parcel, "delivered");
            default -> staff.postLater("/orders/" + id + "/returns", units);
        };
    }

    private static CompletableFuture<Answer> patchLater(String parcel, String status) {
        byte[] body = ("{\"status\": \"" + status + "\"}").getBytes(StandardCharsets.UTF_8);
        return staff.later("PATCH", "/fulfillments/" + parcel, body, "Content-Type", JSON);
    }

    private static void live(int lives) {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + lives; seed++) {
            new Life(new Random(seed), "seed " + seed).run();
        }
        assertThat(Books.findings(engine)).isEmpty();
    }

    private static ObjectNode request(Random random, String currency, String token, String customer) {
        ObjectNode order = OrderRequests.of(customer, "life-a", 1 + random.nextInt(5));
        PRODUCTS.stream()
                .skip(1)
                .filter(product -> random.nextBoolean())
                .forEach(product -> OrderRequests.with(order, product, 1 + random.nextInt(5)));
        return order.put("currency", currency).put("payment_token", token);
    }

    private static Map<String, Integer> units(Random random, List<String> products) {
        Map<String, Integer> units = new TreeMap<>();
        products.stream()
                .filter(product -> units.isEmpty() || random.nextBoolean())
                .forEach(product -> units.put(product, 1 + random.nextInt(3)));
        return units;
    }

    private static String body(Map<String, Integer> units, String more) {
        String items = units.entrySet().stream()
                .map(unit -> "{\"product_id\": \"" + unit.getKey() + "\", \"quantity\": " + unit.getValue() + "}")
                .collect(java.util.stream.Collectors.joining(", "));
        return "{\"items\": [" + items + "]" + more + "}";
    }

    /** One order and its model. */
    private static final class Life {

        private final Random random;
        private final List<String> told = new ArrayList<>();
        private ModelOrder model;
        private String id;

        Life(Random random, String seed) {
            this.random = random;
            told.add(seed);
        }

        void run() {
            place();
            for (int n = 0; n < COMMANDS; n++) {
                command();
                compare();
            }
            assertThat(engine.number("SELECT coalesce(sum(amount), 0) FROM refunds WHERE order_id = ?::uuid", id))
                    .as("refunds of %s", told)
                    .isEqualTo(model.refunded);
        }

        private void place() {
            String currency = List.of("JPY", "USD", "KWD").get(random.nextInt(3));
            boolean pays = random.nextInt(5) > 0;
            ObjectNode order = request(
                    random,
                    currency,
                    pays ? "tok_visa" : "tok_declined",
                    "c-" + told.get(0).replace(' ', '-'));
            told.add("place " + order);
            id = expect(201, staff.place(order)).text("order_id");
            model = new ModelOrder(pays);
            order.get("items")
                    .forEach(item -> model.lines.put(
                            item.get("product_id").asText(),
                            new ModelOrder.Line(
                                    PRICES.get(currency), item.get("quantity").asInt())));
            life.awaitStatus(id, model.status());
        }

        private void command() {
            switch (random.nextInt(9)) {
                case 0 -> cancel(random.nextInt(4) == 0 ? Map.of() : anyUnits());
                case 1, 2 -> fulfil(random.nextBoolean() ? Map.of() : anyUnits());
                case 3, 4, 5 -> tell(List.of("shipped", "delivered", "failed").get(random.nextInt(3)));
                case 6 -> announce(anyUnits());
                case 7 -> receive();
                default -> expire();
            }
        }

        private Map<String, Integer> anyUnits() {
            return units(random, List.copyOf(model.lines.keySet()));
        }

        private void cancel(Map<String, Integer> units) {
            String body = units.isEmpty() ? "{}" : body(units, "");
            expect(model.cancel(units), post("cancel", body));
        }

        private void fulfil(Map<String, Integer> units) {
            String channel = List.of("", "warehouse", "store_pickup", "dropship", "digital")
                    .get(random.nextInt(5));
            String wish = channel.isEmpty() ? "" : "\"channel\": \"" + channel + "\"";
            String body = units.isEmpty() ? "{" + wish + "}" : body(units, wish.isEmpty() ? "" : ", " + wish);
            Map<String, Integer> wanted = new TreeMap<>(units);
            if (units.isEmpty()) {
                model.lines.forEach((product, line) -> wanted.merge(product, line.open(), Integer::sum));
                wanted.values().removeIf(open -> open == 0);
            }
            int status = model.fulfil(units);
            Answer answer = expect(status, post("fulfill", body));
            if (status == 200) {
                assertThat(packed(answer)).as("packed in %s", told).isEqualTo(wanted);
            }
        }

        private Map<String, Integer> packed(Answer answer) {
            Map<String, Integer> packed = new TreeMap<>();
            answer.elements("fulfillments")
                    .filter(parcel -> !model.parcels.containsKey(
                            parcel.get("fulfillment_id").asText()))
                    .forEach(parcel -> {
                        Map<String, Integer> items = new LinkedHashMap<>();
                        parcel.get("items")
                                .forEach(item -> items.put(
                                        item.get("product_id").asText(),
                                        item.get("quantity").asInt()));
                        items.forEach((product, units) -> packed.merge(product, units, Integer::sum));
                        String status = parcel.get("channel").asText().equals("digital") ? "delivered" : "created";
                        model.packed(parcel.get("fulfillment_id").asText(), new ModelOrder.Parcel(items, status));
                    });
            return packed;
        }

        private void tell(String status) {
            any(model.parcels).ifPresent(parcel -> {
                told.add(status + " " + parcel);
                expect(
                        model.tell(parcel, status),
                        life.patch("/fulfillments/" + parcel, "{\"status\": \"" + status + "\"}"));
            });
        }

        private void announce(Map<String, Integer> units) {
            int status = model.announce(units);
            Answer answer = expect(status, post("returns", body(units, "")));
            if (status == 201) {
                model.announced(answer.text("return_id"), units);
            }
        }

        private void receive() {
            any(model.returns).ifPresent(goods -> {
                model.received(goods);
                expect(200, post("returns/" + goods + "/receive", "{}"));
            });
        }

        /** Its time is over: only what is unpaid expires. */
        private void expire() {
            told.add("expire");
            engine.change("UPDATE orders SET expires_at = now() WHERE id = ?::uuid AND status = 'payment_failed'", id);
            if (!model.paid && !model.cancelled) {
                model.cancelled = true;
                await("expired")
                        .atMost(PATIENCE)
                        .until(() -> life.order(id).text("status").equals("cancelled"));
            }
        }

        private java.util.Optional<String> any(Map<String, ?> things) {
            List<String> ids = List.copyOf(things.keySet());
            return ids.isEmpty()
                    ? java.util.Optional.empty()
                    : java.util.Optional.of(ids.get(random.nextInt(ids.size())));
        }

        private Answer post(String what, String body) {
            told.add(what + " " + body);
            return staff.post("/orders/" + id + "/" + what, body);
        }

        private Answer expect(int status, Answer answer) {
            assertThat(answer.status()).as("%s%n%s", told, answer.body()).isEqualTo(status);
            return answer;
        }

        private void compare() {
            Answer order = life.order(id);
            assertThat(order.text("status")).as("status, %s", told).isEqualTo(model.status());
            assertThat(order.text("fulfillment_status")).as("%s", told).isEqualTo(model.fulfilmentStatus());
            assertThat(lines(order)).as("lines, %s", told).containsExactlyElementsOf(expectedLines());
            Map<String, String> parcels = new LinkedHashMap<>();
            order.elements("fulfillments")
                    .forEach(parcel -> parcels.put(
                            parcel.get("fulfillment_id").asText(),
                            parcel.get("status").asText()));
            Map<String, String> expected = new LinkedHashMap<>();
            model.parcels.forEach((parcel, state) -> expected.put(parcel, state.status));
            assertThat(parcels).as("parcels, %s", told).isEqualTo(expected);
        }

        /** Of an order that expired the lines stay as they were. */
        private List<String> expectedLines() {
            return model.lines.entrySet().stream()
                    .map(line -> line.getKey() + " " + line.getValue().quantity + " " + line.getValue().cancelled + " "
                            + line.getValue().shipped + " " + line.getValue().returned)
                    .toList();
        }

        private static Stream<String> lines(Answer order) {
            return order.elements("items").map(Life::line);
        }

        private static String line(JsonNode item) {
            return item.get("product_id").asText() + " " + item.get("quantity") + " " + item.get("cancelled") + " "
                    + item.get("fulfilled") + " " + item.get("returned");
        }
    }
}
