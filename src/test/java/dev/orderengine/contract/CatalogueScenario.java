package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;

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

    private static void customers(Api shop) {
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
