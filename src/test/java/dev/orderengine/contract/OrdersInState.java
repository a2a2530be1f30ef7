package dev.orderengine.contract;

import static dev.orderengine.support.OrderRequests.of;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.order.Verification;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import java.time.Duration;
import java.util.UUID;

/** Orders that commands can be tried on. */
final class OrdersInState {

    /** The code of the contract's example. */
    static final String CODE = "7K2M-QX0D";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    // The engine's own code, if it was made before, is taken away from whoever is about to send it.
    private static final String SEND = """
            INSERT INTO verifications (order_id, code_hash, code_expires_at, created_at)
            VALUES (?, ?, now() + interval '10 minutes', now())
            ON CONFLICT (order_id) DO UPDATE
                SET code_hash = excluded.code_hash, code_expires_at = excluded.code_expires_at, next_at = NULL,
                    attempts = verifications.attempts + 1""";

    private OrdersInState() {}

    static String paid(RunningEngine engine) {
        return awaited(engine, shipped(), "paid");
    }

    static String declined(RunningEngine engine) {
        return awaited(engine, shipped().put("payment_token", "tok_declined"), "payment_failed");
    }

    /** By a customer's first order, which the fraud rules weigh. */
    static String reviewable(RunningEngine engine) {
        return awaited(engine, of(newCustomer(), "sku-0099", 100), "pending_review");
    }

    static String unverified(RunningEngine engine) {
        return awaited(
                engine, of(newCustomer(), "sku-0099", 6).put("payment_method", "paypal"), "pending_verification");
    }

    static String verifiable(RunningEngine engine) {
        String id = unverified(engine);
        UUID order = UUID.fromString(id);
        engine.change(SEND, order, Verification.hash(order, CODE));
        return id;
    }

    /** Somebody whose orders and returns the rules do not know yet. */
    static String newCustomer() {
        return "c-" + UUID.randomUUID();
    }

    private static ObjectNode shipped() {
        return of(newCustomer(), "sku-0005", 1)
                .put("shipping_address", "1 Main St, Springfield")
                .put("fulfillment_channel", "warehouse");
    }

    private static String awaited(RunningEngine engine, ObjectNode order, String status) {
        Api staff = engine.as("admin");
        String id = staff.place(order).text("order_id");
        await(status)
                .atMost(PATIENCE)
                .until(() ->
                        staff.get("/orders/" + id + "/status").text("status").equals(status));
        return id;
    }
}
