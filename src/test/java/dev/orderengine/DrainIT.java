package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.Faults.Fault;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Books;
import dev.orderengine.support.EngineProcess;
import dev.orderengine.support.OrderLoad;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is told to stop: it says so, finishes what it took, and is gone within 20 s (specification, section 11). */
@ExtendWith(SharedServices.class)
@Timeout(180)
class DrainIT {

    private static final Path JAR = Path.of("target", "order-engine.jar");
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Services services;
    private RunningEngine site;
    private Map<String, String> environment;

    /** The engine in this JVM has the API only; it makes the database and answers the test's questions. */
    @BeforeEach
    void start(Services shared) {
        services = shared;
        site = RunningEngine.start(services, DrainIT.class, RunningEngine.API_ONLY);
        environment = new HashMap<>(site.environment());
        environment.put("ENGINE_ENGINE_ROLES", "api,payments,relay,sweeper");
    }

    @AfterEach
    void stop() {
        services.payments().faults().clear();
        site.close();
    }

    @Test
    void engine_terminatedUnderLoad_answersAllThatItTook() {
        // Payments under way keep it draining for a moment, in which probes can see that it does.
        services.payments().faults().set("stripe", Fault.slow(1_500));
        try (var engine = EngineProcess.start(EngineProcess.CLASSES, environment);
                var load = OrderLoad.impatient(engine::api, site.tokens().token("service"), 8)) {
            await("load").atMost(PATIENCE).until(() -> load.placedSoFar() >= 150);
            assertThat(engine.management().readiness()).isEqualTo(200);

            engine.terminate();

            var management = engine.management();
            var first = await("it says that it stops")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(management::readiness, status -> status != 200);
            assertThat(first).as("not ready, before it is gone").isEqualTo(503);
            assertThat(engine.exitCode(STOPPED_WITHIN)).as(engine.output()).isZero();
            load.finish();

            assertThat(load.attempts()).extracting(OrderLoad.Attempt::status).isSubsetOf(201, 503, 0);
            assertThat(site.texts("SELECT key FROM idempotency_keys"))
                    .as("the orders in the database are those that were answered with 201")
                    .containsExactlyInAnyOrderElementsOf(load.placed().keySet());
            assertThat(Books.findings(site)).isEmpty();
        }
    }

    @Test
    void engine_terminatedBehindALoadBalancer_servesOnWhileItSaysThatItIsNotReady() {
        environment.put("ENGINE_HTTP_DRAIN_DELAY", "PT3S");
        try (var engine = EngineProcess.start(EngineProcess.CLASSES, environment)) {
            var api = engine.as(site.tokens().token("service"));

            engine.terminate();
            await("it says that it stops")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(engine.management()::readiness, status -> status == 503);

            assertThat(api.place(OrderRequests.example()).status()).isEqualTo(201);
            assertThat(engine.exitCode(STOPPED_WITHIN)).as(engine.output()).isZero();
        }
    }

    @Test
    void engine_terminatedWhileACallWaitsAndStreamsAreOpen_answersItEndsThemAndStops() {
        try (var engine = EngineProcess.start(EngineProcess.CLASSES, environment)) {
            var api = engine.as(site.tokens().token("service"));
            var transfer = OrderRequests.of("c-transfer", "sku-0001", 1).put("payment_method", "bank_transfer");
            transfer.remove("payment_token");
            Answer placed = api.place(transfer);
            var path = "/orders/" + placed.text("order_id") + "/status";
            var etag = api.get(path).header("ETag").orElseThrow();
            var waiting = api.getLater(path, "Prefer", "wait=30", "If-None-Match", etag);
            var ofOrder = api.stream("/orders/" + placed.text("order_id") + "/events");
            var ofAll = api.stream("/events");
            await("the call is held")
                    .atMost(PATIENCE)
                    .until(() -> engine.management().metric("http_server_in_flight", "calls=\"held\"") == 1);

            engine.terminate();

            assertThat(waiting.join().status()).isIn(200, 304);
            assertThat(ofOrder.end()).as("ends in order").succeedsWithin(PATIENCE);
            assertThat(ofOrder.ids()).containsExactly("1");
            assertThat(ofAll.end()).as("ends in order").succeedsWithin(PATIENCE);
            assertThat(engine.exitCode(Duration.ofSeconds(10)))
                    .as(engine.output())
                    .isZero();
        }
    }

    @Test
    void engine_whoseRulesHaveAFault_endsWithOne() throws IOException {
        var rules = Files.writeString(folder.resolve("rules.yaml"), "rules: [{id: no condition}]");
        var broken = new HashMap<>(environment);
        broken.put("ENGINE_RULES_FILE", rules.toString());

        try (var engine = EngineProcess.begin(EngineProcess.CLASSES, broken)) {
            assertThat(engine.exitCode(PATIENCE)).as(engine.output()).isEqualTo(1);
            assertThat(engine.output()).contains("cannot start");
        }
    }

    @Test
    void jar_terminated_endsWithZero() {
        assumeThat(JAR).as("made by mvn package").exists();
        try (var engine = EngineProcess.start(List.of("-jar", JAR.toString()), environment)) {
            var api = engine.as(site.tokens().token("service"));
            assertThat(api.place(OrderRequests.example()).status()).isEqualTo(201);

            engine.terminate();

            assertThat(engine.exitCode(STOPPED_WITHIN)).as(engine.output()).isZero();
        }
    }
}
