package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.of;
import static dev.orderengine.support.OrderRequests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every command on an order has in common, shown by {@code POST /orders/{id}/cancel} on orders that nobody charges. */
@ExtendWith(SharedServices.class)
class OrderCommandsIT {

    private static RunningEngine engine;
    private static Api staff;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, OrderCommandsIT.class, RunningEngine.API_ONLY);
        staff = engine.as("service");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @AfterEach
    void booksAddUp() {
        assertThat(Books.findings(engine)).isEmpty();
    }

    @Test
    void command_carriedOut_answersWithTheOrderAndItsNewVersion() {
        String id = place("c-1001", 2);

        Answer answer = cancel(id, "{\"reason\": \"too late\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).contains("\"2\"");
        assertThat(answer.header("Idempotency-Replayed")).isEmpty();
        assertThat(answer.text("status")).isEqualTo("cancelled");
        assertThat(answer.text("cancel_reason")).isEqualTo("too late");
        assertThat(answer.body()).isEqualTo(staff.get("/orders/" + id).body());
        assertThat(engine.texts(
                        "SELECT type || ' ' || actor FROM order_events WHERE order_id = ?::uuid ORDER BY sequence", id))
                .containsExactly("order.placed dev-service", "order.cancelled dev-service");
        assertThat(engine.number("SELECT count(*) FROM reservations WHERE order_id = ?::uuid", id))
                .isZero();
        assertThat(engine.text(
                        "SELECT state || ' ' || coalesce(token, 'no token') FROM payments WHERE order_id = ?::uuid",
                        id))
                .as("never charged")
                .isEqualTo("failed no token");
    }

    @Test
    void command_repeatedWithItsKey_isAnsweredAgainByteForByteAndDoneOnce() {
        String id = place("c-1001", 3);
        String key = key();

        Answer first = cancel(id, items(1), "Idempotency-Key", key);
        Answer second = cancel(id, items(1), "Idempotency-Key", key);

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(second.header("Idempotency-Replayed")).contains("true");
        assertThat(staff.get("/orders/" + id).text("version")).isEqualTo("2");
        assertThat(cancelledUnits(id)).isEqualTo(1);
    }

    @Test
    void command_repeatedAfterTheOrderWentOn_isAnsweredAsAtFirst() {
        String id = place("c-1001", 3);
        String key = key();
        Answer first = cancel(id, items(1), "Idempotency-Key", key, "If-Match", "\"1\"");
        cancel(id, "{}");

        Answer second = cancel(id, items(1), "Idempotency-Key", key, "If-Match", "\"1\"");

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void key_ofAnotherBodyOrPathOrOfAPlacement_isRefused() {
        String id = place("c-1001", 3);
        String other = place("c-1001", 3);
        String key = key();
        String placementKey = key();
        cancel(id, items(1), "Idempotency-Key", key);
        staff.place(of("c-1001", "sku-0001", 1), "Idempotency-Key", placementKey);

        Stream.of(
                        cancel(id, items(2), "Idempotency-Key", key),
                        cancel(other, items(1), "Idempotency-Key", key),
                        cancel(id, items(1), "Idempotency-Key", placementKey),
                        staff.place(of("c-1001", "sku-0001", 1), "Idempotency-Key", key))
                .forEach(answer -> {
                    assertThat(answer.status()).isEqualTo(422);
                    assertThat(answer.text("code")).isEqualTo("idempotency_key_reused");
                });
        assertThat(cancelledUnits(id)).isEqualTo(1);
        assertThat(cancelledUnits(other)).isZero();
    }

    @Test
    void key_ofAnotherCaller_isAnotherKey() {
        String id = place("c-1001", 3);
        String key = key();
        cancel(id, items(1), "Idempotency-Key", key);

        Answer customers =
                engine.asCustomer("c-1001").post("/orders/" + id + "/cancel", items(1), "Idempotency-Key", key);

        assertThat(customers.status()).isEqualTo(200);
        assertThat(cancelledUnits(id)).isEqualTo(2);
    }

    @Test
    void key_whoseCommandWasRefused_mayBeUsedAgain() {
        String id = place("c-1001", 3);
        String key = key();

        assertThat(cancel(id, items(9), "Idempotency-Key", key).status()).isEqualTo(422);
        assertThat(cancel(id, items(1), "Idempotency-Key", key).status()).isEqualTo(200);
    }

    @Test
    void key_whoseDayIsOver_standsForNothing() {
        String id = place("c-1001", 3);
        String key = key();
        cancel(id, items(1), "Idempotency-Key", key);
        engine.change("UPDATE idempotency_keys SET created_at = created_at - interval '25 hours' WHERE key = ?", key);

        assertThat(cancel(id, items(2), "Idempotency-Key", key).status()).isEqualTo(200);
        assertThat(cancel(id, items(2), "Idempotency-Key", key).header("Idempotency-Replayed"))
                .contains("true");
    }

    @Test
    void key_whoseCommandIsAtWork_isInUse() throws Exception {
        String id = place("c-1001", 3);
        String key = key();
        try (var connection = engine.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // Another engine that holds the key, as it does while its command is at work.
            statement.execute("SELECT pg_advisory_xact_lock(hashtextextended('dev-service " + key + "', 0))");

            Answer answer = cancel(id, items(1), "Idempotency-Key", key);

            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.text("code")).isEqualTo("idempotency_key_in_use");
            assertThat(answer.header("Retry-After")).contains("1");
            connection.rollback();
        }
        assertThat(cancel(id, items(1), "Idempotency-Key", key).status()).isEqualTo(200);
    }

    @Test
    void sameKey_fromManyAtOnce_isDoneOnceAndAnsweredAlike() {
        String id = place("c-1001", 50);
        String key = key();

        List<Answer> answers = together(20, i -> cancelLater(id, items(1), "Idempotency-Key", key));

        assertThat(cancelledUnits(id)).isEqualTo(1);
        assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.status() == 409);
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 200)
                        .map(Answer::body)
                        .distinct())
                .hasSize(1);
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 200
                                && answer.header("Idempotency-Replayed").isEmpty()))
                .as("first answers")
                .hasSize(1);
    }

    @Test
    void command_underAVersionThatIsGone_is412AndChangesNothing() {
        String id = place("c-1001", 3);
        cancel(id, items(1));

        for (String stale : List.of("\"1\"", "\"7\", \"8\"", "W/\"2\"", "\"other\"")) {
            Answer answer = cancel(id, items(1), "If-Match", stale);

            assertThat(answer.status()).isEqualTo(412);
            assertThat(answer.text("code")).isEqualTo("precondition_failed");
        }
        assertThat(cancelledUnits(id)).isEqualTo(1);
        assertThat(cancel(id, items(1), "If-Match", "\"1\", \"2\"").status()).isEqualTo(200);
        assertThat(cancel(id, items(1), "If-Match", "*").status()).isEqualTo(200);
    }

    @Test
    void precondition_thatIsNoEntityTag_is400() {
        Answer answer = cancel(place("c-1001", 1), "{}", "If-Match", "1");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errors()).containsExactly("header/If-Match invalid_format");
    }

    @Test
    void clients_racingForTheSameVersion_oneWinsAndTheOthersAre412() {
        String id = place("c-1001", 50);

        List<Answer> answers = together(20, i -> cancelLater(id, items(1), "If-Match", "\"1\""));

        assertThat(answers.stream().map(Answer::status).filter(status -> status == 200))
                .hasSize(1);
        assertThat(answers.stream().map(Answer::status).filter(status -> status == 412))
                .hasSize(19);
        assertThat(cancelledUnits(id)).isEqualTo(1);
    }

    @Test
    void clients_racingToCancelTheWhole_oneWinsAndTheOthersAre409() {
        String id = place("c-1001", 5);

        List<Answer> answers = together(20, i -> cancelLater(id, "{}"));

        assertThat(answers.stream().map(Answer::status).filter(status -> status == 200))
                .hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 409).map(answer -> answer.text("code")))
                .hasSize(19)
                .containsOnly("invalid_transition");
    }

    @Test
    void clients_racingForTheLastUnits_neverCancelMoreThanThereAre() {
        String id = place("c-1001", 10);

        List<Answer> answers = together(20, i -> cancelLater(id, items(3)));

        assertThat(answers.stream().map(Answer::status).filter(status -> status == 200))
                .hasSize(3);
        assertThat(cancelledUnits(id)).isEqualTo(9);
        assertThat(staff.get("/orders/" + id).text("version")).isEqualTo("4");
    }

    @Test
    void twoEngines_onOneOrder_neverMix() {
        engine.startAnother();
        String id = place("c-1001", 40);

        List<String> keys = IntStream.range(0, 40).mapToObj(i -> key()).toList();
        IntFunction<CompletableFuture<Answer>> call = i -> engine.as(i % 2, "service")
                .postLater("/orders/" + id + "/cancel", items(1), "Idempotency-Key", keys.get(i));

        List<Answer> answers = together(40, call);

        // A call is answered within 2 s, on a slow machine with 503: with its key it is sent again.
        assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.status() == 503);
        IntStream.range(0, 40)
                .filter(i -> answers.get(i).status() == 503)
                .forEach(i -> await("served").until(() -> call.apply(i).join().status() == 200));
        assertThat(staff.get("/orders/" + id).text("status")).isEqualTo("cancelled");
        assertThat(engine.number("SELECT count(*) FROM order_events WHERE order_id = ?::uuid", id))
                .isEqualTo(41);
    }

    @Test
    void orders_manyAtOnce_eachGetsItsOwn() {
        List<String> ids =
                IntStream.range(0, 30).mapToObj(i -> place("c-1001", 2)).toList();

        List<Answer> answers = together(30, i -> cancelLater(ids.get(i), i % 3 == 0 ? items(5) : "{}"));

        for (int i = 0; i < 30; i++) {
            assertThat(answers.get(i).status()).isEqualTo(i % 3 == 0 ? 422 : 200);
            if (i % 3 != 0) {
                assertThat(answers.get(i).text("order_id")).isEqualTo(ids.get(i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0199aaaa-0000-7000-8000-000000000000", "none", "1-1-1-1-1"})
    void order_thatIsNotThere_is404(String id) {
        assertThat(cancel(id, "{}").status()).isEqualTo(404);
    }

    @Test
    void order_ofAnotherCustomer_is404ToHim() {
        String id = place("c-1001", 1);

        assertThat(engine.asCustomer("c-other")
                        .post("/orders/" + id + "/cancel", "{}")
                        .status())
                .isEqualTo(404);
        assertThat(engine.asCustomer("c-1001")
                        .post("/orders/" + id + "/cancel", "{}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void scope_thatLacks_is403() {
        assertThat(engine.as("reviewer")
                        .post("/orders/" + place("c-1001", 1) + "/cancel", "{}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void refusal_isInTheAuditLog() {
        String id = place("c-1001", 1);

        cancel(id, items(4));
        cancel(id, "{\"reasons\": 1}");

        await("audit")
                .untilAsserted(() -> assertThat(engine.texts(
                                "SELECT action || ' ' || outcome || ' ' || (detail -> 'errors') FROM audit_log WHERE subject = ?",
                                id))
                        .containsExactlyInAnyOrder(
                                "order.cancel refused [\"/items/0/quantity too_many\"]",
                                "order.cancel refused [\"/reasons unknown_field\"]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"items": []}                                                             | /items out_of_range
                    {"items": 1, "reason": ""}                                                | /items wrong_type, /reason out_of_range
                    {"items": [{"quantity": 0}]}                                              | /items/0/product_id required, /items/0/quantity out_of_range
                    {"items": [{"product_id": "sku-0001"}]}                                   | /items/0/quantity required
                    {"items": [{"product_id": "sku-0077", "quantity": 1}]}                    | /items/0/product_id unknown_item
                    {"items": [{"product_id": "sku-0001", "quantity": 1}, {"product_id": "sku-0001", "quantity": 1}]} | /items/1/product_id duplicate_product
                    {"reason": "4242 4242 4242 4242"}                                         | /reason card_number_not_allowed
                    {"why": "x"}                                                              | /why unknown_field
                    """)
    void body_withFaults_isRefusedWithAllOfThem(String body, String errors) {
        String id = place("c-1001", 1);

        Answer answer = cancel(id, body);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors()).containsExactlyInAnyOrder(errors.split(", "));
        assertThat(staff.get("/orders/" + id).text("status")).isEqualTo("pending");
    }

    @Test
    void cancel_ofSomeUnits_givesTheirStockBackAndAsksForLess() {
        String id =
                staff.place(with(of("c-1001", "sku-0001", 3), "sku-0002", 2)).text("order_id");
        long before = reserved("sku-0001");

        Answer answer = cancel(id, items(2));

        assertThat(answer.text("status")).isEqualTo("pending");
        assertThat(answer.elements("items").map(item -> item.get("cancelled").asInt()))
                .containsExactly(2, 0);
        assertThat(reserved("sku-0001")).isEqualTo(before - 2);
        assertThat(engine.number("SELECT amount FROM payments WHERE order_id = ?::uuid", id))
                .isEqualTo(1_999 + 2 * 2_099);
        assertThat(engine.text("SELECT data::text FROM order_events WHERE order_id = ?::uuid AND sequence = 2", id))
                .contains("\"changed\": [\"items\"]", "\"quantity\": 2");
    }

    @Test
    void cancel_ofAllUnitsByName_cancelsTheOrder() {
        String id = place("c-1001", 3);
        cancel(id, items(1));

        assertThat(cancel(id, items(2)).text("status")).isEqualTo("cancelled");
    }

    @Test
    void cancel_ofUnitsAtSeveralLocations_givesBackWhereTheyAre() {
        engine.change("INSERT INTO products (product_id, name) VALUES ('split', 'Split')");
        engine.change("INSERT INTO prices VALUES ('split', 'USD', 100)");
        engine.change(
                "INSERT INTO stock (product_id, location_id, on_hand) VALUES ('split', 'loc-main', 3), ('split', 'loc-city', 3)");
        String id = staff.place(of("c-1001", "split", 5)).text("order_id");

        cancel(id, "{\"items\": [{\"product_id\": \"split\", \"quantity\": 4}]}");

        assertThat(reserved("split")).isEqualTo(1);
        assertThat(engine.text("SELECT quantities::text FROM reservations WHERE order_id = ?::uuid", id))
                .isEqualTo("{1}");
    }

    private static String place(String customer, int quantity) {
        return staff.place(of(customer, "sku-0001", quantity)).text("order_id");
    }

    private static Answer cancel(String id, String body, String... headers) {
        return cancelLater(id, body, headers).join();
    }

    private static CompletableFuture<Answer> cancelLater(String id, String body, String... headers) {
        return staff.postLater("/orders/" + id + "/cancel", body, headers);
    }

    private static String items(int quantity) {
        return "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": " + quantity + "}]}";
    }

    private static int cancelledUnits(String id) {
        return staff.get("/orders/" + id)
                .elements("items")
                .mapToInt(item -> item.get("cancelled").asInt())
                .sum();
    }

    private static long reserved(String product) {
        return engine.number("SELECT sum(reserved) FROM stock WHERE product_id = ?", product);
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private static List<Answer> together(int calls, IntFunction<CompletableFuture<Answer>> call) {
        return IntStream.range(0, calls).mapToObj(call).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }
}
