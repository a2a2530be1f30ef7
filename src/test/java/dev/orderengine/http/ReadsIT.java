package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.example;
import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reads, on real servers. */
@ExtendWith(SharedServices.class)
class ReadsIT {

    private static final String UNKNOWN = "01950000-0000-7000-8000-000000000001";

    private static RunningEngine engine;
    private static Api shop;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, ReadsIT.class, RunningEngine.API_ONLY);
        shop = engine.as("service");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void get_anOrder_givesAllThatWasOrdered() {
        String id = place(example());

        Answer answer = shop.get("/orders/" + id);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).contains("\"1\"");
        JsonNode order = answer.json();
        assertThat(order.get("order_id").asText()).isEqualTo(id);
        assertThat(order.get("customer_id").asText()).isEqualTo("c-1001");
        assertThat(order.get("status").asText()).isEqualTo("pending");
        assertThat(order.get("payment_status").asText()).isEqualTo("none");
        assertThat(order.get("fulfillment_status").asText()).isEqualTo("unfulfilled");
        assertThat(order.get("total_amount").asText()).isEqualTo("39.98");
        assertThat(order.get("items").toString())
                .isEqualTo("[{\"product_id\":\"sku-0001\",\"quantity\":2,\"unit_price\":\"19.99\","
                        + "\"cancelled\":0,\"fulfilled\":0,\"returned\":0}]");
        assertThat(order.get("payment_method").asText()).isEqualTo("credit_card");
        assertThat(order.get("shipping_address").asText()).isEqualTo("1 Main St, Springfield");
        assertThat(order.get("fulfillment_channel").asText()).isEqualTo("warehouse");
        assertThat(order.get("metadata").toString()).isEqualTo("{\"source\":\"web\"}");
        assertThat(order.get("decision").asText()).isEqualTo("accept");
        assertThat(order.get("rules_version").asText()).isNotEmpty();
        assertThat(order.get("payments")).hasSize(1);
        assertThat(order.get("payments").get(0).get("amount").asText()).isEqualTo("39.98");
        assertThat(answer.body()).doesNotContain("tok_visa");
    }

    @Test
    void get_anOrder_byItsLocation_worksForTheCustomerToo() {
        Answer placed = engine.asCustomer("c-1").place(of("c-1", "sku-0001", 1));

        String path = placed.header("Location").orElseThrow().substring("/api/v1".length());

        assertThat(engine.asCustomer("c-1").get(path).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "W/\"1\"", "*", "\"7\", \"1\""})
    void get_aKnownVersion_is304WithoutABody(String tag) {
        String id = place(example());

        Answer answer = shop.get("/orders/" + id, "If-None-Match", tag);

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("ETag")).contains("\"1\"");
        assertThat(shop.get("/orders/" + id, "If-None-Match", "\"2\"").status()).isEqualTo(200);
    }

    @Test
    void read_anOrderOfSomebodyElse_is404LikeOneThatIsNot() {
        String id = place(of("c-owner", "sku-0001", 1));
        Api stranger = engine.asCustomer("c-stranger");

        for (String path : List.of("", "/status", "/events")) {
            Answer foreign = stranger.get("/orders/" + id + path);
            Answer unknown = stranger.get("/orders/" + UNKNOWN + path);
            assertThat(foreign.status()).as(path).isEqualTo(404);
            assertThat(withoutTrace(foreign)).isEqualTo(withoutTrace(unknown));
            assertThat(engine.asCustomer("c-owner").get("/orders/" + id + path).status())
                    .isEqualTo(200);
            assertThat(engine.as("reviewer").get("/orders/" + id + path).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void status_isTheShortForm() {
        String id = place(example());

        Answer answer = shop.get("/orders/" + id + "/status");

        assertThat(answer.json().properties().stream().map(Map.Entry::getKey))
                .containsExactly("order_id", "status", "payment_status", "fulfillment_status", "version", "updated_at");
        assertThat(answer.header("ETag")).contains("\"1\"");
        assertThat(answer.header("Preference-Applied")).isEmpty();
    }

    @Test
    void status_held_isAnsweredAsSoonAsItChanges() {
        String id = place(example());
        long begin = System.nanoTime();
        CompletableFuture<Answer> held =
                shop.getLater("/orders/" + id + "/status", "If-None-Match", "\"1\"", "Prefer", "wait=30");

        engine.change("""
                WITH paid AS (UPDATE orders SET status = 'paid', version = 2 WHERE id = ? RETURNING id)
                INSERT INTO order_events SELECT id, 2, 'payment.captured', '{}', 'test', now() FROM paid""", UUID.fromString(id));
        Answer answer = held.join();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("status")).isEqualTo("paid");
        assertThat(answer.header("ETag")).contains("\"2\"");
        assertThat(answer.header("Preference-Applied")).contains("wait=30");
        assertThat(elapsed(begin)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void status_held_withoutAChange_is304WhenTheTimeIsOver() {
        String id = place(example());
        long begin = System.nanoTime();

        Answer answer = shop.get("/orders/" + id + "/status", "If-None-Match", "\"1\"", "Prefer", "wait=1");

        assertThat(answer.status()).isEqualTo(304);
        assertThat(elapsed(begin)).isBetween(Duration.ofMillis(950), Duration.ofSeconds(15));
    }

    @Test
    void status_withAnotherVersionOrNone_isNotHeld() {
        String id = place(example());
        long begin = System.nanoTime();

        assertThat(shop.get("/orders/" + id + "/status", "Prefer", "wait=30").status())
                .isEqualTo(200);
        assertThat(shop.get("/orders/" + id + "/status", "If-None-Match", "\"9\"", "Prefer", "wait=30")
                        .status())
                .isEqualTo(200);
        assertThat(shop.get("/orders/" + UNKNOWN + "/status", "If-None-Match", "\"1\"", "Prefer", "wait=30")
                        .status())
                .isEqualTo(404);
        assertThat(elapsed(begin)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void events_arePagedByTheirSequence() {
        String id = place(example());
        for (int sequence = 2; sequence <= 5; sequence++) {
            engine.change(
                    "INSERT INTO order_events VALUES (?, ?, 'order.review_required', '{\"matched_rules\": []}', 'test', now())",
                    UUID.fromString(id),
                    sequence);
        }

        Answer all = shop.get("/orders/" + id + "/events");
        Answer page = shop.get("/orders/" + id + "/events?after=1&limit=2");
        Answer rest = shop.get("/orders/" + id + "/events?after=" + page.text("next_after") + "&limit=2");

        assertThat(sequences(all)).containsExactly(1, 2, 3, 4, 5);
        assertThat(all.text("next_after")).isNull();
        assertThat(sequences(page)).containsExactly(2, 3);
        assertThat(page.text("next_after")).isEqualTo("3");
        assertThat(sequences(rest)).containsExactly(4, 5);
        assertThat(rest.text("next_after")).isNull();
        JsonNode placed = all.json().get("items").get(0);
        assertThat(placed.get("type").asText()).isEqualTo("order.placed");
        assertThat(placed.get("actor").asText()).isEqualTo("dev-service");
        assertThat(placed.get("data").get("total_amount").asText()).isEqualTo("39.98");
        assertThat(placed.get("at").asText()).endsWith("Z");
    }

    @Test
    void list_filtersByEverything() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(place(of("c-filter", "sku-0001", 1)));
        }
        set(ids.get(1), "status = 'paid', payment_status = 'captured'");
        set(ids.get(2), "status = 'fulfilled', payment_status = 'captured', fulfillment_status = 'fulfilled'");
        String mine = "/orders?customer_id=c-filter";

        assertThat(listed(mine)).containsExactly(ids.get(3), ids.get(2), ids.get(1), ids.get(0));
        assertThat(listed(mine + "&status=pending")).containsExactly(ids.get(3), ids.get(0));
        assertThat(listed(mine + "&status=paid")).containsExactly(ids.get(1));
        assertThat(listed(mine + "&payment_status=captured")).containsExactly(ids.get(2), ids.get(1));
        assertThat(listed(mine + "&fulfillment_status=fulfilled")).containsExactly(ids.get(2));
        assertThat(listed(mine + "&payment_status=captured&fulfillment_status=unfulfilled"))
                .containsExactly(ids.get(1));
        assertThat(listed("/orders?customer_id=c-nobody")).isEmpty();
    }

    @Test
    void list_boundsTheTimeOfCreation_fromInclusiveToExclusive() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(place(of("c-times", "sku-0001", 1)));
        }
        String mine = "/orders?customer_id=c-times";
        Instant second = createdAt(ids.get(1));

        List<String> from = listed(mine + "&created_from=" + second);
        List<String> to = listed(mine + "&created_to=" + second);

        assertThat(from).contains(ids.get(1), ids.get(2));
        assertThat(to).doesNotContain(ids.get(1), ids.get(2));
        assertThat(from).doesNotContainAnyElementsOf(to);
        assertThat(listed(mine + "&created_from=" + second.plusSeconds(60))).isEmpty();
        assertThat(listed(mine + "&created_from=" + second.minusSeconds(60) + "&created_to=" + second.plusSeconds(60)))
                .hasSize(3);
        assertThat(listed(mine + "&created_from=1970-01-01T00:00:00Z&created_to=9999-12-31T23:59:59Z"))
                .hasSize(3);
        assertThat(listed(mine + "&created_from="
                        + second.minusSeconds(60).toString().replace("Z", "%2B00:00")))
                .hasSize(3);
    }

    @Test
    void list_byACustomer_showsOnlyHisOwn() {
        place(of("c-one", "sku-0001", 1));
        String other = place(of("c-two", "sku-0001", 1));

        assertThat(ids(engine.asCustomer("c-two").get("/orders"))).containsExactly(other);
        assertThat(ids(engine.asCustomer("c-two").get("/orders?customer_id=c-two")))
                .containsExactly(other);
        assertThat(ids(engine.asCustomer("c-two").get("/orders?customer_id=c-one")))
                .isEmpty();
    }

    @Test
    void list_pageByPage_whileOrdersArrive_hasNoDuplicateAndNoGap() {
        List<String> before = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            before.add(0, place(of("c-pages", "sku-0001", 1)));
        }

        List<String> seen = new ArrayList<>();
        Answer page = shop.get("/orders?customer_id=c-pages&limit=3");
        seen.addAll(ids(page));
        while (page.text("next_cursor") != null) {
            place(of("c-pages", "sku-0001", 1));
            assertThat(ids(page)).hasSize(3);
            page = shop.get(next(page));
            seen.addAll(ids(page));
        }

        assertThat(seen).isEqualTo(before);
        assertThat(page.header("Link")).isEmpty();
    }

    @Test
    void list_ofExactlyOnePage_hasNoNext() {
        for (int i = 0; i < 3; i++) {
            place(of("c-exact", "sku-0001", 1));
        }

        Answer page = shop.get("/orders?customer_id=c-exact&limit=3");

        assertThat(ids(page)).hasSize(3);
        assertThat(page.json().has("next_cursor")).isTrue();
        assertThat(page.text("next_cursor")).isNull();
    }

    @Test
    void products_arePagedInTheOrderOfTheirIds() {
        List<String> seen = new ArrayList<>();
        Answer page = shop.get("/products?limit=40");
        seen.addAll(products(page));
        while (page.text("next_cursor") != null) {
            page = shop.get(next(page));
            seen.addAll(products(page));
        }

        assertThat(seen).hasSize(100).isSorted().doesNotHaveDuplicates().contains("sku-0001", "sku-0100");
    }

    @Test
    void product_hasItsPricesAndAVersion() {
        Answer answer = shop.get("/products/sku-0001");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("name")).isEqualTo("Product 1");
        assertThat(answer.json().get("active").asBoolean()).isTrue();
        assertThat(answer.json().get("prices").toString())
                .isEqualTo("{\"EUR\":\"18.91\",\"JPY\":\"3000\",\"USD\":\"19.99\"}");
        String etag = answer.header("ETag").orElseThrow();
        assertThat(shop.get("/products/sku-0001", "If-None-Match", etag).status())
                .isEqualTo(304);
        assertThat(shop.get("/products/sku-9999").status()).isEqualTo(404);
    }

    @Test
    void inventory_isWhatThereIsNow() {
        String before = shop.get("/inventory/sku-0050").header("ETag").orElseThrow();
        place(of("c-stock", "sku-0050", 7));

        Answer answer = shop.get("/inventory/sku-0050", "If-None-Match", before);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("product_id")).isEqualTo("sku-0050");
        assertThat(answer.text("on_hand")).isEqualTo("100000");
        assertThat(answer.text("reserved")).isEqualTo("7");
        assertThat(answer.text("available")).isEqualTo("99993");
        assertThat(answer.elements("locations")
                        .map(location -> location.get("location_id").asText() + " " + location.get("on_hand") + " "
                                + location.get("reserved") + " " + location.get("available")))
                .containsExactly("loc-city 40000 0 40000", "loc-main 60000 7 59993");
        assertThat(shop.get(
                                "/inventory/sku-0050",
                                "If-None-Match",
                                answer.header("ETag").orElseThrow())
                        .status())
                .isEqualTo(304);
        assertThat(shop.get("/inventory/sku-9999").status()).isEqualTo(404);
    }

    @Test
    void read_largeAnswers_areGzippedForWhoTakesIt() {
        Answer zipped = shop.get("/products?limit=100", "Accept-Encoding", "gzip");
        Answer plain = shop.get("/products?limit=100");

        assertThat(zipped.header("Content-Encoding")).contains("gzip");
        assertThat(plain.header("Content-Encoding")).isEmpty();
        assertThat(shop.get("/products/sku-0001", "Accept-Encoding", "gzip").header("Content-Encoding"))
                .isEmpty();
    }

    private static String place(ObjectNode order) {
        Answer answer = shop.place(order);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.text("order_id");
    }

    private static void set(String id, String assignments) {
        engine.change("UPDATE orders SET " + assignments + " WHERE id = ?", UUID.fromString(id));
    }

    private static Instant createdAt(String id) {
        return Instant.parse(shop.get("/orders/" + id).text("created_at"));
    }

    private static List<String> listed(String path) {
        return ids(shop.get(path));
    }

    private static List<String> ids(Answer page) {
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        return page.elements("items")
                .map(order -> order.get("order_id").asText())
                .toList();
    }

    private static List<String> products(Answer page) {
        return page.elements("items")
                .map(product -> product.get("product_id").asText())
                .toList();
    }

    private static List<Integer> sequences(Answer events) {
        return events.elements("items")
                .map(event -> event.get("sequence").asInt())
                .toList();
    }

    /** The path in the link, which carries the filters on. */
    private static String next(Answer page) {
        String link = page.header("Link").orElseThrow();
        assertThat(link).endsWith(">; rel=\"next\"").contains(page.text("next_cursor"));
        return link.substring(link.indexOf("/api/v1") + "/api/v1".length(), link.indexOf('>'));
    }

    private static String withoutTrace(Answer answer) {
        ObjectNode problem = (ObjectNode) answer.json();
        problem.remove("trace_id");
        return problem.toString();
    }

    private static Duration elapsed(long beginNanos) {
        return Duration.ofNanos(System.nanoTime() - beginNanos);
    }
}
