package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.EngineProcess;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Engines that are killed with {@code kill -9} while carts are ordered. Each cart is ordered again, under a new key each time, until
 * that is answered with 201 or 404; then there must be one order of it, and no cart.
 */
@ExtendWith(SharedServices.class)
@Timeout(420)
@Tag("chaos")
class CartKillIT {

    private static final int CLIENTS = 8;
    private static final int KILLS = 4;
    private static final int CARTS_BETWEEN_KILLS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final String PAYMENT = "{\"payment_method\": \"credit_card\", \"payment_token\": \"tok_visa\"}";

    private final AtomicReference<EngineProcess> engine = new AtomicReference<>();
    /** How it ended, by cart. */
    private final Map<String, Integer> ordered = new ConcurrentHashMap<>();

    private volatile boolean ending;
    private String token;

    @Test
    void engine_killedWhileCartsAreOrdered_ordersEachOnce(Services services) throws InterruptedException {
        try (var site = RunningEngine.start(services, CartKillIT.class, RunningEngine.API_ONLY)) {
            var environment = new HashMap<>(site.environment());
            environment.put("ENGINE_REDIS_TIMEOUT", "PT1S");
            token = site.tokens().token("service");
            engine.set(EngineProcess.start(EngineProcess.CLASSES, environment));
            var clients = Executors.newFixedThreadPool(CLIENTS);
            try {
                for (var i = 0; i < CLIENTS; i++) {
                    clients.execute(this::orderCarts);
                }
                for (var kill = 0; kill < KILLS; kill++) {
                    awaitMoreCarts();
                    engine.get().kill();
                    engine.set(EngineProcess.start(EngineProcess.CLASSES, environment));
                }
                awaitMoreCarts();
            } finally {
                ending = true;
                clients.shutdown();
                assertThat(clients.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                engine.get().close();
            }

            assertThat(site.texts("SELECT customer_id FROM orders"))
                    .containsExactlyInAnyOrderElementsOf(ordered.keySet());
            assertThat(ordered.keySet())
                    .allSatisfy(cart -> assertThat(
                                    site.as("service").get("/carts/" + cart).status())
                            .as(cart)
                            .isEqualTo(404));
            assertThat(Books.findings(site)).isEmpty();
        }
    }

    private void awaitMoreCarts() {
        var wanted = ordered.size() + CARTS_BETWEEN_KILLS;
        await("carts are ordered").atMost(PATIENCE).until(() -> ordered.size() >= wanted);
    }

    private void orderCarts() {
        while (!ending) {
            var cart = UUID.randomUUID().toString();
            var body = "{\"customer_id\": \"%s\", \"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}"
                    .formatted(cart);
            until(List.of(200, 201), () -> api().put("/carts/" + cart, body));
            ordered.put(
                    cart,
                    until(
                            List.of(201, 404),
                            () -> api().post(
                                            "/carts/" + cart + "/checkout",
                                            PAYMENT,
                                            "Idempotency-Key",
                                            UUID.randomUUID().toString())));
        }
    }

    private int until(List<Integer> wanted, java.util.function.Supplier<Answer> call) {
        while (true) {
            try {
                var status = call.get().status();
                if (wanted.contains(status)) {
                    return status;
                }
                assertThat(status).isIn(409, 503);
            } catch (CompletionException killed) {
                // Tried again.
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private Api api() {
        return engine.get().as(token);
    }
}
