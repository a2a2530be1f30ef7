package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.of;
import static dev.orderengine.support.OrderRequests.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Persistent;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many at once, on two engines that share a database: nothing is oversold, placed twice, or locked in a circle. */
@ExtendWith(SharedServices.class)
class ContentionIT {

    private static final String HELD = """
            SELECT coalesce(sum(l.quantity), 0)
            FROM reservations r, unnest(r.products, r.quantities) AS l (product_id, quantity)
            WHERE l.product_id = ?""";

    private static RunningEngine engine;
    private static List<Api> shops;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, ContentionIT.class, RunningEngine.API_ONLY);
        engine.startAnother();
        shops = List.of(engine.as(0, "service"), engine.as(1, "service"));
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void place_500OrdersFor100Units_placesExactly100() {
        product("scarce", 60, 40);

        List<Answer> answers = persistently(500, i -> of("c-" + i, "scarce", 1));

        assertThat(byOutcome(answers)).isEqualTo(Map.of("201", 100L, "422 insufficient_stock", 400L));
        assertThat(engine.number("SELECT sum(reserved) FROM stock WHERE product_id = 'scarce'"))
                .isEqualTo(100);
        assertThat(engine.number("SELECT min(on_hand - reserved) FROM stock WHERE product_id = 'scarce'"))
                .isZero();
        assertThat(engine.number(HELD, "scarce")).isEqualTo(100);
        assertThat(engine.number(
                        "SELECT count(*) FROM orders WHERE customer_id LIKE 'c-%' AND items @> ?::jsonb",
                        "[{\"product_id\": \"scarce\"}]"))
                .isEqualTo(100);
        assertThat(shops.get(0).get("/inventory/scarce").json().get("available").asInt())
                .isZero();
    }

    @Test
    void place_ordersOfSeveralUnits_neverMoreThanThereIs() {
        product("mixed", 50, 50);

        List<Answer> answers = persistently(120, i -> of("c-" + i, "mixed", 1 + i % 7));

        long sold = engine.number(HELD, "mixed");
        assertThat(byOutcome(answers).keySet()).containsExactly("201", "422 insufficient_stock");
        assertThat(sold).isEqualTo(engine.number("SELECT sum(reserved) FROM stock WHERE product_id = 'mixed'"));
        // The last units may be fewer than anybody still asks for, but one of them can never be left over by mistake.
        assertThat(sold).isBetween(94L, 100L);
    }

    @Test
    void place_linesInOppositeOrder_onTwoEngines_neverDeadlocks() {
        product("left", 100_000, 0);
        product("right", 100_000, 0);
        double before = deadlocks();

        List<Answer> answers = persistently(400, i -> i / 2 % 2 == 0 ? pair("left", "right") : pair("right", "left"));

        assertThat(byOutcome(answers)).isEqualTo(Map.of("201", 400L));
        assertThat(deadlocks()).isEqualTo(before);
        assertThat(engine.number(HELD, "left")).isEqualTo(400);
        assertThat(engine.number("SELECT reserved FROM stock WHERE product_id = 'right' AND location_id = 'loc-main'"))
                .isEqualTo(400);
    }

    @Test
    void place_50TimesWithOneKey_isOneOrderAndOneAnswer() {
        ObjectNode order = of("c-eager", "sku-0001", 1);

        List<Answer> answers = all(IntStream.range(0, 50)
                .mapToObj(i -> shop(i).placeLater(order, "Idempotency-Key", "eager"))
                .toList());

        Set<String> bodies = new HashSet<>();
        for (Answer answer : answers) {
            assertThat(answer.status()).as(answer.body()).isIn(201, 409);
            if (answer.status() == 201) {
                bodies.add(answer.body());
            }
        }
        assertThat(bodies).hasSize(1);
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 201
                                && answer.header("Idempotency-Replayed").isEmpty()))
                .hasSize(1);
        assertThat(engine.number("SELECT count(*) FROM orders WHERE customer_id = 'c-eager'"))
                .isEqualTo(1);
        assertThat(shops.get(1).place(order, "Idempotency-Key", "eager").body())
                .isEqualTo(bodies.iterator().next());
    }

    @Test
    void place_differentBodiesWithOneKey_placesOneOfThem() {
        List<Answer> answers = all(IntStream.range(0, 40)
                .mapToObj(i -> shop(i).placeLater(of("c-fickle", "sku-0001", 1 + i % 2), "Idempotency-Key", "fickle"))
                .toList());

        assertThat(byOutcome(answers)).isEqualTo(Map.of("201", 20L, "422 idempotency_key_reused", 20L));
        assertThat(engine.number("SELECT count(*) FROM orders WHERE customer_id = 'c-fickle'"))
                .isEqualTo(1);
    }

    @Test
    void place_whileThePriceChanges_neverTakesAStalePrice() {
        product("volatile", 100_000, 0);
        List<CompletableFuture<Answer>> placing = new ArrayList<>();
        for (int price = 1001; price <= 1020; price++) {
            engine.change("UPDATE prices SET amount = ? WHERE product_id = 'volatile'", (long) price);
            for (int i = 0; i < 20; i++) {
                placing.add(shop(i).placeLater(of("c-volatile-" + price, "volatile", 1)));
            }
            // One answer at each price, so that the change falls among orders under way.
            placing.get(placing.size() - 20).join();
        }

        List<Answer> answers = all(placing);

        // Where the machine is slow some are told to come back, which takes no price at all.
        assertThat(byOutcome(answers).keySet()).isSubsetOf("201", "422 price_changed", "503 dependency_unavailable");
        // Each round was sent after its price was committed: an older one would have been stale.
        assertThat(engine.texts("""
                        SELECT customer_id || ' paid ' || total_amount FROM orders
                        WHERE customer_id LIKE 'c-volatile-%' AND total_amount < substr(customer_id, 12)::bigint""")).isEmpty();
        assertThat(engine.number(
                        "SELECT count(DISTINCT total_amount) FROM orders WHERE customer_id LIKE 'c-volatile-%'"))
                .isGreaterThan(1);
    }

    @Test
    void place_withAPriceThatIsNoMore_isAPriceMismatch() {
        product("repriced", 100, 0);
        ObjectNode order = of("c-1", "repriced", 1);
        ((ObjectNode) order.get("items").get(0)).put("unit_price", "10.00");
        assertThat(shops.get(0).place(order).status()).isEqualTo(201);

        engine.change("UPDATE prices SET amount = 1100 WHERE product_id = 'repriced'");
        Answer answer = shops.get(0).place(order);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text("code")).isEqualTo("price_mismatch");
    }

    private static List<Answer> persistently(int clients, IntFunction<ObjectNode> order) {
        return Persistent.answers(clients, (i, key) -> shop(i).placeLater(order.apply(i), "Idempotency-Key", key));
    }

    private static Api shop(int i) {
        return shops.get(i % shops.size());
    }

    private static ObjectNode pair(String first, String second) {
        return with(of("c-pair", first, 1), second, 1);
    }

    private static void product(String id, int atMain, int inCity) {
        engine.change("INSERT INTO products (product_id, name) VALUES (?, ?)", id, id);
        engine.change("INSERT INTO prices VALUES (?, 'USD', 1000)", id);
        engine.change(
                "INSERT INTO stock (product_id, location_id, on_hand) VALUES (?, 'loc-main', ?), (?, 'loc-city', ?)",
                id,
                atMain,
                id,
                inCity);
    }

    private static double deadlocks() {
        return engine.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }

    private static List<Answer> all(Collection<CompletableFuture<Answer>> answers) {
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private static Map<String, Long> byOutcome(List<Answer> answers) {
        return answers.stream()
                .collect(Collectors.groupingBy(
                        answer -> answer.status() == 201 ? "201" : answer.status() + " " + answer.text("code"),
                        TreeMap::new,
                        Collectors.counting()));
    }
}
