package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Books;
import dev.orderengine.support.EngineProcess;
import dev.orderengine.support.Management;
import dev.orderengine.support.OrderLoad;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** More requests than the engine takes: the rest is refused at once, and leaves nothing behind. */
@ExtendWith(SharedServices.class)
@Timeout(180)
class OverloadIT {

    private static final int FLOOD = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void flood_aboveTheQueueOfPlacement_isShedAndStoresNothing(Services services) {
        assertFloodIsShed(
                services,
                Map.of(
                        "ENGINE_PLACEMENT_MAX_QUEUE", "2",
                        "ENGINE_PLACEMENT_MAX_BATCH", "1",
                        "ENGINE_PLACEMENT_BATCHES_IN_FLIGHT", "1"));
    }

    @Test
    void flood_aboveTheRequestsInFlight_isShedAndStoresNothing(Services services) {
        assertFloodIsShed(services, Map.of("ENGINE_HTTP_MAX_IN_FLIGHT", "2"));
    }

    @Test
    void batch_aboveTheQueueOfPlacement_isPlacedInPartAndSaysSo(Services services) {
        var settings = new HashMap<>(RunningEngine.API_ONLY);
        settings.put("ENGINE_PLACEMENT_MAX_QUEUE", "2");
        settings.put("ENGINE_PLACEMENT_MAX_BATCH", "1");
        settings.put("ENGINE_PLACEMENT_BATCHES_IN_FLIGHT", "1");
        try (var engine = RunningEngine.start(services, OverloadIT.class, settings)) {
            var orders = IntStream.range(0, FLOOD)
                    .mapToObj(i -> OrderRequests.of("c-" + i, "sku-0001", 1).put("idempotency_key", "k-" + i))
                    .toList();

            var results = engine.as("service")
                    .post("/orders/batch", orders.toString())
                    .elements("results")
                    .toList();

            var shed = results.stream()
                    .filter(result -> result.get("status").asInt() == 503)
                    .toList();
            assertThat(results).hasSize(FLOOD);
            assertThat(shed).isNotEmpty().allSatisfy(result -> {
                assertThat(result.get("retry_after").asInt()).isPositive();
                assertThat(result.get("problem").get("code").asText()).isEqualTo("overloaded");
            });
            assertThat(results.stream()
                            .filter(result -> result.get("status").asInt() == 201)
                            .map(result -> result.get("order").get("order_id").asText()))
                    .hasSize(FLOOD - shed.size())
                    .isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(engine.texts("SELECT id::text FROM orders"));
            assertThat(Books.findings(engine)).isEmpty();
        }
    }

    private static void assertFloodIsShed(Services services, Map<String, String> limits) {
        var settings = new HashMap<>(limits);
        settings.putAll(RunningEngine.API_ONLY);
        try (var engine = RunningEngine.start(services, OverloadIT.class, settings)) {
            var api = engine.as("service");
            var answers = IntStream.range(0, FLOOD)
                    .mapToObj(
                            i -> api.placeLater(OrderRequests.of("c-" + i, "sku-0001", 1), "Idempotency-Key", "k-" + i))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();

            var placed =
                    answers.stream().filter(answer -> answer.status() == 201).toList();
            var shed = answers.stream().filter(answer -> answer.status() != 201).toList();
            assertThat(placed).isNotEmpty();
            assertThat(shed).isNotEmpty().allSatisfy(OverloadIT::assertShed);
            assertThat(engine.texts("SELECT id::text FROM orders"))
                    .containsExactlyInAnyOrderElementsOf(placed.stream()
                            .map(answer -> answer.text("order_id"))
                            .toList());
            assertThat(engine.number("SELECT count(*) FROM idempotency_keys")).isEqualTo(placed.size());
            assertThat(Books.findings(engine)).isEmpty();
            assertThat(api.place(OrderRequests.of("c-after", "sku-0001", 1)).status())
                    .as("it takes orders again")
                    .isEqualTo(201);
            assertThat(new Management(engine.managementPort()).metric("http_server_in_flight"))
                    .isZero();
        }
    }

    private static void assertShed(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.text("code")).isEqualTo("overloaded");
        assertThat(Integer.parseInt(answer.header("Retry-After").orElseThrow())).isPositive();
    }

    @Test
    @Tag("chaos")
    void flood_whileTheDatabaseHangs_isRefusedWithinASmallHeap(Services services) {
        try (var site = RunningEngine.start(services, OverloadIT.class, RunningEngine.API_ONLY)) {
            var environment = new HashMap<>(site.environment());
            environment.put("ENGINE_DATABASE_TIMEOUT", "PT1.5S");
            environment.put("ENGINE_HTTP_MAX_IN_FLIGHT", "100");
            try (var engine = EngineProcess.start(EngineProcess.CLASSES, environment);
                    var load = OrderLoad.impatient(engine::api, site.tokens().token("service"), 200)) {
                await("load").atMost(PATIENCE).until(() -> load.placedSoFar() >= 200);
                services.postgres().pause();
                try {
                    var before = load.attempts().size();
                    await("a flood")
                            .atMost(PATIENCE)
                            .until(() -> load.attempts().size() > before + 5_000);
                } finally {
                    services.postgres().resume();
                }
                var soFar = load.placedSoFar();
                await("orders are placed again").atMost(PATIENCE).until(() -> load.placedSoFar() > soFar + 200);
                load.finish();

                assertThat(load.attempts())
                        .extracting(OrderLoad.Attempt::status)
                        .containsOnly(201, 503);
                assertThat(engine.isAlive()).as(engine.output()).isTrue();
            }
        }
    }
}
