package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.example;
import static dev.orderengine.support.OrderRequests.of;
import static dev.orderengine.support.OrderRequests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** {@code POST /orders} and {@code POST /orders/validate} on real servers (specification, sections 2 and 4). */
@ExtendWith(SharedServices.class)
class PlaceOrderIT {

    private static final String VISA = "4242 4242 4242 4242";
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
    private static final String UUID_V7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

    private static RunningEngine engine;
    private static Api shop;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, PlaceOrderIT.class, RunningEngine.API_ONLY);
        shop = engine.as("service");
        engine.change("INSERT INTO prices VALUES ('sku-0001', 'KWD', 6125)");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void place_theExampleOfTheSpecification_isAnsweredAsItSays() {
        Answer answer = shop.place(example());

        assertThat(answer.status()).isEqualTo(201);
        JsonNode body = answer.json();
        assertThat(body.properties().stream().map(Map.Entry::getKey))
                .containsExactly(
                        "order_id",
                        "status",
                        "validation_errors",
                        "payment_status",
                        "fulfillment_status",
                        "total_amount",
                        "currency",
                        "version",
                        "created_at",
                        "decision",
                        "matched_rules");
        assertThat(body.get("order_id").asText()).matches(UUID_V7);
        assertThat(body.get("status").asText()).isEqualTo("pending");
        assertThat(body.get("validation_errors").isArray()).isTrue();
        assertThat(body.get("validation_errors")).isEmpty();
        assertThat(body.get("payment_status").asText()).isEqualTo("none");
        assertThat(body.get("fulfillment_status").asText()).isEqualTo("unfulfilled");
        assertThat(body.get("total_amount").isTextual()).isTrue();
        assertThat(body.get("total_amount").asText()).isEqualTo("39.98");
        assertThat(body.get("currency").asText()).isEqualTo("USD");
        assertThat(body.get("version").isInt()).isTrue();
        assertThat(body.get("version").asInt()).isEqualTo(1);
        assertThat(body.get("created_at").asText()).matches(TIME);
        assertThat(body.get("decision").asText()).isEqualTo("accept");
        assertThat(body.get("matched_rules").isArray()).isTrue();
        assertThat(body.get("matched_rules")).isEmpty();
        assertThat(answer.header("Content-Type")).contains("application/json");
        assertThat(answer.header("Location"))
                .contains("/api/v1/orders/" + body.get("order_id").asText());
        assertThat(answer.header("ETag")).contains("\"1\"");
        assertThat(answer.header("Idempotency-Replayed")).isEmpty();
        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void place_withTraceAndRequestId_givesBothBack() {
        String trace = "0af7651916cd43dd8448eb211c80319c";

        Answer answer = shop.place(
                example(), "traceparent", "00-" + trace + "-b7ad6b7169203331-01", "X-Request-Id", "request-7");

        assertThat(answer.header("traceparent").orElseThrow()).startsWith("00-" + trace + "-");
        assertThat(answer.header("X-Request-Id")).contains("request-7");
        assertThat(engine.text("SELECT traceparent FROM outbox WHERE order_id = ?", id(answer)))
                .startsWith("00-" + trace + "-");
    }

    @Test
    void place_writesOrderEventPaymentReservationAndOutboxTogether() {
        Answer answer = shop.place(example());

        UUID id = id(answer);
        assertThat(engine.text("SELECT status || ' ' || total_amount || ' ' || currency FROM orders WHERE id = ?", id))
                .isEqualTo("pending 3998 USD");
        assertThat(events(id)).containsExactly("1 order.placed");
        assertThat(engine.texts("SELECT sequence FROM outbox WHERE order_id = ?", id))
                .containsExactly("1");
        assertThat(engine.text(
                        "SELECT provider || ' ' || amount || ' ' || substr(token, 1, 11) || ' ' || state || ' ' || (next_at IS NOT NULL)"
                                + " FROM payments WHERE order_id = ?",
                        id))
                .isEqualTo("stripe 3998 sealed:dev: created true");
        assertThat(engine.text("SELECT products[1] || ' ' || quantities[1] FROM reservations WHERE order_id = ?", id))
                .isEqualTo("sku-0001 2");
        assertThat(engine.text("SELECT rules_version FROM orders WHERE id = ?", id))
                .isNotEmpty();
        assertThat(engine.text("SELECT actor FROM order_events WHERE order_id = ?", id))
                .isEqualTo("dev-service");
        assertReservedAddsUp();
    }

    @Test
    void place_again_withTheSameKey_isTheFirstAnswerByteForByte() {
        Answer first = shop.place(example(), "Idempotency-Key", "twice-1");
        Map<String, Long> before = engine.rows();

        Answer second = shop.place(example(), "Idempotency-Key", "twice-1");

        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("Idempotency-Replayed")).contains("true");
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(second.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(engine.rows()).isEqualTo(before);
    }

    @Test
    void place_again_afterTheOrderMovedOn_isStillTheFirstAnswer() {
        Answer first = shop.place(example(), "Idempotency-Key", "moved-on");
        engine.change("UPDATE orders SET status = 'paid', version = 5 WHERE id = ?", id(first));

        assertThat(shop.place(example(), "Idempotency-Key", "moved-on").body()).isEqualTo(first.body());
    }

    @Test
    void place_anotherBody_withTheSameKey_isRefused() {
        shop.place(example(), "Idempotency-Key", "reused");

        Answer other = shop.place(example().put("shipping_address", "elsewhere"), "Idempotency-Key", "reused");

        assertProblem(other, 422, "idempotency_key_reused");
    }

    @Test
    void place_withTheKeyOfAnotherCaller_isAnotherRequest() {
        Answer first = shop.place(example(), "Idempotency-Key", "shared");

        Answer second = engine.asCustomer("c-1001").place(example(), "Idempotency-Key", "shared");

        assertThat(second.status()).isEqualTo(201);
        assertThat(id(second)).isNotEqualTo(id(first));
    }

    @Test
    void place_withAKeyOlderThanADay_isPlacedAnew() {
        Answer first = shop.place(example(), "Idempotency-Key", "old");
        engine.change("UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = 'old'");

        Answer second = shop.place(example(), "Idempotency-Key", "old");

        assertThat(second.status()).isEqualTo(201);
        assertThat(id(second)).isNotEqualTo(id(first));
    }

    @Test
    void refusal_leavesTheKeyFree() {
        ObjectNode tooMany = of("c-1", "sku-0100", 4);
        assertProblem(shop.place(tooMany, "Idempotency-Key", "free"), 422, "insufficient_stock");
        assertProblem(shop.place(tooMany.put("typo", 1), "Idempotency-Key", "free"), 422, "unknown_field");

        Answer placed = shop.place(of("c-1", "sku-0002", 1), "Idempotency-Key", "free");

        assertThat(placed.status()).isEqualTo(201);
        assertThat(placed.header("Idempotency-Replayed")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "has blank"})
    void place_withAnUnfitKey_is400(String key) {
        assertProblem(shop.place(example(), "Idempotency-Key", key), 400, "invalid_request");
    }

    @Test
    void place_withTooLongAKey_is400AndTheLongestIsTaken() {
        assertThat(shop.place(example(), "Idempotency-Key", "k".repeat(255)).status())
                .isEqualTo(201);
        Answer refused = shop.place(example(), "Idempotency-Key", "k".repeat(256));
        assertProblem(refused, 400, "invalid_request");
        assertThat(refused.errors()).containsExactly("header/Idempotency-Key invalid_idempotency_key");
    }

    @Test
    void refusal_ofABadRequest_isAProblemAndTheShapeOfAnOrder() {
        Map<String, Long> before = engine.rows();
        ObjectNode order = example().put("currency", "XXL").put("payment_method", "cash");

        Answer answer = shop.place(order);

        assertProblem(answer, 422, "validation_failed");
        JsonNode body = answer.json();
        assertThat(body.get("order_id").isNull()).isTrue();
        assertThat(body.get("status").asText()).isEqualTo("rejected");
        assertThat(answer.errors())
                .containsExactlyInAnyOrder("/currency unknown_currency", "/payment_method unknown_payment_method");
        assertThat(answer.elements("validation_errors").map(JsonNode::asText))
                .anySatisfy(
                        sentence -> assertThat(sentence).contains("/currency").contains("ISO 4217"))
                .hasSize(2);
        assertThat(engine.rows()).isEqualTo(before);
    }

    @Test
    void refusal_forLackOfStock_saysWhatThereIs() {
        Map<String, Long> before = engine.rows();
        ObjectNode order = with(of("c-2", "sku-0003", 1), "sku-0100", 4);

        Answer answer = shop.place(order);

        assertProblem(answer, 422, "insufficient_stock");
        assertThat(answer.json().get("order_id").isNull()).isTrue();
        assertThat(answer.errors()).containsExactly("/items/1/quantity insufficient_stock");
        assertThat(answer.text("detail")).contains("sku-0100").contains("3 available");
        assertThat(answer.text("decision")).isEqualTo("accept");
        assertThat(engine.rows()).isEqualTo(before);
    }

    @Test
    void refusal_ofAnUnknownProduct_namesTheLine() {
        Answer answer = shop.place(with(of("c-2", "sku-0003", 1), "sku-9999", 1));

        assertProblem(answer, 422, "unknown_product");
        assertThat(answer.errors()).containsExactly("/items/1/product_id unknown_product");
    }

    @Test
    void refusal_ofAnInactiveProduct_isThatOfAnUnknownOne() {
        engine.change("UPDATE products SET active = false, version = version + 1 WHERE product_id = 'sku-0090'");

        assertProblem(shop.place(of("c-2", "sku-0090", 1)), 422, "unknown_product");
    }

    @Test
    void refusal_ofAnotherPrice_saysTheCurrentOne() {
        ObjectNode order = of("c-2", "sku-0001", 1);
        ((ObjectNode) order.get("items").get(0)).put("unit_price", "19.98");

        Answer answer = shop.place(order);

        assertProblem(answer, 422, "price_mismatch");
        assertThat(answer.errors()).containsExactly("/items/0/unit_price price_mismatch");
        assertThat(answer.text("detail")).contains("19.99");
    }

    @Test
    void refusal_ofAnotherTotal_saysTheCurrentOne() {
        Answer answer = shop.place(example().put("expected_total", "39.97"));

        assertProblem(answer, 422, "total_changed");
        assertThat(answer.text("detail")).contains("39.98");
    }

    @Test
    void refusal_ofACardNumber_keepsItOutOfLogsAnswerAndDatabase() {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.orderengine");
        Level level = ours.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        ours.setLevel(Level.DEBUG);
        Map<String, Long> before = engine.rows();
        List<Answer> answers = new ArrayList<>();
        try {
            answers.add(shop.place(example().put("payment_token", VISA)));
            answers.add(shop.place(example().put("shipping_address", "card 4242-4242-4242-4242, thanks")));
            answers.add(shop.place(example().put("customer_id", "4242424242424242")));
            ObjectNode named = example();
            named.withObjectProperty("metadata").put(VISA, "x");
            answers.add(shop.place(named));
            ObjectNode unknown = example();
            unknown.withObjectProperty("card").put("number", 4242424242424242L);
            answers.add(shop.place(unknown));
            answers.add(shop.place(example(), "Idempotency-Key", "4242-4242-4242-4242"));
        } finally {
            root.detachAppender(log);
            ours.setLevel(level);
        }

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isIn(400, 422);
            assertThat(answer.body()).contains("card_number_not_allowed");
            assertNoCard(answer.body());
        });
        assertThat(answers.get(0).errors()).containsExactly("/payment_token card_number_not_allowed");
        assertThat(log.list).allSatisfy(event -> {
            assertNoCard(event.getFormattedMessage());
            assertNoCard(String.valueOf(event.getThrowableProxy()));
        });
        assertThat(engine.rows()).isEqualTo(before);
        assertThat(engine.texts("SELECT detail::text FROM audit_log")).allSatisfy(PlaceOrderIT::assertNoCard);
    }

    @Test
    void place_forAnotherCustomer_byACustomer_is403() {
        Answer answer = engine.asCustomer("c-7").place(of("c-8", "sku-0001", 1));

        assertProblem(answer, 403, "not_your_customer");
        assertThat(engine.asCustomer("c-7").place(of("c-7", "sku-0001", 1)).status())
                .isEqualTo(201);
    }

    @Test
    void place_withoutTheScope_is403() {
        Answer answer = engine.as("reviewer").place(example());

        assertProblem(answer, 403, "missing_scope");
        assertThat(answer.text("detail")).contains("orders:write");
    }

    @Test
    void place_ofANewCustomer_makesTheCustomerAndLaterOrdersUpdateIt() {
        shop.place(of("c-new", "sku-0001", 1));
        assertThat(customer("c-new")).isEqualTo("- -");

        shop.place(withCustomer("c-new", "a@example.com", null));
        assertThat(customer("c-new")).isEqualTo("a@example.com -");

        shop.place(withCustomer("c-new", null, "Ada"));
        shop.place(of("c-new", "sku-0001", 1));
        assertThat(customer("c-new")).isEqualTo("a@example.com Ada");
    }

    @Test
    void refusal_isInTheAuditLog() {
        Answer answer = shop.place(example().put("typo", true), "X-Request-Id", "audited-1");

        assertProblem(answer, 422, "unknown_field");
        await().untilAsserted(() -> assertThat(
                        engine.texts("SELECT actor || ' ' || action || ' ' || outcome || ' ' || (detail ->> 'errors')"
                                + " FROM audit_log WHERE request_id = 'audited-1'"))
                .containsExactly("dev-service order.place refused [\"/typo unknown_field\"]"));
    }

    @Test
    void validate_ofAGoodOrder_saysWhatWouldBeAndWritesNothing() {
        Map<String, Long> before = engine.rows();

        Answer answer = shop.post("/orders/validate", example().toString());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("valid").asBoolean()).isTrue();
        assertThat(answer.text("decision")).isEqualTo("accept");
        assertThat(answer.text("total_amount")).isEqualTo("39.98");
        assertThat(answer.text("currency")).isEqualTo("USD");
        assertThat(answer.json().get("validation_errors")).isEmpty();
        assertThat(answer.json().get("matched_rules")).isEmpty();
        JsonNode line = answer.json().get("availability").get(0);
        assertThat(line.get("product_id").asText()).isEqualTo("sku-0001");
        assertThat(line.get("requested").asInt()).isEqualTo(2);
        assertThat(line.get("available").asLong()).isBetween(1L, 100_000L);
        assertThat(engine.rows()).isEqualTo(before);
    }

    @Test
    void validate_ofOrdersThatWouldBeRefused_saysWhy() {
        Answer faulty =
                shop.post("/orders/validate", example().put("currency", "???").toString());
        Answer short_ = shop.post("/orders/validate", of("c-2", "sku-0100", 4).toString());
        Answer unpriced = shop.post("/orders/validate", of("c-2", "sku-9999", 1).toString());

        assertThat(faulty.json().get("valid").asBoolean()).isFalse();
        assertThat(faulty.errors()).containsExactly("/currency unknown_currency");
        assertThat(short_.json().get("valid").asBoolean()).isFalse();
        assertThat(short_.errors()).containsExactly("/items/0/quantity insufficient_stock");
        assertThat(unpriced.json().get("valid").asBoolean()).isFalse();
        assertThat(unpriced.errors()).containsExactly("/items/0/product_id unknown_product");
    }

    @ParameterizedTest
    @CsvSource({"JPY,6000,'6000',6000", "KWD,'12.250','12.250',12250", "EUR,'37.82','37.82',3782"})
    void place_inOtherCurrencies_countsTheirMinorUnits(String currency, String expected, String total, long minor) {
        ObjectNode order = of("c-3", "sku-0001", 2).put("currency", currency).put("expected_total", expected);

        Answer answer = shop.place(order);

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.text("total_amount")).isEqualTo(total);
        assertThat(engine.number("SELECT total_amount FROM orders WHERE id = ?", id(answer)))
                .isEqualTo(minor);
    }

    @ParameterizedTest
    @CsvSource({"JPY,6000.0", "USD,39.980", "KWD,12.2500"})
    void place_withMoreDigitsThanTheCurrencyHas_isRefused(String currency, String expected) {
        Answer answer =
                shop.place(of("c-3", "sku-0001", 2).put("currency", currency).put("expected_total", expected));

        assertProblem(answer, 422, "invalid_amount");
    }

    @Test
    void place_inACurrencyWithoutAPrice_isRefused() {
        assertProblem(shop.place(of("c-3", "sku-0002", 1).put("currency", "KWD")), 422, "currency_not_available");
    }

    @Test
    void place_byPaypalUpTo500Dollars_isPendingAndAboveWaitsForVerification() {
        engine.change(
                "INSERT INTO products (product_id, name) VALUES ('paypal-500', '500.00'), ('paypal-501', '500.01')");
        engine.change("INSERT INTO prices VALUES ('paypal-500', 'USD', 50000), ('paypal-501', 'USD', 50001)");
        engine.change("INSERT INTO stock SELECT p, 'loc-main', 100 FROM (VALUES ('paypal-500'), ('paypal-501')) v (p)");

        Answer exactly = shop.place(of("c-4", "paypal-500", 1).put("payment_method", "paypal"));
        Answer above = shop.place(of("c-4", "paypal-501", 1).put("payment_method", "paypal"));

        assertThat(exactly.text("status")).isEqualTo("pending");
        assertThat(exactly.text("decision")).isEqualTo("accept");
        assertThat(above.text("status")).isEqualTo("pending_verification");
        assertThat(above.text("decision")).isEqualTo("verify");
        assertThat(above.elements("matched_rules").map(JsonNode::asText)).containsExactly("SYS.05.03");
        assertThat(above.text("version")).isEqualTo("2");
        assertThat(above.header("ETag")).contains("\"2\"");
        assertThat(events(id(above))).containsExactly("1 order.placed", "2 order.verification_required");
        assertThat(engine.texts("SELECT sequence FROM outbox WHERE order_id = ? ORDER BY id", id(above)))
                .containsExactly("1", "2");
        assertThat(uncharged(above)).isTrue();
    }

    @Test
    void place_thatTheRulesHoldForReview_isPendingReview() {
        // 800 units for 16,000 USD, first order, to nowhere: bulk + first-order + no-shipping-address = 70.
        Answer answer = shop.place(of("c-suspect", "sku-0001", 801), "Idempotency-Key", "review-1");

        assertThat(answer.text("status")).isEqualTo("pending_review");
        assertThat(answer.text("decision")).isEqualTo("review");
        assertThat(answer.elements("matched_rules").map(JsonNode::asText)).contains("SYS.05.01");
        assertThat(events(id(answer))).containsExactly("1 order.placed", "2 order.review_required");
        assertThat(uncharged(answer)).isTrue();
        assertThat(shop.place(of("c-suspect", "sku-0001", 801), "Idempotency-Key", "review-1")
                        .body())
                .isEqualTo(answer.body());
    }

    @Test
    void place_thatTheRulesReject_isRefusedAndNothingIsReserved() {
        engine.change("INSERT INTO products (product_id, name) VALUES ('gold', 'Gold')");
        engine.change("INSERT INTO prices VALUES ('gold', 'USD', 100000)");
        engine.change("INSERT INTO stock VALUES ('gold', 'loc-main', 10000)");
        Map<String, Long> before = engine.rows();

        // first-order 30 + no-shipping-address 20 + very-large 20 + bulk 20 = 90.
        Answer answer = shop.place(of("c-fraud", "gold", 201));

        assertProblem(answer, 422, "order_rejected");
        assertThat(answer.text("decision")).isEqualTo("reject");
        assertThat(answer.text("status")).isEqualTo("rejected");
        assertThat(answer.elements("matched_rules").map(JsonNode::asText)).contains("SYS.05.01");
        assertThat(engine.rows()).isEqualTo(before);
    }

    @Test
    void place_byBankTransfer_waitsForTheMoneyAWeek() {
        ObjectNode order = of("c-5", "sku-0001", 1).put("payment_method", "bank_transfer");
        order.remove("payment_token");

        Answer answer = shop.place(order);

        assertThat(answer.text("status")).isEqualTo("pending");
        assertThat(uncharged(answer)).isTrue();
        assertThat(engine.text("SELECT (expires_at - created_at)::text FROM orders WHERE id = ?", id(answer)))
                .isEqualTo("7 days");
        assertThat(engine.text("SELECT provider FROM payments WHERE order_id = ?", id(answer)))
                .isEqualTo("bank_transfer");
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.text("code")).isEqualTo(code);
        assertThat(answer.text("type")).endsWith(code);
        assertThat(answer.text("title")).isNotEmpty();
        assertThat(answer.text("detail")).isNotEmpty();
        assertThat(answer.text("trace_id")).matches("[0-9a-f]{32}");
    }

    private static void assertNoCard(String text) {
        assertThat(text.replaceAll("[ -]", "")).doesNotContain("4242424242424242");
    }

    private static void assertReservedAddsUp() {
        assertThat(engine.texts("""
                        SELECT s.product_id FROM stock s
                        LEFT JOIN (SELECT l.p, l.l, sum(l.q) AS q
                                   FROM reservations r, unnest(r.products, r.locations, r.quantities) AS l (p, l, q)
                                   GROUP BY 1, 2) r ON r.p = s.product_id AND r.l = s.location_id
                        WHERE s.reserved <> coalesce(r.q, 0)""")).isEmpty();
    }

    private static ObjectNode withCustomer(String customerId, String email, String name) {
        ObjectNode order = of(customerId, "sku-0001", 1);
        order.withObjectProperty("customer").put("email", email).put("name", name);
        return order;
    }

    private static String customer(String customerId) {
        return engine.text(
                "SELECT coalesce(email, '-') || ' ' || coalesce(name, '-') FROM customers WHERE customer_id = ?",
                customerId);
    }

    private static boolean uncharged(Answer answer) {
        return engine.text("SELECT bool_and(next_at IS NULL) FROM payments WHERE order_id = ?", id(answer))
                .equals("t");
    }

    private static List<String> events(UUID order) {
        return engine.texts(
                "SELECT sequence || ' ' || type FROM order_events WHERE order_id = ? ORDER BY sequence", order);
    }

    private static UUID id(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return UUID.fromString(answer.text("order_id"));
    }
}
