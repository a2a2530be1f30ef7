package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever comes together (orders, batches of them, expiries, cancellations, deliveries and stocktakings, on two engines),
 * stock is conserved at all times: what is there and what left is what was stocked in, and what is reserved is held by live orders.
 */
@ExtendWith(SharedServices.class)
@Timeout(120)
class StockConservationIT {

    private static final List<String> PRODUCTS = List.of("busy-1", "busy-2", "busy-3");
    private static final List<String> LOCATIONS = List.of("loc-city", "loc-main");
    private static final int IN_STOCK = 30;
    private static final int WORKERS = 8;
    private static final int ACTIONS = 30;
    private static final Set<Integer> EXPECTED = Set.of(200, 201, 207, 409, 412, 422, 503);

    private static RunningEngine engine;
    private static ExecutorService threads;

    private final Map<String, Long> stockedIn = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> placed = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(
                services,
                StockConservationIT.class,
                Map.of(
                        "ENGINE_ENGINE_ROLES", "api,sweeper",
                        "ENGINE_ORDERS_PAYMENT_EXPIRY", "PT1S",
                        "ENGINE_ORDERS_SWEEP_INTERVAL", "PT0.1S"));
        engine.startAnother();
        threads = Executors.newFixedThreadPool(WORKERS);
        PRODUCTS.forEach(product -> engine.as("operator")
                .put("/products/" + product, "{\"name\": \"Busy\", \"prices\": {\"USD\": \"1.00\"}}"));
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void anythingTogether_conservesStock(long seed) throws Exception {
        for (var product : PRODUCTS) {
            for (var location : LOCATIONS) {
                stockedIn.put(product + " " + location, stockedIn(product, location));
                adjust(engine.as("operator"), product, location, IN_STOCK);
            }
        }

        var workers = IntStream.range(0, WORKERS)
                .mapToObj(i -> threads.submit(worker(i, new Random(seed * 1_000 + i))))
                .toList();
        await("all is done").atMost(Duration.ofSeconds(60)).until(() -> {
            assertThat(Books.findings(engine)).as("meanwhile, seed %d", seed).isEmpty();
            return workers.stream().allMatch(Future::isDone);
        });
        for (Future<?> worker : workers) {
            worker.get();
        }

        assertThat(Books.findings(engine)).as("seed %d", seed).isEmpty();
        assertThat(counted()).as("seed %d", seed).isEqualTo(new TreeMap<>(stockedIn));
        assertThat(answers).allMatch(answer -> EXPECTED.contains(answer.status()));
        assertThat(answers).extracting(Answer::status).contains(200, 201, 207, 422);
        await("orders expired as well")
                .atMost(Duration.ofSeconds(20))
                .until(() -> engine.number("SELECT count(*) FROM orders WHERE cancel_reason = 'expired'") > 0);
        assertThat(Books.findings(engine)).as("seed %d", seed).isEmpty();
    }

    private Callable<Void> worker(int number, Random random) {
        var shop = engine.as(number % 2, "service");
        var keeper = engine.as(number % 2, "operator");
        return () -> {
            seen(shop.place(OrderRequests.of("c-greedy", PRODUCTS.get(0), 1_000)));
            for (var i = 0; i < ACTIONS; i++) {
                act(shop, keeper, random);
            }
            return null;
        };
    }

    private void act(Api shop, Api keeper, Random random) {
        var dice = random.nextInt(100);
        if (dice < 45) {
            order(shop, random);
        } else if (dice < 55) {
            batch(shop, random);
        } else if (dice < 75) {
            cancel(shop);
        } else if (dice < 92) {
            adjust(keeper, any(PRODUCTS, random), any(LOCATIONS, random), random.nextInt(17) - 7);
        } else {
            count(keeper, any(PRODUCTS, random), any(LOCATIONS, random), random.nextInt(2 * IN_STOCK));
        }
    }

    private void order(Api shop, Random random) {
        var answer = seen(shop.place(
                anyOrder(random), "Idempotency-Key", UUID.randomUUID().toString()));
        if (answer.status() == 201) {
            placed.add(answer.text("order_id"));
        }
    }

    private void batch(Api shop, Random random) {
        var orders = Stream.generate(() -> anyOrder(random)
                        .put("idempotency_key", UUID.randomUUID().toString()))
                .limit(5)
                .toList();
        seen(shop.post("/orders/batch", orders.toString()))
                .elements("results")
                .filter(result -> result.get("status").asInt() == 201)
                .forEach(
                        result -> placed.add(result.get("order").get("order_id").asText()));
    }

    private void cancel(Api shop) {
        var orderId = placed.poll();
        if (orderId != null) {
            seen(shop.post(
                    "/orders/" + orderId + "/cancel",
                    "{}",
                    "Idempotency-Key",
                    UUID.randomUUID().toString()));
        }
    }

    /** Sends it twice with one key, as a client does that got no answer; what was refused at first may be taken then. */
    private void adjust(Api keeper, String product, String location, int by) {
        var change = "{\"adjust\": " + by + "}";
        var key = UUID.randomUUID().toString();
        var first = put(keeper, product, location, change, "Idempotency-Key", key);
        var second = put(keeper, product, location, change, "Idempotency-Key", key);
        if (first.status() < 300 || second.status() < 300) {
            stockedIn.merge(product + " " + location, (long) by, Long::sum);
        }
    }

    /** Sets what is on hand, if it is still what was read: then the difference is known. */
    private void count(Api keeper, String product, String location, int onHand) {
        var levels = keeper.get("/inventory/" + product);
        var etag = levels.header("ETag").orElseThrow();
        var key = UUID.randomUUID().toString();
        var change = "{\"on_hand\": " + onHand + "}";
        if (put(keeper, product, location, change, "If-Match", etag, "Idempotency-Key", key)
                        .status()
                == 200) {
            stockedIn.merge(product + " " + location, onHand - onHand(levels, location), Long::sum);
        }
    }

    /** Repeats it while nobody can say whether it was done. */
    private Answer put(Api keeper, String product, String location, String change, String... headers) {
        var answer = keeper.put("/inventory/" + product + "/locations/" + location, change, headers);
        return answer.status() == 503 ? put(keeper, product, location, change, headers) : seen(answer);
    }

    private Answer seen(Answer answer) {
        answers.add(answer);
        return answer;
    }

    private static ObjectNode anyOrder(Random random) {
        var products = new ArrayList<>(PRODUCTS);
        Collections.shuffle(products, random);
        var order = OrderRequests.of("c-" + random.nextInt(20), products.get(0), 1 + random.nextInt(4));
        if (random.nextBoolean()) {
            OrderRequests.with(order, products.get(1), 1 + random.nextInt(4));
        }
        return order;
    }

    private static <T> T any(List<T> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }

    private static long onHand(Answer levels, String location) {
        return levels.elements("locations")
                .filter(level -> level.get("location_id").asText().equals(location))
                .mapToLong(level -> level.get("on_hand").asLong())
                .findFirst()
                .orElse(0);
    }

    /** What is there and what left, less what came back, by product and location. */
    private static Map<String, Long> counted() {
        var counted = new TreeMap<String, Long>();
        for (var product : PRODUCTS) {
            for (var location : LOCATIONS) {
                counted.put(product + " " + location, stockedIn(product, location));
            }
        }
        return counted;
    }

    private static long stockedIn(String product, String location) {
        return engine.number(
                "SELECT coalesce(sum(on_hand + shipped - restocked), 0) FROM stock WHERE product_id = ? AND location_id = ?",
                product,
                location);
    }
}
