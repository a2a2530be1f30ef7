package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code PUT /products/{product_id}} on two engines that share a database. */
@ExtendWith(SharedServices.class)
class CatalogIT {

    private static RunningEngine engine;
    private static Api operator;
    private static Api shop;
    private static Api otherShop;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, CatalogIT.class, RunningEngine.API_ONLY);
        engine.startAnother();
        operator = engine.as("operator");
        shop = engine.as(0, "service");
        otherShop = engine.as(1, "service");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void put_anUnknownProduct_createsIt() {
        Answer answer = operator.put(
                "/products/kettle", "{\"name\": \"Kettle\", \"prices\": {\"USD\": \"24.50\", \"JPY\": 3600}}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.header("Location")).contains("/api/v1/products/kettle");
        assertThat(answer.header("ETag")).contains("\"1\"");
        assertThat(answer.body())
                .isEqualTo("{\"product_id\":\"kettle\",\"name\":\"Kettle\",\"active\":true,"
                        + "\"prices\":{\"JPY\":\"3600\",\"USD\":\"24.50\"}}");
        Answer read = shop.get("/products/kettle");
        assertThat(read.body()).isEqualTo(answer.body());
        assertThat(read.header("ETag")).isEqualTo(answer.header("ETag"));
    }

    @Test
    void put_whatGetGave_changesNothing() {
        Answer before = operator.get("/products/sku-0020");

        Answer answer = operator.put("/products/sku-0020", before.body());

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(before.body());
        assertThat(answer.header("ETag")).isEqualTo(before.header("ETag"));
        assertThat(engine.number("SELECT count(*) FROM audit_log WHERE subject = 'sku-0020'"))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Three prices are changed, and two withdrawn; then one is changed, one withdrawn, one added; then no
                // price.
                "{\"name\": \"Other\", \"prices\": {\"USD\": \"1\", \"EUR\": \"2\", \"JPY\": 3}}",
                "{\"name\": \"Product 21\", \"prices\": {\"USD\": \"1.01\", \"KWD\": \"2.125\"}}",
                "{\"name\": \"Product 21\", \"prices\": {}}",
                "{\"name\": \"Product 21\", \"active\": false, \"prices\": {\"USD\": \"1.01\"}}",
            })
    void put_whateverIsChanged_movesTheVersionByOne(String body) {
        operator.put(
                "/products/sku-0021",
                "{\"name\": \"Product 21\", \"prices\": {\"USD\": 10, \"EUR\": 10, \"JPY\": 10, \"GBP\": 10}}");
        int before = version(operator.get("/products/sku-0021"));

        Answer answer = operator.put("/products/sku-0021", body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(version(answer)).isEqualTo(before + 1);
        assertThat(operator.get("/products/sku-0021").body()).isEqualTo(answer.body());
    }

    @Test
    void put_bySomebodyElsesTool_movesTheVersionToo() {
        int before = version(operator.get("/products/sku-0022"));

        engine.change("UPDATE products SET name = 'Renamed' WHERE product_id = 'sku-0022'");
        assertThat(version(operator.get("/products/sku-0022"))).isEqualTo(before + 1);

        engine.change("UPDATE prices SET amount = amount + 1 WHERE product_id = 'sku-0022'");
        assertThat(version(operator.get("/products/sku-0022"))).isEqualTo(before + 2);
    }

    @Test
    void put_inTheVersionThatWasRead_isDoneOnceOnly() {
        String etag = operator.get("/products/sku-0023").header("ETag").orElseThrow();

        List<Answer> answers = all(IntStream.range(1, 11)
                .mapToObj(i -> (i % 2 == 0 ? operator : engine.as(1, "operator"))
                        .putLater(
                                "/products/sku-0023",
                                "{\"name\": \"N\", \"prices\": {\"USD\": " + i + "}}",
                                "If-Match",
                                etag))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnlyOnce(200).containsOnly(200, 412);
        Answer refused = answers.stream()
                .filter(answer -> answer.status() == 412)
                .findFirst()
                .orElseThrow();
        assertThat(refused.text("code")).isEqualTo("precondition_failed");
    }

    @Test
    void put_ifThereIsNoneYet_createsOneOnly() {
        List<Answer> answers = all(IntStream.range(0, 10)
                .mapToObj(i -> operator.putLater(
                        "/products/contested", "{\"name\": \"N" + i + "\", \"prices\": {}}", "If-None-Match", "*"))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnlyOnce(201).containsOnly(201, 412);
    }

    @Test
    void put_atTheSameTimeWithoutACondition_losesNone() {
        List<Answer> answers = all(IntStream.range(0, 10)
                .mapToObj(i -> operator.putLater("/products/popular", "{\"name\": \"N" + i + "\", \"prices\": {}}"))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnlyOnce(201).containsOnly(200, 201);
        assertThat(answers.stream().map(CatalogIT::version)).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        If-Match      | "999"        | 412
        If-Match      | W/"1"        | 412
        If-Match      | "999", "1"   | 200
        If-Match      | *            | 200
        If-None-Match | *            | 412
        If-None-Match | "1"          | 412
        If-None-Match | "2"          | 200
        If-Match      | 1            | 400
        If-Match      | "1           | 400
        If-None-Match | yes          | 400
        """)
    void put_withACondition_isDoneIfItHolds(String header, String value, int status) {
        engine.change("INSERT INTO products (product_id, name) VALUES ('conditional', 'C') ON CONFLICT DO NOTHING");

        Answer answer = operator.put("/products/conditional", "{\"name\": \"C\", \"prices\": {}}", header, value);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        if (status == 400) {
            assertThat(answer.errors()).containsExactly("header/" + header + " invalid_format");
        }
    }

    @Test
    void put_anUnknownProduct_inAVersionThatWasRead_is412() {
        Answer answer = operator.put("/products/vanished", "{\"name\": \"V\", \"prices\": {}}", "If-Match", "\"1\"");

        assertThat(answer.status()).isEqualTo(412);
        assertThat(operator.get("/products/vanished").status()).isEqualTo(404);
    }

    @Test
    void put_withFaults_namesThemAllAndWritesNothing() {
        Answer answer = operator.put(
                "/products/faulty",
                "{\"product_id\": \"other\", \"name\": \"\", \"active\": \"yes\", \"colour\": \"red\", \"prices\":"
                        + " {\"USD\": \"1.001\", \"JPY\": 1.5, \"KWD\": \"-1\", \"XXL\": 1, \"a/b\": 1, \"EUR\": null}}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors())
                .containsExactlyInAnyOrder(
                        "/product_id differs_from_path",
                        "/name out_of_range",
                        "/active wrong_type",
                        "/colour unknown_field",
                        "/prices/USD invalid_amount",
                        "/prices/JPY invalid_amount",
                        "/prices/KWD invalid_amount",
                        "/prices/XXL unknown_currency",
                        "/prices/a~1b unknown_currency",
                        "/prices/EUR required");
        assertThat(operator.get("/products/faulty").status()).isEqualTo(404);
    }

    @Test
    void put_byWhoMayOnlyRead_is403() {
        Answer answer = shop.put("/products/sku-0001", "{\"name\": \"Free\", \"prices\": {\"USD\": 0}}");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text("detail")).contains("catalog:write");
    }

    @Test
    void put_aPrice_reachesTheOtherEngineWithinASecond() {
        assertThat(priceShown(otherShop, "sku-0030")).isEqualTo("48.99");

        operator.put("/products/sku-0030", product("50.01"));

        await().atMost(Duration.ofSeconds(1))
                .until(() -> priceShown(otherShop, "sku-0030").equals("50.01"));
        assertThat(priceShown(shop, "sku-0030")).isEqualTo("50.01");
    }

    @Test
    void put_aPrice_isChargedAtOnceEvenByAnEngineThatIsNotTold() {
        changeUnheard("sku-0031", "49.99", "60.00");

        Answer answer = otherShop.place(of("c-1", "sku-0031", 1));

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.text("total_amount")).isEqualTo("60.00");
    }

    /** The buyer has seen the old price, and must not pay another one unasked. */
    @Test
    void put_aPrice_isNotAgreedToAtTheOldOneEvenByAnEngineThatIsNotTold() {
        changeUnheard("sku-0033", "51.99", "61.00");
        ObjectNode order = of("c-stale", "sku-0033", 1);
        ((ObjectNode) order.get("items").get(0)).put("unit_price", "51.99");

        Answer byPrice = otherShop.place(order);

        assertThat(byPrice.status()).as(byPrice.body()).isEqualTo(422);
        assertThat(byPrice.text("code")).isEqualTo("price_mismatch");
        assertThat(byPrice.body()).contains("61.00");
        changeUnheard("sku-0034", "52.99", "62.00");
        Answer byTotal = otherShop.place(of("c-stale", "sku-0034", 1).put("expected_total", "52.99"));
        assertThat(byTotal.status()).as(byTotal.body()).isEqualTo(422);
        assertThat(byTotal.text("code")).isEqualTo("total_changed");
        assertThat(engine.number("SELECT count(*) FROM orders WHERE customer_id = 'c-stale'"))
                .isZero();
    }

    @Test
    void put_anInactiveProduct_isNotSoldAnyMore() {
        operator.put("/products/sku-0032", "{\"name\": \"N\", \"active\": false, \"prices\": {\"USD\": 1}}");

        assertThat(shop.place(of("c-1", "sku-0032", 1)).text("code")).isEqualTo("unknown_product");
    }

    @Test
    void put_isInTheAuditLog() {
        operator.put("/products/audited", product("7"), "X-Request-Id", "audited-put");

        await().untilAsserted(() -> assertThat(engine.texts("""
            SELECT actor || ' ' || action || ' ' || subject || ' ' || outcome || ' ' || (detail ->> 'prices')
            FROM audit_log WHERE request_id = 'audited-put'\
            """))
                .containsExactly("dev-operator product.put audited created {\"USD\": \"7.00\"}"));
    }

    private static String product(String price) {
        return "{\"name\": \"P\", \"prices\": {\"USD\": \"" + price + "\"}}";
    }

    /** Changes a price that the other engine remembers, in a way that it does not hear of. */
    private static void changeUnheard(String productId, String before, String after) {
        assertThat(priceShown(otherShop, productId)).isEqualTo(before);
        engine.change("ALTER TABLE products DISABLE TRIGGER products_notify");
        try {
            operator.put("/products/" + productId, product(after));
        } finally {
            engine.change("ALTER TABLE products ENABLE TRIGGER products_notify");
        }
        assertThat(priceShown(otherShop, productId))
                .as("it has not heard of it")
                .isEqualTo(before);
    }

    /** What the engine believes it costs, without asking the database. */
    private static String priceShown(Api engine, String productId) {
        return engine.post("/orders/validate", of("c-1", productId, 1).toString())
                .text("total_amount");
    }

    private static int version(Answer answer) {
        return Integer.parseInt(answer.header("ETag").orElseThrow().replace("\"", ""));
    }

    private static List<Answer> all(List<CompletableFuture<Answer>> answers) {
        return answers.stream().map(CompletableFuture::join).toList();
    }
}
