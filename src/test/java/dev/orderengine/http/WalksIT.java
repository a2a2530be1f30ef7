package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lists are walked page by page while orders, products and changes of what is listed arrive from four threads: nothing comes twice, and
 * nothing is left out that was there at the start.
 */
@ExtendWith(SharedServices.class)
class WalksIT {

    private static final int WRITERS = 4;
    private static final int THERE = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String FULFIL =
            "UPDATE orders SET status = 'fulfilled', payment_status = 'captured', fulfillment_status = 'fulfilled'";
    /** What was there at the start, newest first. */
    private static final List<String> ORDERS = new ArrayList<>();

    private static final AtomicInteger ARRIVED = new AtomicInteger();

    private static RunningEngine engine;
    private static Api shop;
    private static String changing;
    private static ExecutorService threads;
    private static List<CompletableFuture<Void>> writers;
    private static volatile boolean ending;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, WalksIT.class, RunningEngine.API_ONLY);
        shop = engine.as("admin");
        for (int i = 0; i < THERE; i++) {
            ORDERS.add(0, place("c-walk"));
        }
        engine.change(FULFIL);
        changing = place("c-other");
        threads = Executors.newFixedThreadPool(WRITERS);
        writers = IntStream.range(0, WRITERS)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> write(writer), threads))
                .toList();
    }

    @AfterAll
    static void stop() {
        ending = true;
        writers.forEach(CompletableFuture::join);
        threads.shutdown();
        engine.close();
    }

    /** Orders that meet some of the filters, products among the others, and changes of what is listed. */
    private static void write(int writer) {
        for (int n = writer; !ending; n++) {
            String order = place(n % 2 == 0 ? "c-walk" : "c-other");
            if (n % 4 < 2) {
                engine.change(FULFIL + " WHERE id = ?", UUID.fromString(order));
            }
            expect(201, shop.put("/products/" + UUID.randomUUID(), "{\"name\": \"new\", \"prices\": {}}"));
            expect(200, shop.patch("/orders/" + changing, "{\"metadata\": {\"n\": \"" + n + "\"}}", "If-Match", "*"));
            engine.change("UPDATE orders SET updated_at = now() WHERE id = ?", UUID.fromString(ORDERS.get(n % THERE)));
            ARRIVED.incrementAndGet();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "customer_id=c-walk",
                "status=fulfilled",
                "payment_status=captured",
                "fulfillment_status=fulfilled",
                "created_from=2026-01-01T00:00:00Z",
                "created_to=2126-01-01T00:00:00Z",
                "customer_id=c-walk&status=fulfilled&payment_status=captured&fulfillment_status=fulfilled"
            })
    void orders_walkedWhileOthersArrive_haveNoDuplicateAndNoGap(String filter) {
        List<String> seen = walked("/orders?limit=12&" + filter, "order_id");

        assertThat(seen).doesNotHaveDuplicates().containsSubsequence(ORDERS);
    }

    @Test
    void products_walkedWhileOthersArrive_haveNoDuplicateAndNoGap() {
        List<String> there = engine.texts("SELECT product_id FROM products ORDER BY product_id COLLATE \"C\"");

        List<String> seen = walked("/products?limit=40&", "product_id");

        assertThat(seen).doesNotHaveDuplicates().containsSubsequence(there);
    }

    @Test
    void events_walkedWhileOthersArrive_areNumberedWithoutAGap() {
        List<Integer> seen = new ArrayList<>();
        await("what came while it was walked")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    shop.get("/orders/" + changing + "/events?limit=5&after=" + seen.size())
                            .elements("items")
                            .forEach(event -> seen.add(event.get("sequence").asInt()));
                    return seen.size() > 8;
                });
        assertThat(seen).isEqualTo(IntStream.rangeClosed(1, seen.size()).boxed().toList());
    }

    private static List<String> walked(String path, String id) {
        List<String> seen = new ArrayList<>();
        Answer page = expect(200, shop.get(path));
        while (page != null) {
            ids(page, id).forEach(seen::add);
            awaitArrivals();
            String next = page.text("next_cursor");
            page = next == null ? null : expect(200, shop.get(path + "&cursor=" + next));
        }
        return seen;
    }

    private static void awaitArrivals() {
        int before = ARRIVED.get();
        await("arrivals")
                .pollInterval(Duration.ofMillis(1))
                .atMost(PATIENCE)
                .until(() -> ARRIVED.get() > before || writers.stream().anyMatch(CompletableFuture::isDone));
    }

    private static String place(String customer) {
        return expect(201, shop.place(of(customer, "sku-0001", 1))).text("order_id");
    }

    private static Stream<String> ids(Answer page, String id) {
        return page.elements("items").map(item -> item.get(id).asText());
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer;
    }
}
