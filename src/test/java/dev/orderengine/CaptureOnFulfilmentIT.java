package dev.orderengine;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.Faults.Fault;
import dev.orderengine.dev.simulator.PaymentIntent;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.OrderLife;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Money that is held when an order is placed, and taken when its goods leave. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class CaptureOnFulfilmentIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static Services services;
    private static RunningEngine engine;
    private static Api api;
    private static OrderLife life;

    @BeforeAll
    static void start(Services shared) {
        services = shared;
        engine = RunningEngine.start(
                shared,
                CaptureOnFulfilmentIT.class,
                Map.of(
                        "ENGINE_PAYMENTS_CAPTURE", "on_fulfilment",
                        "ENGINE_PAYMENTS_TIMEOUT", "PT0.5S",
                        "ENGINE_PAYMENTS_POLL_INTERVAL", "PT0.1S"));
        api = engine.as("admin");
        life = new OrderLife(api);
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

    @ParameterizedTest
    @ValueSource(strings = {"credit_card", "paypal"})
    void order_isPaidWhenAuthorized_andChargedOnceWhenAllHasShipped(String method) {
        String id = life.paid(order(method, 3));
        assertThat(life.order(id).text("payment_status")).isEqualTo("authorized");
        api.post("/orders/" + id + "/cancel", "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}");

        parcel(id, 1, "shipped");
        assertThat(life.order(id).text("payment_status")).as("one of two").isEqualTo("authorized");
        assertThat(taken(id)).isEmpty();
        parcel(id, 1, "shipped");

        awaitPayment(id, "captured");
        assertThat(taken(id)).containsExactly("39.98");
        assertThat(life.order(id).json().at("/payments/0/captured").asText()).isEqualTo("39.98");
        assertThat(types(id)).containsOnlyOnce("payment.authorized", "payment.captured");
    }

    @ParameterizedTest
    @ValueSource(strings = {"credit_card", "paypal"})
    void order_thatIsCancelledBeforeItShips_isNeverCharged(String method) {
        String id = life.paid(order(method, 1));

        api.post("/orders/" + id + "/cancel", "{}");

        awaitPayment(id, "voided");
        assertThat(taken(id)).isEmpty();
        assertThat(engine.number("SELECT count(*) FROM payments WHERE order_id = ? AND next_at IS NOT NULL", uuid(id)))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"credit_card", "paypal"})
    void capture_whoseAnswerIsLost_isDoneOnce(String method) {
        String id = life.paid(order(method, 1));
        services.payments().faults().set(method.equals("paypal") ? "paypal" : "stripe", Fault.isMute());
        parcel(id, 1, "shipped");
        await("tried")
                .atMost(PATIENCE)
                .until(() -> engine.number("SELECT attempts FROM payments WHERE order_id = ?", uuid(id)) > 1);

        services.payments().faults().clear();

        awaitPayment(id, "captured");
        assertThat(taken(id)).containsExactly("19.99");
    }

    @Test
    void goodsThatComeBackBeforeTheirMoneyWasTaken_areRefundedOnceItIs() {
        String id = life.paid(order("credit_card", 2));
        services.payments().faults().set("stripe", Fault.isDown());
        parcel(id, 2, "shipped");
        life.tell(life.parcels(id).get(0), "delivered");
        life.receive(id, life.register(id, "sku-0001", 1));
        assertThat(life.order(id).text("payment_status")).isEqualTo("authorized");

        services.payments().faults().clear();

        awaitPayment(id, "partially_refunded");
        assertThat(taken(id)).containsExactly("39.98");
        assertThat(life.order(id).json().at("/refunds/0/amount").asText()).isEqualTo("19.99");
    }

    @Test
    void authorization_byPayPal_isRenewedAndCaptured() {
        String id = life.paid(order("paypal", 1));
        comesDue(id, "5 days");

        await("renewed")
                .atMost(PATIENCE)
                .until(() -> services.payments()
                                .paypal()
                                .authorizations()
                                .filter(held -> held.paymentId().equals(payment(id)))
                                .count()
                        == 2);
        await("settled")
                .atMost(PATIENCE)
                .until(() -> engine.text(
                                "SELECT (next_at > now() + interval '1 day')::text FROM payments WHERE order_id = ?",
                                uuid(id))
                        .equals("true"));
        parcel(id, 1, "shipped");

        awaitPayment(id, "captured");
        assertThat(taken(id)).containsExactly("19.99");
    }

    @Test
    void authorization_ofACard_thatLapses_takesWhatHasShippedAndIsFlagged() {
        String id = life.paid(order("credit_card", 2));
        parcel(id, 1, "shipped");

        comesDue(id, "6 days");

        awaitPayment(id, "captured");
        assertThat(taken(id)).containsExactly("19.99");
        assertThat(life.order(id).json().at("/payments/0/flagged").asBoolean()).isTrue();
    }

    @Test
    void authorization_thatLapsesBeforeAnythingShipped_isFlagged() {
        String id = life.paid(order("credit_card", 1));

        comesDue(id, "6 days");

        await("flagged")
                .atMost(PATIENCE)
                .until(() -> life.order(id).json().at("/payments/0/flagged").asBoolean());
        assertThat(life.order(id).text("payment_status")).isEqualTo("authorized");
    }

    private static ObjectNode order(String method, int quantity) {
        return of("c-1", "sku-0001", quantity).put("payment_method", method);
    }

    private static void parcel(String id, int units, String status) {
        Answer fulfilled =
                life.fulfil(id, "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": " + units + "}]}");
        List<String> parcels = life.parcels(id);
        assertThat(fulfilled.status()).isEqualTo(200);
        life.tell(parcels.get(parcels.size() - 1), status);
    }

    /** Authorized so long ago, and to be seen to now. */
    private static void comesDue(String id, String age) {
        engine.change(
                "UPDATE payments SET authorized_at = now() - ?::interval, next_at = now() WHERE order_id = ?",
                age,
                uuid(id));
    }

    private static String payment(String id) {
        return engine.text("SELECT id FROM payments WHERE order_id = ?", uuid(id));
    }

    /** What the providers took for the order. */
    private static List<String> taken(String id) {
        return java.util.stream.Stream.concat(
                        services.payments().stripe().charges(payment(id)).stream()
                                .map(PaymentIntent::amountReceived)
                                .map(minor ->
                                        java.math.BigDecimal.valueOf(minor, 2).toPlainString()),
                        services.payments().paypal().charges(payment(id)).stream()
                                .map(capture -> capture.amount().toPlainString()))
                .toList();
    }

    private static List<String> types(String id) {
        return engine.texts("SELECT type FROM order_events WHERE order_id = ? ORDER BY sequence", uuid(id));
    }

    private static void awaitPayment(String id, String status) {
        await(status)
                .atMost(PATIENCE)
                .until(() -> life.order(id).text("payment_status").equals(status));
    }

    private static UUID uuid(String id) {
        return UUID.fromString(id);
    }
}
