package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.Persistent;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET /inventory} and {@code PUT /inventory/{product_id}/locations/{location_id}} on real servers. */
@ExtendWith(SharedServices.class)
class InventoryIT {

    private static RunningEngine engine;
    private static Api keeper;
    private static Api otherKeeper;
    private static Api shop;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, InventoryIT.class, RunningEngine.API_ONLY);
        engine.startAnother();
        keeper = engine.as(0, "operator");
        otherKeeper = engine.as(1, "operator");
        shop = engine.as("service");
    }

    @AfterAll
    static void stockIsConserved() {
        List<String> findings = Books.findings(engine);
        engine.close();
        assertThat(findings).isEmpty();
    }

    @Test
    void put_aCount_setsWhatIsOnHand() {
        Answer answer = keeper.put("/inventory/sku-0010/locations/loc-main", "{\"on_hand\": 12}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"product_id\":\"sku-0010\",\"on_hand\":40012,\"reserved\":0,\"available\":40012,\"locations\":["
                                + "{\"location_id\":\"loc-city\",\"on_hand\":40000,\"reserved\":0,\"available\":40000},"
                                + "{\"location_id\":\"loc-main\",\"on_hand\":12,\"reserved\":0,\"available\":12}]}");
        Answer read = shop.get("/inventory/sku-0010");
        assertThat(read.body()).isEqualTo(answer.body());
        assertThat(read.header("ETag")).isEqualTo(answer.header("ETag"));
        assertThat(read.header("Cache-Control")).contains("no-store");
    }

    @Test
    void put_anAdjustment_addsOrTakesAway() {
        keeper.put("/inventory/sku-0011/locations/loc-main", "{\"on_hand\": 10}");

        assertThat(onHand(keeper.put("/inventory/sku-0011/locations/loc-main", "{\"adjust\": 5}")))
                .isEqualTo(40_015);
        assertThat(onHand(keeper.put("/inventory/sku-0011/locations/loc-main", "{\"adjust\": -15}")))
                .isEqualTo(40_000);
        assertThat(onHand(shop.get("/inventory/sku-0011"))).isEqualTo(40_000);
    }

    @Test
    void put_atALocationThatHadNone_createsItsStock() {
        product("fresh");
        assertThat(shop.get("/inventory/fresh").json().get("locations")).isEmpty();

        Answer created = keeper.put("/inventory/fresh/locations/loc-city", "{\"adjust\": 7}");

        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(shop.get("/inventory/fresh").body()).isEqualTo(created.body());
        assertThat(shop.place(of("c-1", "fresh", 7)).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"nothing,loc-main,product nothing", "sku-0001,nowhere,location nowhere", "sku-0001,%20,"})
    void put_ofWhatIsUnknown_is404(String product, String location, String what) {
        Answer answer = keeper.put("/inventory/" + product + "/locations/" + location, "{\"on_hand\": 1}");

        assertThat(answer.status()).isEqualTo(404);
        if (what != null) {
            assertThat(answer.text("detail")).contains(what);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"on_hand": 3}
                    {"adjust": -7}
                    {"on_hand": 0}
                    """)
    void put_belowWhatIsReserved_is409WithTheFigures(String body) {
        product("held");
        keeper.put("/inventory/held/locations/loc-main", "{\"on_hand\": 10}");
        if (shop.get("/inventory/held").json().get("reserved").asInt() == 0) {
            shop.place(of("c-1", "held", 4));
        }

        Answer answer = keeper.put("/inventory/held/locations/loc-main", body);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text("code")).isEqualTo("below_reserved");
        assertThat(answer.text("status")).isEqualTo("409");
        assertThat(answer.text("on_hand")).isEqualTo("10");
        assertThat(answer.text("reserved")).isEqualTo("4");
        assertThat(answer.text("available")).isEqualTo("6");
        assertThat(keeper.put("/inventory/held/locations/loc-main", "{\"on_hand\": 4}")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                              | ' one_of'
                    {"on_hand": 1, "adjust": 1}     | ' one_of'
                    {"on_hand": -1}                 | /on_hand out_of_range
                    {"on_hand": 2147483648}         | /on_hand out_of_range
                    {"on_hand": "1"}                | /on_hand wrong_type
                    {"adjust": 1.5}                 | /adjust wrong_type
                    {"adjust": 2147483647}          | /adjust out_of_range
                    {"adjust": 1, "reason": "x"}    | /reason unknown_field
                    """)
    void put_withAFault_namesIt(String body, String fault) {
        Answer answer = keeper.put("/inventory/sku-0012/locations/loc-main", body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.errors()).containsExactly(fault);
        assertThat(onHand(shop.get("/inventory/sku-0012"))).isEqualTo(100_000);
    }

    @Test
    void put_inTheStateThatWasRead_isDoneOnceOnly() {
        String etag = shop.get("/inventory/sku-0013").header("ETag").orElseThrow();

        List<Answer> answers = all(IntStream.range(0, 10)
                .mapToObj(i -> keeper(i)
                        .putLater("/inventory/sku-0013/locations/loc-main", "{\"adjust\": 1}", "If-Match", etag))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnlyOnce(200).containsOnly(200, 412);
        assertThat(onHand(shop.get("/inventory/sku-0013"))).isEqualTo(100_001);
    }

    @Test
    void put_anAdjustmentAgain_withItsKey_isTheFirstAnswerAndNothingElse() {
        String path = "/inventory/sku-0014/locations/loc-main";
        Answer first = keeper.put(path, "{\"adjust\": 3}", "Idempotency-Key", "adjust-again");
        keeper.put(path, "{\"adjust\": 10}");

        Answer second = otherKeeper.put(path, "{\"adjust\": 3}", "Idempotency-Key", "adjust-again");

        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(second.status()).isEqualTo(first.status());
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(second.header("Idempotency-Replayed")).contains("true");
        assertThat(onHand(shop.get("/inventory/sku-0014"))).isEqualTo(100_013);
    }

    @Test
    void put_anAdjustment_manyTimesAtOnceWithOneKey_isMadeOnce() {
        product("once");

        List<Answer> answers = all(IntStream.range(0, 20)
                .mapToObj(i -> keeper(i)
                        .putLater(
                                "/inventory/once/locations/loc-main",
                                "{\"adjust\": 5}",
                                "Idempotency-Key",
                                "adjust-once"))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnly(201);
        assertThat(answers).extracting(Answer::body).containsOnly(answers.get(0).body());
        assertThat(answers.stream()
                        .filter(answer -> answer.header("Idempotency-Replayed").isEmpty()))
                .hasSize(1);
        assertThat(onHand(shop.get("/inventory/once"))).isEqualTo(5);
    }

    @Test
    void put_withTheKeyOfAnotherRequest_isRefused() {
        keeper.put("/inventory/sku-0015/locations/loc-main", "{\"adjust\": 1}", "Idempotency-Key", "adjust-other");
        shop.place(of("c-1", "sku-0015", 1), "Idempotency-Key", "an-order");

        assertThat(keeper.put(
                                "/inventory/sku-0015/locations/loc-main",
                                "{\"adjust\": 2}",
                                "Idempotency-Key",
                                "adjust-other")
                        .text("code"))
                .isEqualTo("idempotency_key_reused");
        assertThat(keeper.place(of("c-1", "sku-0015", 1), "Idempotency-Key", "adjust-other")
                        .text("code"))
                .isEqualTo("idempotency_key_reused");
        assertThat(onHand(shop.get("/inventory/sku-0015"))).isEqualTo(100_001);
    }

    @Test
    void refusal_leavesTheKeyFree() {
        String path = "/inventory/sku-0016/locations/loc-main";
        assertThat(keeper.put(path, "{\"adjust\": -60001}", "Idempotency-Key", "adjust-free")
                        .status())
                .isEqualTo(409);
        assertThat(keeper.put(path, "{\"adjust\": 1}", "Idempotency-Key", "adjust-free", "If-Match", "\"x\"")
                        .status())
                .isEqualTo(412);

        Answer answer = keeper.put(path, "{\"adjust\": 1}", "Idempotency-Key", "adjust-free");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Idempotency-Replayed")).isEmpty();
    }

    @Test
    void put_withAKeyAndNoBody_is400() {
        Answer answer = keeper.put("/inventory/sku-0016/locations/loc-main", "", "Idempotency-Key", "adjust-nothing");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("code")).isEqualTo("malformed_json");
    }

    @Test
    void put_adjustmentsAndOrdersOfOneProduct_atOnce_addUp() {
        product("busy");
        keeper.put("/inventory/busy/locations/loc-main", "{\"on_hand\": 50}");
        keeper.put("/inventory/busy/locations/loc-city", "{\"on_hand\": 50}");
        double deadlocks = deadlocks();

        List<Answer> answers = Persistent.answers(240, (i, key) -> switch (i % 4) {
            case 0 ->
                keeper(i / 4).putLater("/inventory/busy/locations/loc-main", "{\"adjust\": 2}", "Idempotency-Key", key);
            case 1 ->
                keeper(i / 4)
                        .putLater("/inventory/busy/locations/loc-city", "{\"adjust\": -1}", "Idempotency-Key", key);
            default -> shop.placeLater(of("c-" + i, "busy", 1), "Idempotency-Key", key);
        });

        Map<Integer, Long> statuses =
                answers.stream().collect(Collectors.groupingBy(Answer::status, Collectors.counting()));
        assertThat(statuses.keySet()).isSubsetOf(Set.of(200, 201, 409, 422));
        long adjusted =
                answers.stream().filter(answer -> answer.status() == 200).count();
        long placed = answers.stream().filter(answer -> answer.status() == 201).count();
        long notTaken = statuses.getOrDefault(409, 0L);
        Answer levels = shop.get("/inventory/busy");
        assertThat(adjusted + notTaken).isEqualTo(120);
        assertThat(onHand(levels)).isEqualTo(100 + 60 * 2 - (60 - notTaken));
        assertThat(levels.json().get("reserved").asLong()).isEqualTo(placed);
        assertThat(deadlocks()).isEqualTo(deadlocks);
    }

    @Test
    void list_keepsTheOrderAndLeavesOutWhatIsUnknown() {
        Answer answer =
                shop.get("/inventory?product_id=sku-0040&product_id=sku-9999&product_id=sku-0039&product_id=sku-0040");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.elements("items").map(item -> item.get("product_id").asText()))
                .containsExactly("sku-0040", "sku-0039");
        assertThat(answer.elements("items").findFirst().orElseThrow())
                .isEqualTo(shop.get("/inventory/sku-0040").json());
        String etag = answer.header("ETag").orElseThrow();
        assertThat(shop.get("/inventory?product_id=sku-0040&product_id=sku-0039", "If-None-Match", etag)
                        .status())
                .isEqualTo(304);
    }

    @Test
    void list_takesUpToAHundred() {
        String hundred = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> "product_id=%064d".formatted(i))
                .collect(Collectors.joining("&"));

        assertThat(shop.get("/inventory?" + hundred).status()).isEqualTo(200);
        assertThat(shop.get("/inventory?" + hundred + "&product_id=1").errors())
                .containsExactly("query/product_id out_of_range");
        assertThat(shop.get("/inventory").errors()).containsExactly("query/product_id out_of_range");
        assertThat(shop.get("/inventory?product_id=%27&limit=1").errors())
                .containsExactlyInAnyOrder("query/product_id invalid_format", "query/limit unknown_parameter");
    }

    @Test
    void put_byWhoMayOnlyRead_is403() {
        assertThat(shop.put("/inventory/sku-0001/locations/loc-main", "{\"adjust\": 1}")
                        .text("detail"))
                .contains("inventory:write");
    }

    @Test
    void put_isInTheAuditLog() {
        keeper.put("/inventory/sku-0017/locations/loc-main", "{\"on_hand\": 60007}", "X-Request-Id", "audited-stock");

        await().untilAsserted(() -> assertThat(engine.texts("""
                        SELECT actor || ' ' || action || ' ' || subject || ' ' || outcome || ' ' || (detail ->> 'difference')
                        FROM audit_log WHERE request_id = 'audited-stock'"""))
                .containsExactly("dev-operator stock.put sku-0017 at loc-main replaced 7"));
    }

    private static Api keeper(int i) {
        return i % 2 == 0 ? keeper : otherKeeper;
    }

    private static void product(String id) {
        keeper.put("/products/" + id, "{\"name\": \"N\", \"prices\": {\"USD\": 1}}");
    }

    private static long onHand(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isBetween(200, 201);
        return answer.json().get("on_hand").asLong();
    }

    private static double deadlocks() {
        return engine.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }

    private static List<Answer> all(List<CompletableFuture<Answer>> answers) {
        return answers.stream().map(CompletableFuture::join).toList();
    }
}
