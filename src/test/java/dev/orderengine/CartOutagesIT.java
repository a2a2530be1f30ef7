package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.RedisServer;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Carts whose time is over, or whose Redis is away: nothing else suffers, and nothing has to be started again. */
@ExtendWith(SharedServices.class)
@Timeout(180)
class CartOutagesIT {

    private static final String CART =
            "{\"customer_id\": \"c-1\", \"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}";
    private static final String PAYMENT = "{\"payment_method\": \"credit_card\", \"payment_token\": \"tok_visa\"}";
    private static final Duration EXPIRY = Duration.ofSeconds(3);
    private static final Duration RECOVERY = Duration.ofSeconds(60);
    /** What the specification promises, and what a busy test machine may add to it. */
    private static final long REFUSED_WITHIN_MILLIS = 2_000 + 300;

    private static RedisServer redis;
    private static RunningEngine engine;
    private static Api shop;

    private final String cart = "/carts/" + UUID.randomUUID();

    /** How Redis is taken away. */
    enum Outage {
        STOPPED {
            @Override
            void begin() {
                redis.stop();
            }

            @Override
            void end() {
                redis.start();
            }
        },
        HANGING {
            @Override
            void begin() {
                redis.pause();
            }

            @Override
            void end() {
                redis.resume();
            }
        };

        abstract void begin();

        abstract void end();
    }

    @BeforeAll
    static void start(Services services) {
        redis = services.redis();
        var settings = new HashMap<>(RunningEngine.API_ONLY);
        settings.put("ENGINE_REDIS_TIMEOUT", "PT0.5S");
        settings.put("ENGINE_CARTS_EXPIRY", EXPIRY.toString());
        settings.put("ENGINE_HTTP_MAX_IN_FLIGHT", "100");
        engine = RunningEngine.start(services, CartOutagesIT.class, settings);
        shop = engine.as("service");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void cart_thatIsReadButNotChanged_expires() {
        shop.put(cart, CART);
        Answer changed = shop.put(cart + "/items/sku-0002", "{\"quantity\": 1}");
        var expiresAt = Instant.parse(changed.text("expires_at"));

        // Each look is a read, and must not keep the cart alive.
        await("the cart expires").atMost(RECOVERY).until(() -> shop.get(cart).status() == 404);

        assertThat(Instant.now()).isBetween(expiresAt.minusMillis(5), expiresAt.plusSeconds(2));
        assertThat(shop.post(cart + "/checkout", PAYMENT).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(Outage.class)
    void carts_whileRedisIsAway_areRefusedInTimeAndAloneAndComeBackByThemselves(Outage outage) {
        assertThat(shop.put(cart, CART).status()).isEqualTo(201);
        outage.begin();
        try {
            for (var i = 0; i < 3; i++) {
                assertRefusedInTime();
            }
            var flood =
                    IntStream.range(0, 200).mapToObj(i -> shop.getLater(cart)).toList();
            assertThat(placeMillis()).allMatch(millis -> millis < REFUSED_WITHIN_MILLIS);
            assertThat(flood).extracting(answer -> answer.join().status()).containsOnly(503);
            assertThat(shop.get("/products/sku-0001").status()).isEqualTo(200);
        } finally {
            outage.end();
        }

        await("carts are back")
                .atMost(RECOVERY)
                .until(() -> shop.put(cart, CART).status() < 300);
        var order = shop.post(cart + "/checkout", PAYMENT);
        assertThat(order.status()).as(order.body()).isEqualTo(201);
        assertThat(shop.get(cart).status()).isEqualTo(404);
    }

    @Test
    void cart_whoseRemovalFails_isGoneWhenRedisIsBack() throws Exception {
        shop.put(cart, CART);
        CompletableFuture<Answer> ordering;
        try (var connection = engine.connect()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
            }
            ordering = shop.postLater(cart + "/checkout", PAYMENT, "Idempotency-Key", cart);
            await("the placement waits for the lock").atMost(RECOVERY).until(() -> engine.number("""
                    SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'orders'::regclass""") > 0);
            redis.pause();
            connection.rollback();
        }
        Answer order;
        try {
            order = ordering.get(RECOVERY.toSeconds(), TimeUnit.SECONDS);
        } finally {
            redis.resume();
        }

        assertThat(order.status()).as(order.body()).isIn(201, 503);
        await("the cart is gone").atMost(RECOVERY).until(() -> shop.get(cart).status() == 404);
        var again = shop.post(cart + "/checkout", PAYMENT, "Idempotency-Key", cart);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("Idempotency-Replayed")).contains("true");
        assertThat(engine.number("SELECT count(*) FROM idempotency_keys WHERE key = ?", cart))
                .isEqualTo(1);
    }

    private void assertRefusedInTime() {
        var begin = System.nanoTime();
        var answers = Stream.of(
                        shop.getLater(cart),
                        shop.putLater(cart, CART),
                        shop.putLater(cart + "/items/sku-0002", "{\"quantity\": 1}"),
                        shop.postLater(cart + "/checkout", PAYMENT))
                .map(CompletableFuture::join)
                .toList();
        assertThat(Duration.ofNanos(System.nanoTime() - begin).toMillis()).isLessThan(REFUSED_WITHIN_MILLIS);
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            assertThat(answer.text("code")).isEqualTo("dependency_unavailable");
            assertThat(answer.header("Retry-After")).isPresent();
        });
    }

    private static List<Long> placeMillis() {
        var took = new ArrayList<Long>();
        for (var i = 0; i < 10; i++) {
            var begin = System.nanoTime();
            var answer = shop.place(OrderRequests.of("c-" + i, "sku-0001", 1));
            assertThat(answer.status()).as(answer.body()).isEqualTo(201);
            took.add(Duration.ofNanos(System.nanoTime() - begin).toMillis());
        }
        return took;
    }
}
