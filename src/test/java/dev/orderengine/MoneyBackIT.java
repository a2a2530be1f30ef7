package dev.orderengine;

import static dev.orderengine.support.OrderRequests.of;
import static dev.orderengine.support.OrderRequests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.Faults.Fault;
import dev.orderengine.dev.simulator.PaymentIntent;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Money that goes back, exactly once, from HTTP to the provider, whatever that does. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class MoneyBackIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static Services services;
    private static RunningEngine engine;
    private static Api api;

    @BeforeAll
    static void start(Services shared) {
        services = shared;
        engine = RunningEngine.start(
                shared,
                MoneyBackIT.class,
                Map.of("ENGINE_PAYMENTS_TIMEOUT", "PT0.5S", "ENGINE_PAYMENTS_POLL_INTERVAL", "PT0.1S"));
        api = engine.as("operator");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @AfterEach
    void booksAddUp() {
        services.payments().faults().clear();
        assertThat(Books.findings(engine)).isEmpty();
    }

    @Test
    void cancel_ofAPaidOrder_givesAllBackOnce() {
        String id = paid(2);

        Answer cancelled = api.post("/orders/" + id + "/cancel", "{}");

        assertThat(cancelled.text("status")).isEqualTo("cancelled");
        assertThat(cancelled.json().at("/refunds/0/state").asText()).isEqualTo("pending");
        assertThat(cancelled.json().at("/refunds/0/amount").asText()).isEqualTo("39.98");
        awaitPayment(id, "refunded");
        assertThat(back(id)).containsExactly(3_998L);
        assertThat(types(id)).endsWith("payment.captured", "order.cancelled", "payment.refunded");
        Answer order = api.get("/orders/" + id);
        assertThat(order.json().at("/refunds/0/state").asText()).isEqualTo("succeeded");
        assertThat(order.json().at("/payments/0/refunded").asText()).isEqualTo("39.98");
        assertThat(order.json().at("/payments/0/state").asText()).isEqualTo("refunded");
    }

    @Test
    void cancel_ofOneUnitAfterTheOther_addsUpToWhatWasTaken() {
        String id = api.place(with(of("c-1", "sku-0001", 2), "sku-0003", 1)).text("order_id");
        awaitStatus(id, "paid");

        cancel(id, "sku-0001", 1);
        awaitPayment(id, "partially_refunded");
        cancel(id, "sku-0003", 1);
        await("second").atMost(PATIENCE).until(() -> back(id).size() == 2);
        cancel(id, "sku-0001", 1);

        awaitPayment(id, "refunded");
        assertThat(back(id)).containsExactlyInAnyOrder(1_999L, 2_199L, 1_999L);
        assertThat(api.get("/orders/" + id).text("status")).isEqualTo("cancelled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tok_slow_800ms", "tok_charge_then_timeout"})
    void cancel_whileThePaymentIsUnderWay_givesBackWhatItBringsOnce(String token) {
        String id =
                api.place(of("c-1", "sku-0001", 1).put("payment_token", token)).text("order_id");
        await("under way").atMost(PATIENCE).until(() -> !payment(id).equals("none"));

        assertThat(api.post("/orders/" + id + "/cancel", "{}").status()).isEqualTo(200);

        awaitPayment(id, "refunded");
        assertThat(back(id)).containsExactly(1_999L);
        assertThat(api.get("/orders/" + id).text("status")).isEqualTo("cancelled");
        assertThat(types(id)).contains("payment.captured", "payment.refunded");
    }

    @Test
    void cancel_ofAUnitWhileThePaymentIsUnderWay_givesBackTheRest() {
        String id = api.place(of("c-1", "sku-0001", 2).put("payment_token", "tok_slow_800ms"))
                .text("order_id");
        await("under way").atMost(PATIENCE).until(() -> !payment(id).equals("none"));

        assertThat(cancel(id, "sku-0001", 1).text("status")).isEqualTo("pending");

        awaitPayment(id, "partially_refunded");
        assertThat(back(id)).containsExactly(1_999L);
        assertThat(api.get("/orders/" + id).text("status")).isEqualTo("paid");
    }

    @Test
    void cancel_fromManyAtOnce_givesBackOnce() {
        String id = paid(1);

        List<Answer> answers =
                IntStream.range(0, 10).mapToObj(i -> api.postLater("/orders/" + id + "/cancel", "{}")).toList().stream()
                        .map(java.util.concurrent.CompletableFuture::join)
                        .toList();

        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(1);
        awaitPayment(id, "refunded");
        assertThat(back(id)).containsExactly(1_999L);
    }

    @Test
    void refund_whileTheProviderFails_isDoneOnceItWorks() {
        String id = paid(1);
        services.payments().faults().set("stripe", Fault.failing(1, 500));
        refund(id, "5.00");
        await("in doubt").atMost(PATIENCE).until(() -> refunds(id).equals("unknown"));

        services.payments().faults().clear();

        awaitPayment(id, "partially_refunded");
        assertThat(back(id)).containsExactly(500L);
    }

    @Test
    void refund_whoseAnswerIsLost_isFoundAndNotDoneTwice() {
        String id = paid(1);
        services.payments().faults().set("stripe", Fault.isMute());
        refund(id, "5.00");
        await("done, and in doubt")
                .atMost(PATIENCE)
                .until(() -> !back(id).isEmpty() && refunds(id).equals("unknown"));

        services.payments().faults().clear();

        awaitPayment(id, "partially_refunded");
        assertThat(back(id)).containsExactly(500L);
    }

    @Test
    void refund_thatTakesLongerThanIsWaitedFor_isDoneOnce() {
        String id = paid(1);
        services.payments().faults().set("stripe", Fault.slow(900));
        refund(id, "5.00");
        await("in doubt").atMost(PATIENCE).until(() -> refunds(id).equals("unknown"));

        services.payments().faults().clear();

        awaitPayment(id, "partially_refunded");
        assertThat(back(id)).containsExactly(500L);
    }

    @Test
    void refund_whileTheProviderIsAway_waitsForIt() {
        String id = paid(1);
        services.payments().faults().set("stripe", Fault.isDown());
        refund(id, "5.00");
        await("tried")
                .atMost(PATIENCE)
                .until(() -> engine.number("SELECT attempts FROM refunds WHERE order_id = ?", uuid(id)) > 0);

        services.payments().faults().clear();

        awaitPayment(id, "partially_refunded");
        assertThat(back(id)).containsExactly(500L);
    }

    @Test
    void refund_upToTheLastCent_andNotOneMore() {
        String id = paid(1);

        Answer first = refund(id, "19.98");
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.text("refund_id"))
                .isEqualTo(first.json().at("/refunds/0/refund_id").asText());
        assertThat(refund(id, "0.02").errors()).containsExactly("/amount more_than_refundable");
        assertThat(refund(id, "0.01").status()).isEqualTo(201);
        assertThat(refund(id, "0.01").errors()).containsExactly("/amount more_than_refundable");

        awaitPayment(id, "refunded");
        assertThat(back(id)).containsExactlyInAnyOrder(1_998L, 1L);
        assertThat(api.get("/orders/" + id).text("status")).isEqualTo("paid");
    }

    @Test
    void refund_repeatedWithItsKey_isDoneOnce() {
        String id = paid(1);
        String key = UUID.randomUUID().toString();
        String body = "{\"amount\": \"3.00\", \"reason\": \"goodwill\"}";

        Answer first = api.post("/orders/" + id + "/refunds", body, "Idempotency-Key", key);
        awaitPayment(id, "partially_refunded");
        Answer second = api.post("/orders/" + id + "/refunds", body, "Idempotency-Key", key);

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.status()).isEqualTo(201);
        assertThat(back(id)).containsExactly(300L);
    }

    @Test
    void refunds_racingForTheLastMoney_neverTakeMoreThanThereIs() {
        String id = paid(1);

        List<Answer> answers = IntStream.range(0, 10)
                .mapToObj(i -> api.postLater("/orders/" + id + "/refunds", "{\"amount\": \"6.00\", \"reason\": \"r\"}"))
                .toList()
                .stream()
                .map(java.util.concurrent.CompletableFuture::join)
                .toList();

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(3);
        await("all back").atMost(PATIENCE).until(() -> back(id).size() == 3);
        await("booked")
                .atMost(PATIENCE)
                .until(() -> engine.number("SELECT refunded FROM payments WHERE order_id = ?", uuid(id)) == 1_800);
    }

    @Test
    void refund_thatTheProviderRefuses_isAPersons() {
        String id = paid(1);
        PaymentIntent charge =
                services.payments().stripe().charges(paymentId(id)).get(0);
        // Somebody has refunded it by hand at the provider.
        services.payments().refundByHand(charge.id());
        refund(id, "5.00");

        await("refused").atMost(PATIENCE).until(() -> refunds(id).equals("failed"));

        assertThat(engine.text("SELECT failure_code || ' ' || flagged FROM refunds WHERE order_id = ?", uuid(id)))
                .isEqualTo("charge_already_refunded true");
        assertThat(payment(id)).isEqualTo("captured");
    }

    @Test
    void refund_ofAnUnpaidOrder_isIllegal() {
        String id = api.place(of("c-1", "sku-0001", 1).put("payment_token", "tok_declined"))
                .text("order_id");
        awaitStatus(id, "payment_failed");

        assertThat(refund(id, "1.00").text("code")).isEqualTo("invalid_transition");
    }

    @Test
    void refund_byACustomer_isForbidden() {
        assertThat(engine.asCustomer("c-1")
                        .post("/orders/" + paid(1) + "/refunds", "{\"amount\": 1, \"reason\": \"r\"}")
                        .status())
                .isEqualTo(403);
    }

    private static String paid(int quantity) {
        String id = api.place(of("c-1", "sku-0001", quantity)).text("order_id");
        awaitStatus(id, "paid");
        return id;
    }

    private static Answer cancel(String id, String product, int quantity) {
        return api.post(
                "/orders/" + id + "/cancel",
                "{\"items\": [{\"product_id\": \"" + product + "\", \"quantity\": " + quantity + "}]}");
    }

    private static Answer refund(String id, String amount) {
        return api.post("/orders/" + id + "/refunds", "{\"amount\": \"" + amount + "\", \"reason\": \"goodwill\"}");
    }

    /** What went back at the provider, each refund's minor units. */
    private static List<Long> back(String id) {
        return services.payments()
                .stripe()
                .refunds()
                .filter(refund -> id.equals(refund.metadata().get("order_id")))
                .map(refund -> refund.amount())
                .toList();
    }

    private static String refunds(String id) {
        return engine.text("SELECT string_agg(state, ' ') FROM refunds WHERE order_id = ?", uuid(id));
    }

    private static String paymentId(String id) {
        return engine.text("SELECT id FROM payments WHERE order_id = ?", uuid(id));
    }

    private static List<String> types(String id) {
        return engine.texts("SELECT type FROM order_events WHERE order_id = ? ORDER BY sequence", uuid(id));
    }

    private static String payment(String id) {
        return api.get("/orders/" + id + "/status").text("payment_status");
    }

    private static void awaitPayment(String id, String status) {
        await(status).atMost(PATIENCE).until(() -> payment(id).equals(status));
    }

    private static void awaitStatus(String id, String status) {
        await(status)
                .atMost(PATIENCE)
                .until(() -> api.get("/orders/" + id + "/status").text("status").equals(status));
    }

    private static UUID uuid(String id) {
        return UUID.fromString(id);
    }
}
