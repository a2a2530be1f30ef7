package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.RedisServer;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RedisAccess;
import dev.orderengine.support.RunningEngine;
import java.util.UUID;

/** Carts, and their orders; after the {@link OrdersScenario}, of whose prices it makes use. */
record CartsScenario(RedisServer server) implements Scenario {

    private static final String VISA = "4242 4242 4242 4242";
    private static final String CART = "/carts/cart-contract";
    private static final String LINE = CART + "/items/sku-0001";
    private static final String CHECKOUT = CART + "/checkout";
    private static final String THREE = "{\"quantity\": 3}";
    private static final String TRANSFER = "{\"payment_method\": \"bank_transfer\"}";
    private static final String CARD = "{\"payment_method\": \"credit_card\", \"payment_token\": \"tok_visa\"}";

    @Override
    public void play(RunningEngine engine) {
        Api shop = engine.as("service").with(TRACED);
        try (RedisAccess redis = new RedisAccess(server)) {
            carts(shop);
            lines(shop);
            notYours(shop, engine.asCustomer("c-mine").with(TRACED));
            underWay(shop, redis);
            order(shop);
            refuse(shop);
            changedAfterOrdering(shop, redis);
        }
    }

    private static void carts(Api shop) {
        expect(404, shop.get(CART));
        expect(404, delete(shop, CART));
        expect(201, shop.put(CART, cart("c-1", "sku-0001"), "If-None-Match", "\"0\""));
        expect(200, shop.put(CART, cart("c-1", "sku-none"), "If-Match", "*"));
        expect(200, shop.put(CART, "{\"customer_id\": \"c-1\", \"currency\": \"EUR\", \"items\": []}"));
        expect(412, shop.put(CART, cart("c-1", "sku-0001"), "If-None-Match", "*"));
        expect(400, shop.put(CART, cart("c-1", "sku-0001"), "If-Match", "7"));
        expect(404, shop.put("/carts/a%20cart", cart("c-1", "sku-0001")));
        refused("validation_failed", shop.put(CART, "{\"a\": 1}"));
        refused("unknown_field", shop.put(CART, "{\"items\": [], \"a\": 1}"));
        refused("required", shop.put(CART, "{}"));
        refused("wrong_type", shop.put(CART, "{\"items\": 1}"));
        refused("out_of_range", shop.put(CART, cart("c-1", "sku-0001").replace(": 2", ": 0")));
        refused("invalid_format", shop.put(CART, cart("c 1", "sku-0001")));
        refused("invalid_character", shop.put(CART, cart("\\u0007", "sku-0001")));
        refused("unknown_currency", shop.put(CART, "{\"currency\": \"ABC\", \"items\": []}"));
        refused("duplicate_product", shop.put(CART, """
                {"items": [{"product_id": "a", "quantity": 1}, {"product_id": "a", "quantity": 1}]}"""));
        refused("card_number_not_allowed", shop.put(CART, cart(VISA, "sku-0001")));
        expect(200, shop.get(CART));
        expect(304, shop.get(CART, "If-None-Match", "*"));
        expect(412, delete(shop, CART, "If-Match", "\"0\""));
        expect(400, delete(shop, CART, "If-Match", "7"));
        expect(204, delete(shop, CART, "If-Match", "*"));
    }

    private static void lines(Api shop) {
        expect(404, shop.put(LINE, THREE));
        expect(404, delete(shop, LINE));
        expect(201, shop.put(CART, "{\"items\": []}"));
        expect(200, shop.put(LINE, THREE, "If-Match", "*"));
        expect(200, shop.put(LINE, THREE, "If-None-Match", "\"0\""));
        expect(412, shop.put(LINE, THREE, "If-Match", "\"0\""));
        expect(400, shop.put(LINE, THREE, "If-Match", "7"));
        refused("validation_failed", shop.put(LINE, "{\"a\": 1}"));
        refused("unknown_field", shop.put(LINE, "{\"quantity\": 1, \"a\": 1}"));
        refused("required", shop.put(LINE, "{}"));
        refused("wrong_type", shop.put(LINE, "{\"quantity\": \"1\"}"));
        refused("out_of_range", shop.put(LINE, "{\"quantity\": 0}"));
        refused("card_number_not_allowed", shop.put(CART + "/items/sku-0001", "{\"quantity\": 4242424242424242}"));
        expect(412, delete(shop, LINE, "If-Match", "\"0\""));
        expect(400, delete(shop, LINE, "If-Match", "7"));
        expect(200, delete(shop, LINE, "If-Match", "*"));
        for (int i = 0; i < 100; i++) {
            expect(200, shop.put(CART + "/items/p-" + i, THREE));
        }
        refused("too_many_items", shop.put(LINE, THREE));
        expect(204, delete(shop, CART));
    }

    private static void notYours(Api shop, Api customer) {
        expect(403, customer.put(CART, cart("c-other", "sku-0001")));
        expect(201, shop.put(CART, "{\"items\": []}"));
        expect(404, customer.get(CART));
        expect(404, customer.put(CART, "{\"items\": []}"));
        expect(404, customer.post(CHECKOUT, TRANSFER));
        expect(204, delete(shop, CART));
        expect(201, customer.put(CART, "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}"));
        expect(403, customer.post(CHECKOUT, TRANSFER.replace("{", "{\"customer_id\": \"c-other\", ")));
    }

