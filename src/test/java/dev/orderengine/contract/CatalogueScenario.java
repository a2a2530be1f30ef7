package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;

/** Reading products and stock. */
final class CatalogueScenario implements Scenario {

    @Override
    public void play(RunningEngine engine) {
        Api shop = engine.as("service").with(TRACED);
        Answer first = expect(200, shop.get("/products?limit=1"));
        expect(200, shop.get("/products?cursor=" + first.text("next_cursor")));
        expect(400, shop.get("/products?limit=0&cursor=*&page=2"));
        for (String resource : new String[] {"/products/", "/inventory/"}) {
            expect(200, shop.get(resource + "sku-0001"));
            expect(304, shop.get(resource + "sku-0001", "If-None-Match", "*"));
            expect(404, shop.get(resource + "sku-none"));
        }
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer;
    }
}
