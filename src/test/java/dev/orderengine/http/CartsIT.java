package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Carts over HTTP, on a real Redis: what is seen, by whom, at which price, and that no change is lost. */
@ExtendWith(SharedServices.class)
class CartsIT {

    private static final String TWO_LINES = """
            {"currency": "USD", "items": [{"product_id": "sku-0001", "quantity": 2}, {"product_id": "sku-0002", "quantity": 1}]}""";
    private static final String NO_LINES = "{\"items\": []}";

    private static RunningEngine engine;
    private static Api shop;

    private final String cart = "/carts/" + UUID.randomUUID();

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, CartsIT.class, RunningEngine.API_ONLY);
        shop = engine.as("service");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void put_newCart_isCreatedAndPriced() {
        Answer created = shop.put(cart, TWO_LINES);

        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.header("Location")).contains("/api/v1" + cart);
        assertThat(created.header("ETag")).contains('"' + created.text("version") + '"');
        assertThat(cart).endsWith(created.text("cart_id"));
        assertThat(created.text("total_amount")).isEqualTo("60.97");
        assertThat(created.text("currency")).isEqualTo("USD");
        assertThat(created.text("orderable")).isEqualTo("true");
        assertThat(lines(created)).containsExactly("sku-0001 2 19.99 39.98", "sku-0002 1 20.99 20.99");
        assertThat(Duration.between(Instant.now(), Instant.parse(created.text("expires_at"))))
                .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        Answer read = shop.get(cart);
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body()).isEqualTo(created.body());
        assertThat(read.header("ETag")).isEqualTo(created.header("ETag"));
    }

    @Test
    void put_existingCart_replacesItWhole() {
        Answer first = shop.put(cart, TWO_LINES);

        Answer second =
                shop.put(cart, "{\"currency\": \"JPY\", \"items\": [{\"product_id\": \"sku-0003\", \"quantity\": 1}]}");

        assertThat(second.status()).isEqualTo(200);
        assertThat(version(second)).isGreaterThan(version(first));
        assertThat(second.text("total_amount")).isEqualTo("3300");
        assertThat(lines(second)).containsExactly("sku-0003 1 3300 3300");
    }

    @Test
    void delete_cart_isGone_andItsSuccessorHasAnotherVersion() {
        Answer first = shop.put(cart, TWO_LINES);

        assertThat(delete(cart).status()).isEqualTo(204);

        assertThat(shop.get(cart).status()).isEqualTo(404);
        assertThat(delete(cart).status()).isEqualTo(404);
        assertThat(version(shop.put(cart, TWO_LINES))).isGreaterThan(version(first));
    }

    @Test
    void items_setAndRemoved_oneByOne() {
        shop.put(cart, NO_LINES);

        shop.put(cart + "/items/sku-0002", "{\"quantity\": 1}");
        Answer added = shop.put(cart + "/items/sku-0001", "{\"quantity\": 5}");
        Answer changed = shop.put(cart + "/items/sku-0002", "{\"quantity\": 3}");
        Answer removed = delete(cart + "/items/sku-0002");
        Answer empty = delete(cart + "/items/sku-0001");

        assertThat(lines(added)).containsExactly("sku-0002 1 20.99 20.99", "sku-0001 5 19.99 99.95");
        assertThat(lines(changed)).containsExactly("sku-0002 3 20.99 62.97", "sku-0001 5 19.99 99.95");
        assertThat(lines(removed)).containsExactly("sku-0001 5 19.99 99.95");
        assertThat(removed.header("ETag")).contains('"' + removed.text("version") + '"');
        assertThat(lines(empty)).isEmpty();
        assertThat(empty.text("orderable")).isEqualTo("false");
        assertThat(shop.get(cart).body()).isEqualTo(empty.body());
        assertThat(delete(cart + "/items/sku-0001").status()).isEqualTo(404);
        assertThat(shop.put("/carts/none/items/sku-0001", "{\"quantity\": 1}").status())
                .isEqualTo(404);
    }

    @Test
    void items_aHundredAndOne_areTooMany() {
        shop.put(
                cart,
                "{\"items\": ["
                        + IntStream.rangeClosed(1, 100)
                                .mapToObj("{\"product_id\": \"sku-%04d\", \"quantity\": 1}"::formatted)
                                .collect(Collectors.joining(","))
                        + "]}");

        Answer full = shop.put(cart + "/items/one-more", "{\"quantity\": 1}");

        assertThat(full.status()).isEqualTo(422);
        assertThat(full.errors()).containsExactly("cart/items too_many_items");
        assertThat(shop.put(cart + "/items/sku-0100", "{\"quantity\": 2}").status())
                .isEqualTo(200);
    }

    @Test
    void items_setBy50AtOnce_areAllThere() {
        shop.put(cart, NO_LINES);

        List<Answer> answers = IntStream.rangeClosed(1, 50)
                .mapToObj(i -> shop.putLater(cart + "/items/sku-%04d".formatted(i), "{\"quantity\": " + i + "}"))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(answers).extracting(Answer::status).containsOnly(200);
        assertThat(answers).extracting(CartsIT::version).doesNotHaveDuplicates();
        assertThat(shop.get(cart)
                        .elements("items")
                        .map(line -> line.get("quantity").asInt()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 50).boxed().toList());
    }

    @Test
    void items_setBy50AtOnceUnderOneVersion_areSetByOne() {
        String etag = shop.put(cart, NO_LINES).header("ETag").orElseThrow();

        List<Answer> answers = IntStream.rangeClosed(1, 50)
                .mapToObj(i -> shop.putLater(cart + "/items/sku-0001", "{\"quantity\": " + i + "}", "If-Match", etag))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 412)
                .hasSize(49)
                .allSatisfy(answer -> assertThat(answer.text("code")).isEqualTo("precondition_failed"));
    }

    @Test
    void write_underAnotherVersion_isRefused() {
        assertThat(shop.put(cart, TWO_LINES, "If-Match", "*").status()).isEqualTo(412);
        String old =
                shop.put(cart, NO_LINES, "If-None-Match", "*").header("ETag").orElseThrow();
        String current = shop.put(cart, TWO_LINES, "If-Match", "\"0\", " + old)
                .header("ETag")
                .orElseThrow();

        assertThat(shop.put(cart, NO_LINES, "If-None-Match", "*").status()).isEqualTo(412);
        assertThat(shop.put(cart, NO_LINES, "If-None-Match", "W/" + current).status())
                .isEqualTo(412);
        assertThat(shop.put(cart, NO_LINES, "If-Match", old).status()).isEqualTo(412);
        assertThat(shop.put(cart, NO_LINES, "If-Match", "W/" + current).status())
                .isEqualTo(412);
        assertThat(shop.put(cart, NO_LINES, "If-Match", "nonsense").status()).isEqualTo(400);
        assertThat(delete(cart + "/items/sku-0001", "If-Match", old).status()).isEqualTo(412);
        assertThat(delete(cart, "If-Match", old).status()).isEqualTo(412);
        assertThat(shop.get(cart).header("ETag")).contains(current);
        assertThat(delete(cart, "If-Match", current).status()).isEqualTo(204);
    }

    @Test
    void get_withTheVersionThatTheCallerHas_is304UnlessAPriceChanged() {
        product("dear", true, 1000);
        Answer put = shop.put(cart, "{\"items\": [{\"product_id\": \"dear\", \"quantity\": 1}]}");
        String etag = put.header("ETag").orElseThrow();

        Answer same = shop.get(cart, "If-None-Match", etag);
        engine.change("UPDATE prices SET amount = 1100 WHERE product_id = 'dear'");

        assertThat(same.status()).isEqualTo(304);
        assertThat(same.header("ETag")).contains(etag);
        org.awaitility.Awaitility.await("the new price is seen")
                .until(() -> shop.get(cart, "If-None-Match", etag).status() == 200);
        assertThat(shop.get(cart).text("total_amount")).isEqualTo("11.00");
        assertThat(shop.get(cart, "If-None-Match", "\"1\"").status()).isEqualTo(200);
    }

    @Test
    void get_cartWithWhatCannotBeOrdered_saysSoByLine() {
        product("retired", false, 500);
        engine.change("INSERT INTO products (product_id, name) VALUES ('unpriced', 'Unpriced')");
        product("priceless", true, Long.MAX_VALUE);

        Answer answer = shop.put(cart, """
                {"items": [{"product_id": "sku-0001", "quantity": 1}, {"product_id": "unheard-of", "quantity": 2},
                           {"product_id": "retired", "quantity": 3}, {"product_id": "unpriced", "quantity": 4},
                           {"product_id": "priceless", "quantity": 5}]}""");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.text("total_amount")).isEqualTo("19.99");
        assertThat(answer.text("orderable")).isEqualTo("false");
        assertThat(answer.elements("items")
                        .map(line -> line.get("product_id").asText() + " "
                                + line.path("obstacle").asText("-")))
                .containsExactly(
                        "sku-0001 -",
                        "unheard-of unknown_product",
                        "retired inactive_product",
                        "unpriced currency_not_available",
                        "priceless amount_too_large");
    }

    @Test
    void cart_ofACustomer_isSeenByThatCustomerAndByStaffOnly() {
        Api owner = engine.asCustomer("c-owner");
        Api stranger = engine.asCustomer("c-stranger");
        String body = "{\"customer_id\": \"c-owner\", \"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}";
        assertThat(stranger.put(cart, body).text("code")).isEqualTo("not_your_customer");

        assertThat(shop.put(cart, body).status()).isEqualTo(201);

        assertThat(owner.get(cart).text("customer_id")).isEqualTo("c-owner");
        assertThat(owner.put(cart + "/items/sku-0002", "{\"quantity\": 1}").status())
                .isEqualTo(200);
        assertThat(shop.get(cart).status()).isEqualTo(200);
        assertUnseen(stranger);
        assertThat(lines(shop.get(cart))).hasSize(2);
    }

    @Test
    void cart_ofNobody_isSeenByWhoMadeItAndByStaffOnly_untilItGetsACustomer() {
        Api maker = engine.asCustomer("c-maker");
        assertThat(maker.put(cart, NO_LINES).status()).isEqualTo(201);

        assertThat(maker.get(cart).json().has("customer_id")).isFalse();
        assertThat(shop.put(cart, TWO_LINES).status()).isEqualTo(200);
        assertThat(lines(maker.get(cart)))
                .as("staff's change does not take it away")
                .hasSize(2);
        assertUnseen(engine.asCustomer("c-stranger"));

        shop.put(cart, "{\"customer_id\": \"c-stranger\", \"items\": []}");
        assertUnseen(maker);
        assertThat(engine.asCustomer("c-stranger").get(cart).status()).isEqualTo(200);
    }

    @Test
    void cart_withoutTheScope_isForbidden() {
        assertThat(engine.as("reviewer").get(cart).status()).isEqualTo(403);
        assertThat(engine.withToken(null).put(cart, NO_LINES).status()).isEqualTo(401);
        assertThat(shop.send("PATCH", cart, new byte[0]).header("Allow")).contains("DELETE, GET, PUT");
    }

    @Test
    void put_faultyCart_namesEveryFault() {
        Answer answer = shop.put(cart, """
                {"customer_id": "not an id", "curency": "USD", "currency": "XXXX",
                 "items": [{"product_id": "sku-0001", "quantity": 0}, {"product_id": "sku-0001", "quantity": 1, "unit_price": "1.00"},
                           {"quantity": 1001}]}""");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors())
                .containsExactlyInAnyOrder(
                        "/curency unknown_field",
                        "/customer_id invalid_format",
                        "/currency unknown_currency",
                        "/items/0/quantity out_of_range",
                        "/items/1/unit_price unknown_field",
                        "/items/1/product_id duplicate_product",
                        "/items/2/product_id required",
                        "/items/2/quantity out_of_range");
        assertThat(shop.get(cart).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /carts/4242424242424242 | {"items": []} | 400 | path card_number_not_allowed
            /carts/c/items/4242424242424242 | {"quantity": 1} | 400 | path card_number_not_allowed
            /carts/c/items/sku-0001 | {"quantity": 1001} | 422 | /quantity out_of_range
            /carts/c/items/sku-0001 | {"quantity": "1"} | 422 | /quantity wrong_type
            /carts/c/items/sku-0001 | {"amount": 1} | 422 | /amount unknown_field,/quantity required
            /carts/c/items/sku-0001 | [1] | 422 | BODY wrong_type
            /carts/c | {} | 422 | /items required
            /carts/c | {"items": [], "customer_id": "4242 4242 4242 4242"} | 422 | /customer_id card_number_not_allowed
            """)
    void put_whatIsWrong_isRefused(String path, String body, int status, String errors) {
        Answer answer = shop.put(path, body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.errors()).containsExactly(errors.replace("BODY", "").split(","));
    }

    @Test
    void cart_underWhatIsNoId_isNotFound() {
        assertThat(shop.put("/carts/c%20d", NO_LINES).status()).isEqualTo(404);
        assertThat(shop.put("/carts/" + "c".repeat(65), NO_LINES).status()).isEqualTo(404);
        assertThat(shop.put(cart + "/items/a*b", "{\"quantity\": 1}").status()).isEqualTo(404);
    }

    private void assertUnseen(Api stranger) {
        assertThat(stranger.get(cart).status()).isEqualTo(404);
        assertThat(stranger.put(cart, NO_LINES).status()).isEqualTo(404);
        assertThat(stranger.put(cart + "/items/sku-0001", "{\"quantity\": 1}").status())
                .isEqualTo(404);
        assertThat(stranger.send("DELETE", cart + "/items/sku-0001", new byte[0])
                        .status())
                .isEqualTo(404);
        assertThat(stranger.send("DELETE", cart, new byte[0]).status()).isEqualTo(404);
        assertThat(stranger.post(cart + "/checkout", "{\"payment_method\": \"bank_transfer\"}")
                        .status())
                .isEqualTo(404);
    }

    private static Answer delete(String path, String... headers) {
        return shop.send("DELETE", path, new byte[0], headers);
    }

    private static long version(Answer answer) {
        return answer.json().get("version").asLong();
    }

    /** Product, quantity, price and total of each line. */
    private static List<String> lines(Answer answer) {
        return answer.elements("items").map(CartsIT::line).toList();
    }

    private static String line(JsonNode line) {
        return "%s %s %s %s"
                .formatted(
                        line.get("product_id").asText(),
                        line.get("quantity").asText(),
                        line.path("unit_price").asText("-"),
                        line.path("line_total").asText("-"));
    }

    private static void product(String id, boolean active, long amount) {
        engine.change("INSERT INTO products (product_id, name, active) VALUES (?, ?, ?)", id, id, active);
        engine.change("INSERT INTO prices VALUES (?, 'USD', ?)", id, amount);
    }
}