    private static void underWay(Api shop, RedisAccess redis) {
        expect(200, shop.put(CART, cart("c-1", "sku-0001")));
        redis.send("HSET", "cart:cart-contract", "checkout", Long.toString(System.currentTimeMillis()));
        expect(409, shop.put(CART, cart("c-1", "sku-0001")));
        expect(409, shop.put(LINE, THREE));
        expect(409, delete(shop, LINE));
        expect(409, delete(shop, CART));
        expect(409, shop.post(CHECKOUT, TRANSFER));
        redis.send("HDEL", "cart:cart-contract", "checkout");
    }

    private static void order(Api shop) {
        String key = UUID.randomUUID().toString();
        expect(412, shop.post(CHECKOUT, TRANSFER, "If-Match", "\"0\""));
        expect(400, shop.post(CHECKOUT, TRANSFER, "If-Match", "7"));
        expect(201, shop.post(CHECKOUT, TRANSFER, "Idempotency-Key", key, "If-Match", "*"));
        expect(201, shop.post(CHECKOUT, TRANSFER, "Idempotency-Key", key));
        refused("idempotency_key_reused", shop.post(CHECKOUT, CARD, "Idempotency-Key", key));
        expect(404, shop.post(CHECKOUT, TRANSFER));
        expect(201, shop.put(CART, "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 2}]}"));
        expect(201, shop.post(CHECKOUT, """
                {"customer_id": "c-1", "payment_method": "credit_card", "payment_token": "tok_visa",
                 "shipping_address": "1 Main St", "customer": {"email": "a@example.com", "name": "A"},
                 "fulfillment_channel": "warehouse", "expected_total": "39.98", "metadata": {"source": "web"}}"""));
    }

    private static void refuse(Api shop) {
        expect(201, shop.put(CART, cart("c-1", "sku-0001")));
        refused("validation_failed", shop.post(CHECKOUT, "{\"a\": 1}"));
        refused("unknown_field", checkout(shop, "\"a\": 1"));
        refused("required", shop.post(CHECKOUT, "{}"));
        refused("wrong_type", checkout(shop, "\"shipping_address\": 1"));
        refused("out_of_range", checkout(shop, "\"shipping_address\": \"\""));
        refused("invalid_format", checkout(shop, "\"customer_id\": \"c 1\""));
        refused("invalid_character", checkout(shop, "\"shipping_address\": \"\\u0007\""));
        refused("invalid_amount", checkout(shop, "\"expected_total\": \"1.999\""));
        refused("unknown_payment_method", shop.post(CHECKOUT, "{\"payment_method\": \"cash\"}"));
        refused("unknown_channel", checkout(shop, "\"fulfillment_channel\": \"pigeon\""));
        refused("not_allowed", shop.post(CHECKOUT, TRANSFER.replace("}", ", \"payment_token\": \"tok_visa\"}")));
        refused("customer_mismatch", checkout(shop, "\"customer_id\": \"c-2\""));
        refused("total_changed", checkout(shop, "\"expected_total\": \"0.01\""));
        refused("card_number_not_allowed", checkout(shop, "\"shipping_address\": \"" + VISA + "\""));
        refusedCart(shop, "cart_empty", "{\"customer_id\": \"c-1\", \"items\": []}");
        refusedCart(shop, "unknown_product", cart("c-1", "sku-none"));
        refusedCart(shop, "currency_not_available", withCurrency("KWD", cart("c-1", "sku-0001")));
        refusedCart(shop, "currency_not_supported", withCurrency("XOF", cart("c-1", "sku-0003")));
        refusedCart(shop, "total_too_large", cart("c-1", "sku-0003"));
        refusedCart(shop, "insufficient_stock", cart("c-1", "sku-0100").replace(": 2", ": 4"));
        refusedCart(shop, "order_rejected", cart("c-fraud", "sku-0099").replace(": 2", ": 1000"));
        expect(204, delete(shop, CART));
    }

    /** As after a failover of Redis that lost the removal of the cart. */
    private static void changedAfterOrdering(Api shop, RedisAccess redis) {
        expect(201, shop.put(CART, cart("c-1", "sku-0001")));
        byte[] before = redis.dump("cart:cart-contract");
        expect(201, shop.post(CHECKOUT, TRANSFER));
        redis.restore("cart:cart-contract", before);
        expect(200, shop.put(LINE, THREE));
        assertThat(expect(409, shop.post(CHECKOUT, TRANSFER)).text("code")).isEqualTo("cart_checked_out");
        expect(204, delete(shop, CART));
    }

    private static String cart(String customerId, String productId) {
        return "{\"customer_id\": \"%s\", \"items\": [{\"product_id\": \"%s\", \"quantity\": 2}]}"
                .formatted(customerId, productId);
    }

    private static String withCurrency(String currency, String cart) {
        return cart.replaceFirst("\\{", "{\"currency\": \"" + currency + "\", ");
    }

    private static Answer checkout(Api shop, String field) {
        return shop.post(CHECKOUT, CARD.replaceFirst("\\{", "{" + field.replace("\\", "\\\\") + ", "));
    }

    private static void refusedCart(Api shop, String code, String cart) {
        expect(200, shop.put(CART, cart));
        refused(code, shop.post(CHECKOUT, CARD));
    }

    private static Answer delete(Api shop, String path, String... headers) {
        return shop.send("DELETE", path, new byte[0], headers);
    }

    private static void refused(String code, Answer answer) {
        assertThat(expect(422, answer).text("code")).isEqualTo(code);
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer;
    }
}
