package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.Management;
import dev.orderengine.support.RedisAccess;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Carts become orders, once: whoever orders them, however often, on two engines, and whatever died in between. */
@ExtendWith(SharedServices.class)
class CheckoutIT {

    private static final String KEY = "Idempotency-Key";

    private static RunningEngine engine;
    private static RedisAccess redis;
    private static List<Api> shops;
    private static Api shop;

    private final String id = UUID.randomUUID().toString();
    private final String cart = "/carts/" + id;
    /** Tells the orders of one test from those of another. */
    private final String customer = "c-" + id;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, CheckoutIT.class, RunningEngine.API_ONLY);
        engine.startAnother();
        redis = new RedisAccess(services.redis());
        shops = List.of(engine.as(0, "service"), engine.as(1, "service"));
        shop = shops.get(0);
    }

    @AfterAll
    static void stop() {
        assertThat(Books.findings(engine)).isEmpty();
        redis.close();
        engine.close();
    }

    @Test
    void checkout_cart_isOrderedAndGone() {
        put("sku-0001", 2);
        ObjectNode rest = payment().put("shipping_address", "1 Main St").put("expected_total", "39.98");
        rest.withObjectProperty("metadata").put("source", "web");

        Answer answer = checkout(rest);

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.header("Location")).contains("/api/v1/orders/" + answer.text("order_id"));
        assertThat(answer.header("Idempotency-Replayed")).isEmpty();
        Answer order = shop.get("/orders/" + answer.text("order_id"));
        assertThat(order.text("customer_id")).isEqualTo(customer);
        assertThat(order.text("total_amount")).isEqualTo("39.98");
        assertThat(order.text("shipping_address")).isEqualTo("1 Main St");
        assertThat(order.json().at("/metadata/source").asText()).isEqualTo("web");
        assertThat(order.json().at("/items/0/quantity").asInt()).isEqualTo(2);
        assertThat(engine.text("SELECT actor FROM order_events WHERE order_id = ?", orderId(answer)))
                .isEqualTo("dev-service");
        assertThat(shop.get(cart).status()).isEqualTo(404);
        assertThat(checkout(payment()).status()).isEqualTo(404);
    }

    @Test
    void checkout_50TimesAtOnceWithoutAKey_isOneOrder() {
        put("sku-0001", 1);

        List<Answer> answers = fifty(i -> new String[0]);

        assertOneOrder(answers);
    }

    @Test
    void checkout_50TimesAtOnceUnder50Keys_isOneOrder() {
        put("sku-0001", 1);

        List<Answer> answers = fifty(i -> new String[] {KEY, id + "/" + i});

        assertOneOrder(answers);
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).status() == 201) {
                assertThat(checkout(payment(), KEY, id + "/" + i).body())
                        .isEqualTo(answers.get(i).body());
            }
        }
    }

    @Test
    void checkout_50TimesAtOnceUnderOneKey_isOneOrder_andReplayedEverAfter() {
        put("sku-0001", 1);

        List<Answer> answers = fifty(i -> new String[] {KEY, id});

        assertOneOrder(answers);
        Answer later = shops.get(1).post(cart + "/checkout", payment().toString(), KEY, id);
        assertThat(later.status()).isEqualTo(201);
        assertThat(later.header("Idempotency-Replayed")).contains("true");
        assertThat(answers).extracting(Answer::body).contains(later.body());
    }

    @Test
    void checkout_underASpentKeyWithAnotherBody_isRefused() {
        put("sku-0001", 1);
        checkout(payment(), KEY, id);
        put("sku-0001", 1);

        Answer other = checkout(payment().put("shipping_address", "elsewhere"), KEY, id);

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text("code")).isEqualTo("idempotency_key_reused");
        assertThat(shop.get(cart).status()).isEqualTo(200);
        assertThat(orders()).isEqualTo(1);
    }

    @Test
    void checkout_ofTwoCartsAtOnceUnderOneKey_isOneOrder() {
        for (int round = 0; round < 10; round++) {
            String key = id + "/" + round;
            List<String> carts = List.of("/carts/" + UUID.randomUUID(), "/carts/" + UUID.randomUUID());
            carts.forEach(path -> put(path, "sku-0001", 1));

            List<Answer> answers = carts.stream()
                    .map(path -> shop.postLater(path + "/checkout", payment().toString(), KEY, key))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();

            assertThat(byOutcome(answers)).isEqualTo(Map.of("201", 1L, "422 idempotency_key_reused", 1L));
        }
        assertThat(orders()).isEqualTo(10);
    }

    @Test
    void checkout_thatIsRefused_leavesTheCartAndTheKey() {
        put("sku-0100", 4);

        Answer refused = checkout(payment(), KEY, id);

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.errors()).containsExactly("cart/items/0/quantity insufficient_stock");
        assertThat(refused.text("status")).isEqualTo("rejected");
        assertThat(shop.put(cart + "/items/sku-0100", "{\"quantity\": 1}").status())
                .isEqualTo(200);
        assertThat(checkout(payment(), KEY, id).status()).isEqualTo(201);
        assertThat(orders()).isEqualTo(1);
    }

    @Test
    void checkout_faultyBody_namesEveryFaultAndLeavesTheCart() {
        put("sku-0001", 1);

        Answer faulty = checkout(payment()
                .put("payment_method", "gold")
                .put("items", "none")
                .put("customer_id", "c-other")
                .put("expected_total", "1.999"));

        assertThat(faulty.status()).isEqualTo(422);
        assertThat(faulty.errors())
                .containsExactlyInAnyOrder(
                        "/items unknown_field",
                        "/payment_method unknown_payment_method",
                        "/customer_id customer_mismatch",
                        "/expected_total invalid_amount");
        assertThat(checkout(payment().put("expected_total", "1.99")).errors())
                .containsExactly("/expected_total total_changed");
        assertThat(shop.post(cart + "/checkout", "{").status()).isEqualTo(400);
        assertThat(checkout(payment().put("shipping_address", "4242 4242 4242 4242"))
                        .text("code"))
                .isEqualTo("card_number_not_allowed");
        assertThat(checkout(payment()).status()).isEqualTo(201);
    }

    @Test
    void checkout_emptyOrUnorderableCart_isRefused() {
        shop.put(cart, "{\"customer_id\": \"" + customer + "\", \"items\": []}");
        assertThat(checkout(payment()).errors()).containsExactly("cart/items cart_empty");

        put("unheard-of", 1);
        assertThat(checkout(payment()).errors()).containsExactly("cart/items/0/product_id unknown_product");
    }

    @Test
    void checkout_underAnotherVersion_isRefused() {
        String old = put("sku-0001", 1).header("ETag").orElseThrow();
        String current = put("sku-0001", 2).header("ETag").orElseThrow();

        assertThat(checkout(payment(), "If-Match", old).status()).isEqualTo(412);
        assertThat(checkout(payment(), "If-Match", current).status()).isEqualTo(201);
    }

    @Test
    void checkout_ofAnAnonymousCart_isForWhoeverIsNamedOrForTheCaller() {
        shop.put(cart, "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}");
        assertThat(checkout(payment()).errors()).containsExactly("/customer_id required");
        assertThat(checkout(payment().put("customer_id", customer)).status()).isEqualTo(201);
        assertThat(orders()).isEqualTo(1);

        Api self = engine.asCustomer(customer);
        self.put(cart, "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}");
        assertThat(self.post(
                                cart + "/checkout",
                                payment().put("customer_id", "c-other").toString())
                        .text("code"))
                .isEqualTo("not_your_customer");
        assertThat(self.post(cart + "/checkout", payment().toString()).status()).isEqualTo(201);
        assertThat(orders()).isEqualTo(2);
    }

    @Test
    void checkout_ofACartThatIsPutAgain_isAnotherOrder() {
        put("sku-0001", 1);
        Answer first = checkout(payment());
        put("sku-0001", 1);
        Answer second = checkout(payment());

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.text("order_id")).isNotEqualTo(first.text("order_id"));
    }

    @Test
    void cart_whoseEngineDiedAfterTheOrderWasDurable_isGone() {
        put("sku-0001", 1);
        Answer order = diedAfterCommit();

        assertThat(shop.get(cart).status()).isEqualTo(404);
        assertThat(redis.exists("cart:" + id)).isFalse();
        assertThat(checkout(payment()).status()).isEqualTo(404);
        assertThat(orders()).isEqualTo(1);
        assertThat(order.status()).isEqualTo(201);
    }

    @Test
    void checkout_afterTheEngineDiedWhenTheOrderWasDurable_isReplayed() {
        put("sku-0001", 1);
        Answer first = diedAfterCommit();

        Answer again = checkout(payment().put("payment_token", "tok_declined"), KEY, id);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("Idempotency-Replayed")).contains("true");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(checkout(payment().put("payment_token", "tok_declined"), KEY, id)
                        .body())
                .isEqualTo(first.body());
        assertThat(shop.get(cart).status()).isEqualTo(404);
        assertThat(orders()).isEqualTo(1);
    }

    @Test
    void change_afterTheEngineDiedWhenTheOrderWasDurable_findsNoCart() {
        put("sku-0001", 1);
        diedAfterCommit();
        assertThat(shop.put(cart + "/items/sku-0002", "{\"quantity\": 1}").status())
                .isEqualTo(404);

        put("sku-0001", 1);
        diedAfterCommit();
        assertThat(shop.put(cart, "{\"items\": []}", "If-Match", "*").status()).isEqualTo(412);
        assertThat(put("sku-0001", 1).status()).as("put anew").isEqualTo(201);
        assertThat(checkout(payment()).status()).isEqualTo(201);
        assertThat(orders()).isEqualTo(3);
    }

    @Test
    void cart_whoseCheckoutIsUnderWay_isSeenButNotChangedOrOrdered() {
        put("sku-0001", 1);
        redis.send("HSET", "cart:" + id, "checkout", Long.toString(System.currentTimeMillis()));

        assertThat(shop.get(cart).status()).isEqualTo(200);
        for (Answer busy : List.of(
                put("sku-0001", 2), shop.put(cart + "/items/sku-0002", "{\"quantity\": 1}"), checkout(payment()))) {
            assertThat(busy.status()).isEqualTo(409);
            assertThat(busy.text("code")).isEqualTo("cart_in_checkout");
            assertThat(busy.header("Retry-After")).contains("1");
        }
        assertThat(orders()).isZero();
    }

    @Test
    void cart_whoseEngineDiedBeforeTheOrderWasDurable_isChangedAndOrderedAgainAfterAWhile() {
        put("sku-0001", 1);
        abandonCheckout();
        assertThat(shop.put(cart + "/items/sku-0002", "{\"quantity\": 1}").status())
                .isEqualTo(200);

        abandonCheckout();
        Answer order = checkout(payment());

        assertThat(order.status()).isEqualTo(201);
        assertThat(order.text("total_amount")).isEqualTo("40.98");
        assertThat(orders()).isEqualTo(1);
    }

    @Test
    void checkout_ofACartThatWasOrderedBeforeItWasChanged_isRefusedUntilItIsPutAnew() {
        put("sku-0001", 1);
        byte[] before = redis.dump("cart:" + id);
        checkout(payment());
        // As after a failover of Redis that lost the mark and the removal.
        redis.restore("cart:" + id, before);
        assertThat(shop.put(cart + "/items/sku-0002", "{\"quantity\": 1}").status())
                .isEqualTo(200);

        Answer answer = checkout(payment(), KEY, id);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text("code")).isEqualTo("cart_checked_out");
        assertThat(orders()).isEqualTo(1);
        put("sku-0001", 1);
        assertThat(checkout(payment(), KEY, id).status()).isEqualTo(201);
    }

    @Test
    void checkouts_areCountedByOutcome() {
        Management management = new Management(engine.managementPort());
        put("sku-0001", 1);
        checkout(payment(), KEY, id);
        checkout(payment(), KEY, id);
        checkout(payment());

        assertThat(management.metric("cart_checkouts_total", "outcome=\"placed\""))
                .isPositive();
        assertThat(management.metric("cart_checkouts_total", "outcome=\"replayed\""))
                .isPositive();
        assertThat(management.metric("cart_checkouts_total", "outcome=\"not_found\""))
                .isPositive();
        assertThat(management.metric("redis_calls_seconds_count", "kind=\"write\"", "outcome=\"ok\""))
                .isPositive();
        assertThat(management.metric("redis_calls_seconds_count", "kind=\"read\"", "outcome=\"ok\""))
                .isPositive();
    }

    /** Leaves the cart as an engine leaves it that ordered it and died before it could remove it. */
    private Answer diedAfterCommit() {
        byte[] before = redis.dump("cart:" + id);
        Answer order = checkout(payment());
        redis.restore("cart:" + id, before);
        redis.send("HSET", "cart:" + id, "checkout", Long.toString(System.currentTimeMillis()));
        return order;
    }

    private void abandonCheckout() {
        redis.send("HSET", "cart:" + id, "checkout", Long.toString(System.currentTimeMillis() - 60_000));
    }

    private Answer put(String productId, int quantity) {
        return put(cart, productId, quantity);
    }

    private Answer put(String path, String productId, int quantity) {
        return shop.put(path, """
                {"customer_id": "%s", "items": [{"product_id": "%s", "quantity": %d}]}""".formatted(customer, productId, quantity));
    }

    private Answer checkout(ObjectNode rest, String... headers) {
        return shop.post(cart + "/checkout", rest.toString(), headers);
    }

    private List<Answer> fifty(IntFunction<String[]> headers) {
        return IntStream.range(0, 50)
                .mapToObj(i ->
                        shops.get(i % 2).postLater(cart + "/checkout", payment().toString(), headers.apply(i)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private void assertOneOrder(List<Answer> answers) {
        assertThat(byOutcome(answers).keySet())
                .isSubsetOf("201", "404 not_found", "409 cart_in_checkout")
                .contains("201");
        Set<String> placed = answers.stream()
                .filter(answer -> answer.status() == 201)
                .map(Answer::body)
                .collect(Collectors.toSet());
        assertThat(placed).hasSize(1);
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 201
                                && answer.header("Idempotency-Replayed").isEmpty()))
                .hasSize(1);
        assertThat(orders()).isEqualTo(1);
        assertThat(shop.get(cart).status()).isEqualTo(404);
    }

    private static ObjectNode payment() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("payment_method", "credit_card")
                .put("payment_token", "tok_visa");
    }

    private long orders() {
        return engine.number("SELECT count(*) FROM orders WHERE customer_id = ?", customer);
    }

    private static UUID orderId(Answer answer) {
        return UUID.fromString(answer.text("order_id"));
    }

    private static Map<String, Long> byOutcome(List<Answer> answers) {
        return answers.stream()
                .collect(Collectors.groupingBy(
                        answer -> answer.status() == 201 ? "201" : answer.status() + " " + answer.text("code"),
                        TreeMap::new,
                        Collectors.counting()));
    }
}
