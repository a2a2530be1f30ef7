package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.Management;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code POST /orders/batch} on real servers. */
@ExtendWith(SharedServices.class)
class BatchIT {

    private static RunningEngine engine;
    private static Api shop;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, BatchIT.class, RunningEngine.API_ONLY);
        shop = engine.as("service");
    }

    @AfterAll
    static void stop() {
        List<String> findings = Books.findings(engine);
        engine.close();
        assertThat(findings).isEmpty();
    }

    @Test
    void place_anArray_answersEachOrderInItsPlaceAsASingleCallWould() {
        ObjectNode good = order("sku-0001", 2);
        ObjectNode faulty = order("sku-0001", 1).put("currency", "XXL");
        ObjectNode unknown = order("sku-9999", 1);
        ObjectNode tooMany = order("sku-0100", 4);
        ObjectNode card = order("sku-0001", 1).put("shipping_address", "4242 4242 4242 4242");
        ObjectNode keyless = of("c-1", "sku-0001", 1);
        ObjectNode last = order("sku-0002", 1);

        Answer answer = shop.post(
                "/orders/batch",
                array(
                        good.toString(),
                        faulty.toString(),
                        unknown.toString(),
                        tooMany.toString(),
                        card.toString(),
                        "[]",
                        keyless.toString(),
                        last.toString()));

        assertThat(answer.status()).isEqualTo(207);
        assertThat(answer.header("Content-Type")).contains("application/json");
        List<JsonNode> results = results(answer);
        assertThat(results)
                .extracting(result -> result.get("status").asInt())
                .containsExactly(201, 422, 422, 422, 422, 422, 422, 201);
        assertThat(results)
                .extracting(BatchIT::code)
                .containsExactly(
                        null,
                        "unknown_currency",
                        "unknown_product",
                        "insufficient_stock",
                        "card_number_not_allowed",
                        "wrong_type",
                        "required",
                        null);
        assertThat(results.get(0).get("idempotency_key")).isEqualTo(good.get("idempotency_key"));
        assertThat(results.get(0).get("replayed").asBoolean()).isFalse();
        assertThat(results.get(1)
                        .get("problem")
                        .get("errors")
                        .get(0)
                        .get("pointer")
                        .asText())
                .isEqualTo("/currency");
        assertThat(results.get(6)
                        .get("problem")
                        .get("errors")
                        .get(0)
                        .get("pointer")
                        .asText())
                .isEqualTo("/idempotency_key");
        assertThat(answer.body()).doesNotContain("4242");
        assertThat(fields(results.get(0).get("order")))
                .isEqualTo(fields(shop.place(of("c-1", "sku-0001", 2)).json()));
        assertThat(fields(results.get(3).get("problem")))
                .isEqualTo(fields(shop.place(of("c-1", "sku-0100", 4)).json()));
        assertThat(shop.get("/orders/" + orderId(results.get(7))).status()).isEqualTo(200);
    }

    @Test
    void place_lines_readsEachForItself() {
        String body = order("sku-0001", 1) + "\r\n\n{\"customer_id\": \n" + order("sku-0001", 1) + "\n \n"
                + "{\"customer_id\": \"c\", \"customer_id\": \"d\"}\n" + order("sku-0001", 1);

        Answer answer = lines(body);

        assertThat(answer.status()).isEqualTo(207);
        assertThat(results(answer))
                .extracting(result -> result.get("status").asInt())
                .containsExactly(201, 400, 201, 400, 201);
        assertThat(code(results(answer).get(1))).isEqualTo("malformed_json");
    }

    @Test
    void place_again_isTheFirstAnswerForEachOrder() {
        List<ObjectNode> orders = orders(20);
        Answer first = shop.post("/orders/batch", orders.toString());
        Map<String, Long> before = engine.rows();

        Answer second = lines(orders.stream().map(ObjectNode::toString).collect(Collectors.joining("\n")));

        assertThat(engine.rows()).isEqualTo(before);
        assertThat(second.body()).isEqualTo(first.body().replace("\"replayed\":false", "\"replayed\":true"));
    }

    @Test
    void place_ordersWithOneKey_isThatOfTheFirstThatIsPlaced() {
        ObjectNode first = order("sku-0001", 1);
        ObjectNode again = first.deepCopy();
        ObjectNode other = first.deepCopy().put("shipping_address", "elsewhere");
        ObjectNode refused = order("sku-0100", 4);
        ObjectNode instead = order("sku-0002", 1);
        instead.set("idempotency_key", refused.get("idempotency_key"));

        List<JsonNode> results = results(shop.post(
                "/orders/batch", List.of(first, again, other, refused, instead).toString()));

        assertThat(results).extracting(result -> result.get("status").asInt()).containsExactly(201, 201, 422, 422, 201);
        assertThat(results.get(1).get("order")).isEqualTo(results.get(0).get("order"));
        assertThat(results.get(1).get("replayed").asBoolean()).isTrue();
        assertThat(code(results.get(2))).isEqualTo("idempotency_key_reused");
        assertThat(results.get(4).get("replayed").asBoolean()).isFalse();
    }

    @Test
    void place_aKeyOfASingleCall_isAnotherRequest() {
        ObjectNode order = order("sku-0001", 1);
        shop.place(
                of("c-1", "sku-0001", 1),
                "Idempotency-Key",
                order.get("idempotency_key").asText());

        assertThat(code(results(shop.post("/orders/batch", array(order.toString())))
                        .get(0)))
                .isEqualTo("idempotency_key_reused");
    }

    @Test
    void place_500Orders_placesThemInFewMicroBatches() {
        double before = placementBatches();

        Answer answer = shop.post("/orders/batch", orders(500).toString());

        assertThat(results(answer))
                .hasSize(500)
                .extracting(result -> result.get("status").asInt())
                .containsOnly(201);
        assertThat(placementBatches() - before).isLessThan(100);
    }

    @Test
    void place_moreThanAreTaken_isRefusedAsAWhole() {
        Map<String, Long> before = engine.rows();
        byte[] tooLarge = (" ".repeat(4 * 1024 * 1024) + "[]").getBytes(StandardCharsets.UTF_8);

        assertProblem(shop.post("/orders/batch", orders(501).toString()), 422, "out_of_range");
        assertProblem(lines("{}\n".repeat(501)), 422, "out_of_range");
        assertProblem(shop.post("/orders/batch", "[]"), 422, "out_of_range");
        assertProblem(lines("\n\n"), 422, "out_of_range");
        assertProblem(
                shop.send("POST", "/orders/batch", tooLarge, "Content-Type", "application/json"),
                413,
                "body_too_large");
        assertThat(engine.rows()).isEqualTo(before);
    }

    @Test
    void place_aBodyAboveTheLimitOfSingleCalls_isTaken() {
        ObjectNode large = order("sku-0001", 1);
        IntStream.range(0, 20).forEach(i -> large.withObjectProperty("metadata").put("m" + i, "x".repeat(500)));
        List<ObjectNode> orders = IntStream.range(0, 100)
                .mapToObj(i -> large.deepCopy()
                        .put("idempotency_key", UUID.randomUUID().toString()))
                .toList();

        Answer answer = shop.post("/orders/batch", orders.toString());

        assertThat(orders.toString().length()).isGreaterThan(1_000_000);
        assertThat(results(answer))
                .extracting(result -> result.get("status").asInt())
                .containsOnly(201);
    }

    @Test
    void place_whatIsNoBatch_isRefusedAsAWhole() {
        assertProblem(shop.post("/orders/batch", "[{}"), 400, "malformed_json");
        assertProblem(shop.post("/orders/batch", ""), 400, "malformed_json");
        assertProblem(shop.post("/orders/batch", order("sku-0001", 1).toString()), 422, "wrong_type");
        byte[] body = "[]".getBytes(StandardCharsets.UTF_8);
        assertProblem(
                shop.send("POST", "/orders/batch", body, "Content-Type", "text/plain"), 415, "unsupported_media_type");
        assertProblem(
                shop.send("POST", "/orders", body, "Content-Type", "application/x-ndjson"),
                415,
                "unsupported_media_type");
        assertThat(engine.as("reviewer").post("/orders/batch", "[]").status()).isEqualTo(403);
    }

    @Test
    void place_byACustomer_takesHisOwnOrdersOnly() {
        List<ObjectNode> orders = List.of(
                order("sku-0001", 1).put("customer_id", "c-mine"),
                order("sku-0001", 1).put("customer_id", "c-other"),
                order("sku-0001", 1).put("customer_id", "c-mine"));

        List<JsonNode> results = results(engine.asCustomer("c-mine").post("/orders/batch", orders.toString()));

        assertThat(results).extracting(result -> result.get("status").asInt()).containsExactly(201, 403, 201);
        assertThat(code(results.get(1))).isEqualTo("not_your_customer");
    }

    @Test
    void place_manyBatchesAtOnce_untilAllAreTaken_placesEachOrderOnce() {
        List<List<ObjectNode>> batches =
                Stream.generate(() -> orders(100)).limit(12).toList();
        Set<String> orderIds = new HashSet<>();
        List<List<ObjectNode>> open = new ArrayList<>(batches);
        boolean shed = false;

        while (!open.isEmpty()) {
            List<CompletableFuture<Answer>> calls = open.stream()
                    .map(batch -> shop.postLater("/orders/batch", batch.toString()))
                    .toList();
            List<List<ObjectNode>> again = new ArrayList<>();
            for (int i = 0; i < calls.size(); i++) {
                Answer answer = calls.get(i).join();
                if (answer.status() == 503) {
                    shed = true;
                    assertThat(answer.header("Retry-After")).contains("1");
                    again.add(open.get(i));
                } else {
                    results(answer).forEach(result -> orderIds.add(orderId(result)));
                }
            }
            open = again;
        }

        assertThat(shed).as("more came at once than are taken").isTrue();
        assertThat(orderIds).hasSize(1_200);
        assertThat(engine.number("SELECT count(*) FROM idempotency_keys WHERE key = ANY (?)", (Object) batches.stream()
                        .flatMap(List::stream)
                        .map(order -> order.get("idempotency_key").asText())
                        .toArray(String[]::new)))
                .isEqualTo(1_200);
    }

    @Test
    void refusals_areInTheAuditLog() {
        shop.post(
                "/orders/batch",
                List.of(order("sku-9999", 1), order("sku-0001", 1), order("sku-0001", 0))
                        .toString(),
                "X-Request-Id",
                "audited-batch");

        await().untilAsserted(() -> assertThat(engine.texts("""
                        SELECT action || ' ' || subject || ' ' || (detail ->> 'errors') FROM audit_log
                        WHERE request_id = 'audited-batch' ORDER BY id"""))
                .containsExactlyInAnyOrder(
                        "order.place POST /orders/batch [\"/items/0/product_id unknown_product\"]",
                        "order.place POST /orders/batch [\"/items/0/quantity out_of_range\"]"));
    }

    private static ObjectNode order(String productId, int quantity) {
        return of("c-1", productId, quantity)
                .put("idempotency_key", UUID.randomUUID().toString());
    }

    private static List<ObjectNode> orders(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> order("sku-00" + (10 + i % 80), 1).put("customer_id", "c-" + i))
                .toList();
    }

    private static String array(String... orders) {
        return "[" + String.join(",", orders) + "]";
    }

    private static Answer lines(String body) {
        return shop.send(
                "POST",
                "/orders/batch",
                body.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/x-ndjson; charset=utf-8");
    }

    private static List<JsonNode> results(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(207);
        return answer.elements("results").toList();
    }

    private static String orderId(JsonNode result) {
        assertThat(result.get("status").asInt()).as(result.toString()).isEqualTo(201);
        return result.get("order").get("order_id").asText();
    }

    private static String code(JsonNode result) {
        return result.has("problem") ? result.get("problem").get("code").asText() : null;
    }

    private static List<String> fields(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.text("code")).isEqualTo(code);
    }

    private static double placementBatches() {
        return new Management(engine.managementPort()).metric("batch_size_count", "batch=\"placement\"");
    }
}
