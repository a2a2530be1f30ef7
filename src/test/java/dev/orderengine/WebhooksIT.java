package dev.orderengine;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.PaymentSimulator;
import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.Faults.Fault;
import dev.orderengine.dev.simulator.PaymentIntent;
import dev.orderengine.dev.simulator.StripeWebhooks;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.Management;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers tell without being asked, whenever and however often it comes. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class WebhooksIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static PaymentSimulator simulator;
    private static RunningEngine engine;
    private static Api api;
    private static Api anybody;

    @BeforeAll
    static void start(Services shared) {
        simulator = shared.payments();
        // Nobody looks a payment up while the tests run: what settles was told.
        engine = RunningEngine.start(
                shared,
                WebhooksIT.class,
                Map.of("ENGINE_PAYMENTS_POLL_INTERVAL", "PT1H", "ENGINE_PAYMENTS_TIMEOUT", "PT2S"));
        api = engine.as("operator");
        anybody = engine.withToken(null);
    }

    @AfterAll
    static void stop() {
        engine.close();
        assertThat(
                        engine.texts(
                                "SELECT order_id FROM order_events WHERE type = 'payment.captured' GROUP BY order_id HAVING count(*) > 1"))
                .as("captured twice, once the answers of the provider have come too")
                .isEmpty();
    }

    @AfterEach
    void booksAddUp() {
        simulator.faults().clear();
        simulator.stripeWebhooks().sendTo(Optional.empty());
        simulator.paypalWebhooks().sendTo(Optional.empty());
        assertThat(Books.findings(engine)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"stripe,credit_card", "paypal,paypal"})
    void payment_thatSettlesLater_isSettledByTheWebhook(String provider, String method) {
        URI receiver = URI.create(anybody.engine() + "/api/v1/webhooks/" + provider);
        simulator.stripeWebhooks().sendTo(Optional.of(receiver));
        simulator.paypalWebhooks().sendTo(Optional.of(receiver));

        String id = placed(method, "tok_async");

        awaitStatus(id, "paid");
        assertThat(engine.texts(
                        "SELECT result FROM webhook_deliveries WHERE provider = ? AND result = 'applied'", provider))
                .isNotEmpty();
        assertThat(types(id)).containsOnlyOnce("payment.captured");
    }

    @Test
    void delivery_thatComesManyTimesAtOnce_isDoneOnce() {
        String id = asked();
        String event = succeeded(payment(id));

        List<String> results = IntStream.range(0, 12).mapToObj(i -> stripeLater(event)).toList().stream()
                .map(CompletableFuture::join)
                .map(answer -> answer.text("result"))
                .toList();

        assertThat(results).containsOnlyOnce("applied");
        assertThat(results.stream().filter("repeated"::equals)).hasSize(11);
        assertThat(api.get("/orders/" + id).text("status")).isEqualTo("paid");
        assertThat(types(id)).containsOnlyOnce("payment.captured");
    }

    @Test
    void deliveries_inTheWrongOrder_leadToTheSame() {
        String id = asked();
        String failed = intent(payment(id), "payment_intent.payment_failed", """
                "status": "requires_payment_method", "last_payment_error": {"type": "card_error", "code": "card_declined"}""");

        assertThat(stripe(succeeded(payment(id))).text("result")).isEqualTo("applied");
        assertThat(stripe(failed).text("result")).isEqualTo("nothing_new");
        assertThat(stripe(succeeded(payment(id))).text("result"))
                .as("another delivery")
                .isEqualTo("nothing_new");

        assertThat(api.get("/orders/" + id).text("status")).isEqualTo("paid");
    }

    @Test
    void decline_thatIsTold_failsThePaymentWithItsReason() {
        String id = asked();

        stripe(intent(payment(id), "payment_intent.payment_failed", """
                "status": "requires_payment_method", "last_payment_error": {"type": "card_error", "decline_code": "lost_card"}"""));

        Answer order = api.get("/orders/" + id);
        assertThat(order.text("status")).isEqualTo("payment_failed");
        assertThat(order.json().at("/payments/0/decline_code").asText()).isEqualTo("lost_card");
    }

    @Test
    void success_thatIsToldAfterTheOrderWasCancelled_goesBack() {
        String id = asked();
        api.post("/orders/" + id + "/cancel", "{}");

        stripe(succeeded(payment(id)));

        Answer order = api.get("/orders/" + id);
        assertThat(order.text("status")).isEqualTo("cancelled");
        assertThat(order.json().at("/refunds/0/amount").asText()).isEqualTo("19.99");
    }

    @Test
    void refund_thatIsTold_isDone() {
        String id = placed("credit_card", "tok_visa");
        awaitStatus(id, "paid");
        simulator.faults().set("stripe", Fault.slow(20_000));
        api.post("/orders/" + id + "/cancel", "{}");
        String refund = engine.text("SELECT id FROM refunds WHERE order_id = ?", uuid(id));

        Answer told = stripe("""
                {"id": "%s", "type": "refund.updated", "data": {"object": {"object": "refund", "id": "re_1", "status": "succeeded",
                 "metadata": {"refund_id": "%s"}}}}""".formatted(eventId(), refund));

        assertThat(told.text("result")).isEqualTo("applied");
        assertThat(api.get("/orders/" + id).text("payment_status")).isEqualTo("refunded");
    }

    @Test
    void news_ofMoneyThatIsNoneOfOurs_isTakenAndSeen() {
        Management management = new Management(engine.managementPort());
        long before = unknown();

        assertThat(stripe(succeeded(UUID.randomUUID().toString())).text("result"))
                .isEqualTo("unknown");
        assertThat(stripe(succeeded("not ours")).text("result")).isEqualTo("unknown");
        assertThat(paypal(captured(UUID.randomUUID().toString()), Instant.now()).text("result"))
                .isEqualTo("unknown");

        assertThat(management.metric("webhooks_deliveries_total", "result=\"unknown\""))
                .isGreaterThanOrEqualTo(3);
        assertThat(unknown()).isEqualTo(before + 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "t=1,v1=00", "v1=00", "t=x,v1=00", "nonsense"})
    void stripeDelivery_withoutItsSignature_isRefusedAndAudited(String signature) {
        long before = refusals("stripe");

        Answer refused = send("stripe", succeeded(UUID.randomUUID().toString()), Map.of("Stripe-Signature", signature));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text("code")).isEqualTo("invalid_signature");
        await("audit").atMost(PATIENCE).until(() -> refusals("stripe") == before + 1);
    }

    @Test
    void delivery_thatIsTooOldOrNotYet_isRefused() {
        String event = succeeded(UUID.randomUUID().toString());
        String paypalEvent = captured(UUID.randomUUID().toString());

        for (long age : new long[] {301, -301}) {
            long signed = Instant.now().getEpochSecond() - age;
            assertThat(send(
                                    "stripe",
                                    event,
                                    Map.of("Stripe-Signature", StripeWebhooks.signature(secret(), signed, event)))
                            .status())
                    .isEqualTo(400);
        }
        assertThat(paypal(paypalEvent, Instant.now().minus(Duration.ofDays(5))).status())
                .isEqualTo(400);
        assertThat(send("paypal", paypalEvent, simulator.paypalWebhooks().signed(paypalEvent, "yesterday"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void paypalDelivery_thatPayPalDidNotSign_isRefusedAndAudited() {
        String event = captured(UUID.randomUUID().toString());
        long before = refusals("paypal");

        assertThat(send(
                                "paypal",
                                event.replace("COMPLETED", "PENDING"),
                                simulator.paypalWebhooks().signed(event))
                        .status())
                .isEqualTo(400);
        assertThat(send("paypal", event, Map.of()).status()).isEqualTo(400);
        assertThat(send("paypal", "{}", simulator.paypalWebhooks().signed("{}")).status())
                .isEqualTo(400);

        await("audit").atMost(PATIENCE).until(() -> refusals("paypal") == before + 3);
    }

    @Test
    void paypalDelivery_whilePayPalCannotBeAsked_isToBeSentAgain() {
        String event = captured(UUID.randomUUID().toString());
        simulator.faults().set("paypal", Fault.failing(1, 503));
        assertThat(paypal(event, Instant.now()).status()).isEqualTo(503);

        simulator.faults().clear();

        assertThat(paypal(event, Instant.now()).text("result")).isEqualTo("unknown");
    }

    /** An order that the provider has charged, and whose answer has not come. */
    private static String asked() {
        String id = placed("credit_card", "tok_charge_then_timeout");
        await("charged")
                .atMost(PATIENCE)
                .until(() -> !simulator.stripe().charges(payment(id)).isEmpty());
        return id;
    }

    private static String placed(String method, String token) {
        return api.place(of("c-1", "sku-0001", 1).put("payment_method", method).put("payment_token", token))
                .text("order_id");
    }

    private static String payment(String orderId) {
        return engine.text("SELECT id FROM payments WHERE order_id = ?", uuid(orderId));
    }

    private static String succeeded(String paymentId) {
        return intent(paymentId, "payment_intent.succeeded", "\"status\": \"succeeded\"");
    }

    private static String intent(String paymentId, String type, String fields) {
        String ref = simulator.stripe().intents(paymentId).stream()
                .map(PaymentIntent::id)
                .findFirst()
                .orElse("pi_1");
        return """
                {"id": "%s", "object": "event", "type": "%s",
                 "data": {"object": {"id": "%s", "object": "payment_intent", "metadata": {"payment_id": "%s"}, %s}}}""".formatted(eventId(), type, ref, paymentId, fields);
    }

    private static String captured(String paymentId) {
        return """
                {"id": "WH-%s", "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource_type": "capture",
                 "resource": {"id": "C-1", "status": "COMPLETED", "invoice_id": "%s",
                              "supplementary_data": {"related_ids": {"order_id": "O-1"}}}}""".formatted(UUID.randomUUID(), paymentId);
    }

    private static String eventId() {
        return "evt_" + UUID.randomUUID();
    }

    private static String secret() {
        return simulator.options().webhookSecret();
    }

    private static Answer stripe(String event) {
        return stripeLater(event).join();
    }

    private static CompletableFuture<Answer> stripeLater(String event) {
        String signature = StripeWebhooks.signature(secret(), Instant.now().getEpochSecond(), event);
        return sendLater("stripe", event, Map.of("Stripe-Signature", signature));
    }

    private static Answer paypal(String event, Instant at) {
        return send("paypal", event, simulator.paypalWebhooks().signed(event, at.toString()));
    }

    private static Answer send(String provider, String body, Map<String, String> headers) {
        return sendLater(provider, body, headers).join();
    }

    private static CompletableFuture<Answer> sendLater(String provider, String body, Map<String, String> headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json; charset=utf-8"));
        headers.forEach((name, value) -> all.addAll(List.of(name, value)));
        return anybody.later(
                "POST", "/webhooks/" + provider, body.getBytes(StandardCharsets.UTF_8), all.toArray(String[]::new));
    }

    private static long refusals(String provider) {
        return engine.number(
                "SELECT count(*) FROM audit_log WHERE action = 'webhook.receive' AND subject = ? AND outcome = 'refused'",
                provider);
    }

    private static long unknown() {
        return engine.number("SELECT count(*) FROM webhook_deliveries WHERE result = 'unknown'");
    }

    private static List<String> types(String id) {
        return engine.texts("SELECT type FROM order_events WHERE order_id = ? ORDER BY sequence", uuid(id));
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
