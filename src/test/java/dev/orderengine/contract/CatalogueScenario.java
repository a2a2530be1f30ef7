package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import java.util.UUID;

/** Products, stock and customers. */
final class CatalogueScenario implements Scenario {

    private static final String VISA = "4242 4242 4242 4242";

    @Override
    public void play(RunningEngine engine) {
        Api shop = engine.as("admin").with(TRACED);
        Answer first = expect(200, shop.get("/products?limit=1"));
        expect(200, shop.get("/products?cursor=" + first.text("next_cursor")));
        expect(400, shop.get("/products?limit=0&cursor=*&page=2"));
        for (String resource : new String[] {"/products/", "/inventory/"}) {
            expect(200, shop.get(resource + "sku-0001"));
            expect(304, shop.get(resource + "sku-0001", "If-None-Match", "*"));
            expect(404, shop.get(resource + "sku-none"));
        }
        put(shop);
        stock(engine, shop);
        customers(shop);
    }

    private static void put(Api shop) {
        String product = "{\"name\": \"N\", \"prices\": {\"USD\": 1}}";
        expect(201, shop.put("/products/sku-new", product, "If-None-Match", "*"));
        expect(200, shop.put("/products/sku-new", product.replace("}}", "}, \"active\": true}"), "If-Match", "*"));
        expect(200, shop.put("/products/sku-new", product.replace("{\"name", "{\"product_id\": \"sku-new\", \"name")));
        expect(412, shop.put("/products/sku-new", product, "If-None-Match", "*"));
        expect(400, shop.put("/products/sku-new", product, "If-Match", "7"));
        expect(404, shop.put("/products/sku%20new", product));
        refused("validation_failed", shop.put("/products/sku-new", "{}"));
        refused("required", shop.put("/products/sku-new", "{\"name\": \"N\"}"));
        refused("unknown_field", shop.put("/products/sku-new", product.replace("{\"name", "{\"colour\": 1, \"name")));
        refused("wrong_type", shop.put("/products/sku-new", product.replace("\"N\"", "1")));
        refused("out_of_range", shop.put("/products/sku-new", product.replace("\"N\"", "\"\"")));
        refused("invalid_character", shop.put("/products/sku-new", product.replace("\"N\"", "\"\\u0007\"")));
        refused(
                "differs_from_path",
                shop.put("/products/sku-new", product.replace("{\"name", "{\"product_id\": \"x\", \"name")));
        refused("unknown_currency", shop.put("/products/sku-new", product.replace("USD", "ABC")));
        refused("invalid_amount", shop.put("/products/sku-new", product.replace("1}", "1.999}")));
        refused("card_number_not_allowed", shop.put("/products/sku-new", product.replace("N\"", VISA + "\"")));
    }

    private static void stock(RunningEngine engine, Api shop) {
        expect(200, shop.get("/inventory?product_id=sku-0001&product_id=sku-none"));
        expect(304, shop.get("/inventory?product_id=sku-0001", "If-None-Match", "*"));
        expect(400, shop.get("/inventory?product_id=%20&page=2"));
        expect(400, shop.get("/inventory"));

        engine.change("INSERT INTO locations (location_id, name, channels) VALUES ('loc-new', 'New', '{warehouse}')");
        String path = "/inventory/sku-0001/locations/loc-new";
        String key = UUID.randomUUID().toString();
        expect(201, shop.put(path, "{\"on_hand\": 3}", "Idempotency-Key", key));
        expect(201, shop.put(path, "{\"on_hand\": 3}", "Idempotency-Key", key));
        refused("idempotency_key_reused", shop.put(path, "{\"on_hand\": 4}", "Idempotency-Key", key));
        String adjust = UUID.randomUUID().toString();
        expect(200, shop.put(path, "{\"adjust\": 1}", "Idempotency-Key", adjust, "If-Match", "*"));
        expect(200, shop.put(path, "{\"adjust\": 1}", "Idempotency-Key", adjust));
        expect(200, shop.put(path, "{\"on_hand\": 3}", "If-None-Match", "\"0\""));
        expect(409, shop.put(path, "{\"adjust\": -4}"));
        expect(412, shop.put(path, "{\"adjust\": 1}", "If-Match", "\"0\""));
        expect(400, shop.put(path, "{\"adjust\": 1}", "If-Match", "7"));
        expect(404, shop.put("/inventory/sku-0001/locations/loc-none", "{\"adjust\": 1}"));
        refused("validation_failed", shop.put(path, "{\"a\": 1}"));
        refused("unknown_field", shop.put(path, "{\"adjust\": 1, \"a\": 1}"));
        refused("wrong_type", shop.put(path, "{\"adjust\": \"1\"}"));
        refused("out_of_range", shop.put(path, "{\"adjust\": 2147483647}"));
        refused("one_of", shop.put(path, "{}"));
        refused("card_number_not_allowed", shop.put(path, "{\"adjust\": 4242424242424242}"));
    }

    private static void customers(Api shop) {
        expect(200, shop.get("/customers/c-1001/export"));
        expect(404, shop.get("/customers/c-nobody/export"));
        expect(204, shop.send("DELETE", "/customers/c-1001/personal-data", new byte[0]));
        expect(404, shop.send("DELETE", "/customers/c-nobody/personal-data", new byte[0]));
        String customer =
                "{\"customer_id\": \"c-new\", \"email\": \"a@example.com\", \"name\": \"A\", \"locale\": \"en\"}";
        expect(404, shop.get("/customers/c-new"));
        expect(201, shop.put("/customers/c-new", customer, "If-None-Match", "*"));
        expect(200, shop.put("/customers/c-new", customer, "If-Match", "*"));
        expect(200, shop.get("/customers/c-new"));
        expect(304, shop.get("/customers/c-new", "If-None-Match", "*"));
        expect(412, shop.put("/customers/c-new", customer, "If-None-Match", "*"));
        expect(400, shop.put("/customers/c-new", customer, "If-Match", "7"));
        expect(404, shop.put("/customers/c%20new", customer));
        refused("validation_failed", shop.put("/customers/c-new", "{\"a\": 1, \"b\": 2}"));
        refused("unknown_field", shop.put("/customers/c-new", "{\"colour\": 1}"));
        refused("wrong_type", shop.put("/customers/c-new", "{\"name\": 1}"));
        refused("out_of_range", shop.put("/customers/c-new", "{\"name\": \"\"}"));
        refused("invalid_character", shop.put("/customers/c-new", "{\"name\": \"\\u0007\"}"));
        refused("invalid_format", shop.put("/customers/c-new", "{\"email\": \"a\"}"));
        refused("invalid_locale", shop.put("/customers/c-new", "{\"locale\": \"en_us!\"}"));
        refused("differs_from_path", shop.put("/customers/c-new", "{\"customer_id\": \"c-old\"}"));
        refused("card_number_not_allowed", shop.put("/customers/c-new", "{\"name\": \"" + VISA + "\"}"));
    }

    private static void refused(String code, Answer answer) {
        assertThat(expect(422, answer).text("code")).isEqualTo(code);
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer;
    }
}
