package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.EventTap;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The way of an order whose card is declined and for which nobody pays in time, from HTTP to the queue. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class ExpiryFlowIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SCARCE = 3;

    private RunningEngine engine;
    private Api api;
    private EventTap events;

    @BeforeEach
    void start(Services services) {
        engine = RunningEngine.start(
                services,
                ExpiryFlowIT.class,
                Map.of("ENGINE_ORDERS_PAYMENT_EXPIRY", "PT6S", "ENGINE_ORDERS_SWEEP_INTERVAL", "PT0.2S"));
        api = engine.as("service");
        events = new EventTap(services.sqs(), engine.environment().get("ENGINE_SQS_EVENTS_QUEUE"));
    }

    @AfterEach
    void stop() {
        events.close();
        engine.close();
    }

    @Test
    void order_declinedAndNotPaidInTime_isCancelledAndItsStockIsBack() {
        var order = OrderRequests.of("c-declined", "sku-0100", SCARCE).put("payment_token", "tok_declined");
        var id = api.place(order).text("order_id");

        await("declined").atMost(PATIENCE).until(() -> status(id).equals("payment_failed"));
        assertThat(available()).as("held until expiry, for another attempt").isZero();

        await("expired").atMost(PATIENCE).until(() -> status(id).equals("cancelled"));
        assertThat(engine.text("SELECT cancel_reason FROM orders")).isEqualTo("expired");
        assertThat(available()).isEqualTo(SCARCE);
        assertThat(Books.findings(engine)).isEmpty();
        await("the queue tells it all")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events.of(id))
                        .extracting(EventTap.Event::type)
                        .containsExactlyInAnyOrder(
                                "order.placed", "payment.processing", "payment.failed", "order.expired"));
    }

    @Test
    void order_paidInTime_doesNotExpire() {
        var paid = api.place(OrderRequests.of("c-paid", "sku-0001", 1)).text("order_id");
        await("paid").atMost(PATIENCE).until(() -> status(paid).equals("paid"));
        var unpaid = OrderRequests.of("c-declined", "sku-0002", 1).put("payment_token", "tok_declined");
        var later = api.place(unpaid).text("order_id");

        await("a later one has expired")
                .atMost(PATIENCE)
                .until(() -> status(later).equals("cancelled"));

        assertThat(status(paid)).isEqualTo("paid");
        assertThat(Books.findings(engine)).isEmpty();
    }

    private String status(String id) {
        return api.get("/orders/" + id + "/status").text("status");
    }

    private int available() {
        return api.get("/inventory/sku-0100").json().get("available").asInt();
    }
}
