package dev.orderengine;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.Faults.Fault;
import dev.orderengine.dev.simulator.PayPalTransfer;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.Management;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders paid by PayPal and by bank transfer, from HTTP to the provider and back. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class PaymentMethodsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static Services services;
    private static RunningEngine engine;
    private static Api api;

    @BeforeAll
    static void start(Services shared) {
        services = shared;
        engine = RunningEngine.start(
                shared,
                PaymentMethodsIT.class,
                Map.of(
                        "ENGINE_PAYMENTS_TIMEOUT",
                        "PT0.5S",
                        "ENGINE_PAYMENTS_POLL_INTERVAL",
                        "PT0.1S",
                        "ENGINE_ORDERS_SWEEP_INTERVAL",
                        "PT0.2S"));
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
    void order_byPayPal_isPaidOnceUnderItsIds() {
        String id = placed("tok_visa", "USD", 2);

        awaitStatus(id, "paid");

        List<PayPalTransfer> charges = charges(id);
        assertThat(charges).hasSize(1);
        assertThat(charges.get(0).amount()).isEqualByComparingTo("39.98");
        assertThat(charges.get(0).customId()).isEqualTo(id);
        assertThat(charges.get(0).invoiceId()).isEqualTo(payment(id));
    }

    @Test
    void order_inACurrencyWithoutDecimals_isPaidInWholeUnits() {
        String id = placed("tok_visa", "JPY", 1);

        awaitStatus(id, "paid");

        assertThat(charges(id).get(0).amount()).hasToString("3000");
    }

    @ParameterizedTest
    @CsvSource({
        "tok_declined,INSTRUMENT_DECLINED",
        "tok_insufficient_funds,PAYER_CANNOT_PAY",
        "tok_nonsense,TOKEN_ID_NOT_FOUND"
    })
    void order_thatPayPalRefuses_saysWhy(String token, String code) {
        String id = placed(token, "USD", 1);

        awaitStatus(id, "payment_failed");

        assertThat(api.get("/orders/" + id)
                        .json()
                        .at("/payments/0/decline_code")
                        .asText())
                .isEqualTo(code);
        assertThat(charges(id)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"tok_slow_800ms", "tok_charge_then_timeout", "tok_async"})
    void order_whoseAnswerComesLateOrNever_isPaidOnce(String token) {
        String id = placed(token, "USD", 1);

        awaitStatus(id, "paid");

        assertThat(charges(id)).hasSize(1);
    }

    @Test
    void order_whileTokensAreRevoked_isPaidOnce() {
        awaitStatus(placed("tok_visa", "USD", 1), "paid");
        services.payments().paypalTokens().revokeAll();

        String id = placed("tok_visa", "USD", 1);

        awaitStatus(id, "paid");
        assertThat(charges(id)).hasSize(1);
    }

    @Test
    void order_whilePayPalIsAway_waitsAndIsPaidOnceAfterwards() {
        services.payments().faults().set("paypal", Fault.isDown());
        String id = placed("tok_visa", "USD", 1);
        await("tried")
                .atMost(PATIENCE)
                .until(() -> engine.number("SELECT attempts FROM payments WHERE order_id = ?", uuid(id)) > 0);
        assertThat(api.get("/orders/" + id).text("status")).isEqualTo("pending");

        services.payments().faults().clear();

        awaitStatus(id, "paid");
        assertThat(charges(id)).hasSize(1);
    }

    @Test
    void refunds_ofAnOrderByPayPal_goBackThereOnceEach() {
        String id = placed("tok_visa", "USD", 2);
        awaitStatus(id, "paid");

        api.post("/orders/" + id + "/refunds", "{\"amount\": \"9.98\", \"reason\": \"goodwill\"}");
        awaitPayment(id, "partially_refunded");
        api.post("/orders/" + id + "/cancel", "{}");

        awaitPayment(id, "refunded");
        assertThat(back(id)).containsExactlyInAnyOrder("9.98", "30.00");
        assertThat(services.payments()
                        .stripe()
                        .refunds()
                        .filter(refund -> id.equals(refund.metadata().get("order_id"))))
                .isEmpty();
    }

    @Test
    void partOfAPartlyTransferredOrder_cancelled_isPaidByWhatCame() {
        String id = transferred();
        confirm(id, "25.00");

        api.post("/orders/" + id + "/cancel", "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}");

        awaitStatus(id, "paid");
        assertThat(engine.text("SELECT state || ' ' || flagged FROM payments WHERE order_id = ?", uuid(id)))
                .isEqualTo("captured false");
        assertThat(api.get("/orders/" + id).json().at("/refunds/0/amount").asText())
                .isEqualTo("5.01");
    }

    @Test
    void refund_whoseAnswerIsLost_isDoneOnce() {
        String id = placed("tok_visa", "USD", 1);
        awaitStatus(id, "paid");
        services.payments().faults().set("paypal", Fault.isMute());

        api.post("/orders/" + id + "/cancel", "{}");
        await("tried")
                .atMost(PATIENCE)
                .until(() -> engine.number("SELECT attempts FROM refunds WHERE order_id = ?", uuid(id)) > 0);
        services.payments().faults().clear();

        awaitPayment(id, "refunded");
        assertThat(back(id)).containsExactly("19.99");
    }

    @Test
    void order_declinedByPayPalAndPaidByCard_isRefundedWhereItWasPaid() {
        String id = placed("tok_declined", "USD", 1);
        awaitStatus(id, "payment_failed");
        Answer again = api.post(
                "/orders/" + id + "/payments",
                "{\"payment_method\": \"credit_card\", \"payment_token\": \"tok_visa\"}");
        assertThat(again.status()).isEqualTo(201);
        awaitStatus(id, "paid");

        api.post("/orders/" + id + "/cancel", "{}");

        awaitPayment(id, "refunded");
        assertThat(back(id)).as("by PayPal").isEmpty();
        assertThat(services.payments()
                        .stripe()
                        .refunds()
                        .filter(refund -> id.equals(refund.metadata().get("order_id"))))
                .hasSize(1);
    }

    @Test
    void transfer_ofAllThatIsDue_paysTheOrderOnceHoweverOftenItIsSent() {
        String id = transferred();
        String key = UUID.randomUUID().toString();

        confirm(id, "39.98", "Idempotency-Key", key);
        Answer order = confirm(id, "39.98", "Idempotency-Key", key);

        assertThat(order.text("status")).isEqualTo("paid");
        assertThat(order.text("payment_status")).isEqualTo("captured");
        assertThat(order.json().at("/payments/0/captured").asText()).isEqualTo("39.98");
        assertThat(order.json().at("/refunds")).isEmpty();
        assertThat(types(id)).containsExactly("order.placed", "payment.captured");
    }

    @Test
    void transfers_thatComeInParts_payTheOrderWithTheLast() {
        String id = transferred();

        Answer part = confirm(id, "15");
        assertThat(part.text("status")).isEqualTo("pending");
        assertThat(part.json().at("/payments/0/captured").asText()).isEqualTo("15.00");
        assertThat(part.json().at("/payments/0/flagged").asBoolean()).isTrue();
        await("shown").atMost(PATIENCE).until(() -> flagged("payments") == 1);
        engine.change("UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ?", uuid(id));
        await("looked at")
                .atMost(PATIENCE)
                .until(() -> engine.text("SELECT (expires_at > now())::text FROM orders WHERE id = ?", uuid(id))
                        .equals("true"));

        Answer whole = confirm(id, "24.98");
        assertThat(whole.text("status"))
                .as("money that came is not left behind")
                .isEqualTo("paid");
        assertThat(whole.json().at("/payments/0/flagged").isMissingNode()).isTrue();
        assertThat(types(id)).containsExactly("order.placed", "payment.received", "payment.captured");
    }

    @Test
    void transfer_ofTooMuch_paysTheOrderAndTheRestGoesBack() {
        String id = transferred();

        Answer order = confirm(id, "50");

        assertThat(order.text("status")).isEqualTo("paid");
        assertThat(order.json().at("/payments/0/captured").asText()).isEqualTo("50.00");
        assertThat(order.json().at("/refunds/0/amount").asText()).isEqualTo("10.02");
        assertThat(engine.text(
                        "SELECT data->>'excess' FROM order_events WHERE order_id = ? AND type = 'payment.captured'",
                        uuid(id)))
                .isEqualTo("10.02");
        await("shown").atMost(PATIENCE).until(() -> flagged("refunds") >= 1);
    }

    @Test
    void transfer_ofACancelledOrder_goesBack() {
        String id = transferred();
        confirm(id, "10");
        Answer cancelled = api.post("/orders/" + id + "/cancel", "{}");
        assertThat(cancelled.json().at("/refunds/0/amount").asText())
                .as("the part that had come")
                .isEqualTo("10.00");

        Answer late = confirm(id, "29.98");

        assertThat(late.text("status")).isEqualTo("cancelled");
        assertThat(late.json().at("/refunds/1/amount").asText()).isEqualTo("29.98");
    }

    @ParameterizedTest
    @CsvSource({"0,out_of_range", "1.999,invalid_amount", "x,invalid_amount"})
    void transfer_ofNoAmount_isRefused(String amount, String code) {
        assertThat(confirm(transferred(), amount).errors()).containsExactly("/amount " + code);
    }

    @Test
    void transfer_thatIsNone_isNotFound() {
        String card = placed("tok_visa", "USD", 1);

        assertThat(confirm(card, "19.99").status()).isEqualTo(404);
    }

    private static String transferred() {
        ObjectNode order = of("c-1", "sku-0001", 2).put("payment_method", "bank_transfer");
        order.remove("payment_token");
        return api.place(order).text("order_id");
    }

    private static Answer confirm(String id, String amount, String... headers) {
        return api.post(
                "/orders/" + id + "/payments/" + payment(id) + "/confirm", "{\"amount\": \"" + amount + "\"}", headers);
    }

    private static double flagged(String kind) {
        return new Management(engine.managementPort()).metric(kind + "_flagged", "provider=\"bank_transfer\"");
    }

    private static List<String> types(String id) {
        return engine.texts("SELECT type FROM order_events WHERE order_id = ? ORDER BY sequence", uuid(id));
    }

    private static String placed(String token, String currency, int quantity) {
        ObjectNode order = of("c-1", "sku-0001", quantity)
                .put("payment_method", "paypal")
                .put("payment_token", token)
                .put("currency", currency);
        return api.place(order).text("order_id");
    }

    private static String payment(String orderId) {
        return engine.text("SELECT id FROM payments WHERE order_id = ?", uuid(orderId));
    }

    private static List<PayPalTransfer> charges(String orderId) {
        return services.payments().paypal().charges(payment(orderId));
    }

    private static List<String> back(String orderId) {
        return services.payments()
                .paypal()
                .refunds()
                .filter(refund -> refund.customId().equals(orderId))
                .map(refund -> refund.amount().toPlainString())
                .toList();
    }

    private static void awaitStatus(String id, String status) {
        await(status)
                .atMost(PATIENCE)
                .until(() -> api.get("/orders/" + id + "/status").text("status").equals(status));
    }

    private static void awaitPayment(String id, String status) {
        await(status)
                .atMost(PATIENCE)
                .until(() -> api.get("/orders/" + id + "/status")
                        .text("payment_status")
                        .equals(status));
    }

    private static UUID uuid(String id) {
        return UUID.fromString(id);
    }
}
