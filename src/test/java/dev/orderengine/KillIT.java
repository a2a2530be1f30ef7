package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Books;
import dev.orderengine.support.EngineProcess;
import dev.orderengine.support.EventTap;
import dev.orderengine.support.OrderLoad;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Engines that are killed with {@code kill -9} under load. Clients send each order again under its key until it is placed; then all
 * must be there once, paid once, and told.
 */
@ExtendWith(SharedServices.class)
@Timeout(420)
class KillIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int CLIENTS = 8;
    private static final int ORDERS_BETWEEN_KILLS = 150;

    /** Among the good cards some whose charge is made and its answer lost, and some that are slow. */
    private static final List<String> CARDS = List.of(
            "tok_visa", "tok_visa", "tok_charge_then_timeout", "tok_visa", "tok_visa", "tok_slow_800ms", "tok_visa");

    private Services services;
    private RunningEngine site;
    private EventTap events;
    private Map<String, String> environment;
    private final List<EngineProcess> engines = new ArrayList<>();

    /** The engine in this JVM has the API only and gets no request; it makes the database. */
    @BeforeEach
    void start(Services shared) {
        services = shared;
        site = RunningEngine.start(services, KillIT.class, RunningEngine.API_ONLY);
        events = new EventTap(services.sqs(), site.environment().get("ENGINE_SQS_EVENTS_QUEUE"));
        environment = new HashMap<>(site.environment());
        environment.put("ENGINE_ENGINE_ROLES", "api,payments,relay,sweeper");
        environment.put("ENGINE_PAYMENTS_TIMEOUT", "PT1.5S");
        environment.put("ENGINE_PAYMENTS_LEASE", "PT4S");
        environment.put("ENGINE_PAYMENTS_POLL_INTERVAL", "PT0.2S");
    }

    @AfterEach
    void stop() {
        engines.forEach(EngineProcess::close);
        events.close();
        site.close();
    }

    @Test
    void engine_killedUnderLoad_losesAndDoublesNothing() {
        assertNothingLost(killedAgainAndAgain(1));
    }

    @Test
    @Tag("chaos")
    void engine_killedFiveTimesUnderLoad_losesAndDoublesNothing() {
        assertNothingLost(killedAgainAndAgain(5));
    }

    @Test
    @Tag("chaos")
    void oneOfTwoEngines_killedUnderLoad_isTakenOverByTheOther() {
        var survivor = startEngine();
        var victim = startEngine();
        var turn = new AtomicInteger();
        try (var load = load(() -> (turn.incrementAndGet() % 2 == 0 || !victim.isAlive() ? survivor : victim).api())) {
            awaitMoreOrders(load);
            victim.kill();
            assertThat(site.number("SELECT count(*) FROM payments WHERE state <> 'captured'"))
                    .as("payments that the victim left behind, or the survivor drives")
                    .isPositive();
            awaitMoreOrders(load);
            load.finish();
            assertNothingLost(load);
        }
        assertThat(survivor.isAlive()).isTrue();
    }

    private OrderLoad killedAgainAndAgain(int kills) {
        var current = new AtomicReference<>(startEngine());
        try (var load = load(() -> current.get().api())) {
            for (var i = 0; i < kills; i++) {
                awaitMoreOrders(load);
                current.get().kill();
                current.set(startEngine());
            }
            awaitMoreOrders(load);
            load.finish();
            assertThat(load.attempts())
                    .as("the kill was felt")
                    .extracting(OrderLoad.Attempt::status)
                    .contains(0);
            return load;
        }
    }

    private void assertNothingLost(OrderLoad load) {
        assertThat(site.texts("SELECT id::text FROM orders"))
                .as("every order that was answered with 201 is there, and no other")
                .containsExactlyInAnyOrderElementsOf(load.placed().values());
        await("all are paid")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(site.texts(
                                "SELECT concat_ws(' ', status, payment_status, id) FROM orders WHERE status <> 'paid'"))
                        .isEmpty());
        await("the outbox is empty").atMost(PATIENCE).until(() -> site.number("SELECT count(*) FROM outbox") == 0);
        assertThat(Books.findings(site)).isEmpty();
        assertThat(paymentsChargedOtherThanOnce()).isEmpty();
        await("all events came")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events.ids())
                        .containsAll(site.texts("SELECT order_id || '/' || sequence FROM order_events")));
        assertThat(events.ordersOutOfOrder()).isEmpty();
    }

    private List<String> paymentsChargedOtherThanOnce() {
        var ledger = services.payments().stripe();
        return site.texts("SELECT id::text FROM payments").stream()
                .filter(payment -> ledger.charges(payment).size() != 1)
                .toList();
    }

    private OrderLoad load(Supplier<URI> engine) {
        return OrderLoad.patient(engine, site.tokens().token("service"), CLIENTS, CARDS);
    }

    private static void awaitMoreOrders(OrderLoad load) {
        var wanted = load.placedSoFar() + ORDERS_BETWEEN_KILLS;
        await("orders are placed").atMost(PATIENCE).until(() -> load.placedSoFar() >= wanted);
    }

    private EngineProcess startEngine() {
        var engine = EngineProcess.start(EngineProcess.CLASSES, environment);
        engines.add(engine);
        return engine;
    }
}
