package dev.orderengine.contract;

import static dev.orderengine.support.OrderRequests.example;
import static dev.orderengine.support.OrderRequests.of;
import static dev.orderengine.support.OrderRequests.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import java.time.Duration;
import java.util.UUID;

/** Placing orders and reading them. */
final class OrdersScenario implements Scenario {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String VISA = "4242 4242 4242 4242";

    @Override
    public void play(RunningEngine engine) {
        Api shop = engine.as("service").with(TRACED);
        // A price in a currency without exchange rate, and one that cannot be counted twice.
        engine.change("INSERT INTO prices VALUES ('sku-0003', 'XOF', 5000), ('sku-0003', 'USD', 9000000000000000000)"
                + " ON CONFLICT (product_id, currency) DO UPDATE SET amount = excluded.amount");
        place(shop);
        refuse(shop);
        validate(shop);
        batch(shop);
        notYours(engine.asCustomer("c-mine").with(TRACED));
        read(engine, shop);
        list(shop);
    }

    private static void place(Api shop) {
        String key = UUID.randomUUID().toString();
        expect(201, shop.place(example(), "Idempotency-Key", key));
        expect(201, shop.place(example(), "Idempotency-Key", key));
        refused("idempotency_key_reused", shop.place(of("c-1", "sku-0001", 1), "Idempotency-Key", key));
        Answer held = expect(201, shop.place(of("c-review", "sku-0099", 100)));
        expect(200, shop.get("/orders/" + held.text("order_id") + "/events"));
        expect(201, shop.place(of("c-verify", "sku-0099", 5).put("payment_method", "paypal")));
    }

    private static void refuse(Api shop) {
        refused("validation_failed", shop.post("/orders", "{}"));
        refused("unknown_field", shop.place(order().put("colour", "red")));
        refused("required", shop.place(order().without("customer_id")));
        refused("wrong_type", shop.place(order().put("shipping_address", 1)));
        refused("out_of_range", shop.place(of("c-1", "sku-0001", 1001)));
        refused("invalid_format", shop.place(order().put("customer_id", "c 1")));
        refused("invalid_character", shop.place(order().put("shipping_address", "\u0007")));
        refused("invalid_amount", shop.place(order().put("expected_total", "1.999")));
        refused("unknown_currency", shop.place(order().put("currency", "ABC")));
        refused("unknown_payment_method", shop.place(order().put("payment_method", "cash")));
        refused("unknown_channel", shop.place(order().put("fulfillment_channel", "pigeon")));
        refused("not_allowed", shop.place(order().put("payment_method", "bank_transfer")));
        refused("duplicate_product", shop.place(with(order(), "sku-0001", 1)));
        refused("unknown_product", shop.place(of("c-1", "sku-none", 1)));
        refused("currency_not_available", shop.place(order().put("currency", "KWD")));
        refused("currency_not_supported", shop.place(of("c-1", "sku-0003", 1).put("currency", "XOF")));
        refused("total_too_large", shop.place(of("c-1", "sku-0003", 2)));
        ObjectNode mispriced = order();
        mispriced.withArray("items").forEach(item -> ((ObjectNode) item).put("unit_price", "0.01"));
        refused("price_mismatch", shop.place(mispriced));
        refused("total_changed", shop.place(order().put("expected_total", "0.01")));
        refused("insufficient_stock", shop.place(of("c-1", "sku-0100", 4)));
        refused("order_rejected", shop.place(of("c-fraud", "sku-0099", 1000)));
        refused("card_number_not_allowed", shop.place(order().put("shipping_address", VISA)));
    }

    private static void validate(Api shop) {
        expect(200, shop.post("/orders/validate", example().toString()));
        expect(200, shop.post("/orders/validate", "{}"));
        expect(200, shop.post("/orders/validate", of("c-1", "sku-0100", 4).toString()));
        String card = order().put("shipping_address", VISA).toString();
        expect(422, shop.post("/orders/validate", card));
        expect(422, shop.post("/orders/validate", card.replace("tok_visa", VISA)));
    }

    private static void batch(Api shop) {
        ObjectNode order = example().put("idempotency_key", UUID.randomUUID().toString());
        expect(207, shop.post("/orders/batch", "[" + order + "," + order + ",{}," + "[]]"));
        expect(207, shop.post("/orders/batch", "[" + order.put("shipping_address", VISA) + "]"));
        refused("wrong_type", shop.post("/orders/batch", "{}"));
        refused("out_of_range", shop.post("/orders/batch", "[]"));
    }

    private static void notYours(Api customer) {
        expect(403, customer.place(of("c-other", "sku-0001", 1)));
        expect(
                403,
                customer.post("/orders/validate", of("c-other", "sku-0001", 1).toString()));
    }

    private static void read(RunningEngine engine, Api shop) {
        String paid = shop.place(example()).text("order_id");
        String declined =
                shop.place(example().put("payment_token", "tok_declined")).text("order_id");
        awaitStatus(shop, paid, "paid");
        awaitStatus(shop, declined, "payment_failed");
        expect(200, shop.get("/orders/" + declined));
        engine.change(
                "UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ?", UUID.fromString(declined));
        awaitStatus(shop, declined, "cancelled");

        for (String path : new String[] {"", "/status", "/events"}) {
            expect(200, shop.get("/orders/" + paid + path));
            expect(200, shop.get("/orders/" + declined + path));
            expect(404, shop.get("/orders/" + UUID.randomUUID() + path));
        }
        expect(304, shop.get("/orders/" + paid, "If-None-Match", "*"));
        expect(200, shop.get("/orders/" + paid + "/status", "Prefer", "wait=1"));
        expect(304, shop.get("/orders/" + paid + "/status", "If-None-Match", "*", "Prefer", "wait=1"));
        expect(200, shop.get("/orders/" + paid + "/events?after=1&limit=1"));
        expect(400, shop.get("/orders/" + paid + "/events?after=-1&limit=x&page=2"));
    }

    private static void list(Api shop) {
        Answer first = expect(200, shop.get("/orders?limit=1&customer_id=c-1001"));
        expect(200, shop.get("/orders?limit=1&cursor=" + first.text("next_cursor")));
        expect(
                200,
                shop.get("/orders?status=paid&payment_status=captured&fulfillment_status=unfulfilled"
                        + "&created_from=2026-01-01T00:00:00Z&created_to=2126-01-01T00:00:00Z"));
        expect(400, shop.get("/orders?limit=0&status=gone&customer_id=%20&page=2"));
    }

    private static ObjectNode order() {
        return of("c-1001", "sku-0001", 1);
    }

    private static void awaitStatus(Api shop, String id, String status) {
        await(status)
                .atMost(PATIENCE)
                .until(() ->
                        shop.get("/orders/" + id + "/status").text("status").equals(status));
    }

    private static void refused(String code, Answer answer) {
        assertThat(expect(422, answer).text("code")).isEqualTo(code);
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer;
    }
}
