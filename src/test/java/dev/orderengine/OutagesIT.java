package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.PostgresServer;
import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.Faults.Fault;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.EventTap;
import dev.orderengine.support.Management;
import dev.orderengine.support.OrderLoad;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the engine does while a server that it needs is away, and after (specification, sections 6, 9 and 11). */
@ExtendWith(SharedServices.class)
@Timeout(180)
class OutagesIT {

    /** What the specification promises, and what a busy test machine may add to it. */
    private static final long REFUSED_WITHIN_MILLIS = 2_000 + 300;

    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final Fault SLOW = Fault.slow(10_000);

    private Services services;
    private RunningEngine engine;
    private Api api;
    private Management management;
    private EventTap events;

    /** How Postgres is taken away. */
    enum Outage {
        STOPPED {
            @Override
            void begin(PostgresServer postgres) {
                postgres.stop();
            }

            @Override
            void end(PostgresServer postgres) {
                postgres.start();
            }
        },
        HANGING {
            @Override
            void begin(PostgresServer postgres) {
                postgres.pause();
            }

            @Override
            void end(PostgresServer postgres) {
                postgres.resume();
            }
        };

        abstract void begin(PostgresServer postgres);

        abstract void end(PostgresServer postgres);
    }

    @BeforeEach
    void start(Services shared) {
        services = shared;
        var settings = new HashMap<String, String>();
        settings.put("ENGINE_DATABASE_TIMEOUT", "PT1.5S");
        settings.put("ENGINE_PAYMENTS_TIMEOUT", "PT0.5S");
        settings.put("ENGINE_PAYMENTS_LEASE", "PT5S");
        settings.put("ENGINE_PAYMENTS_POLL_INTERVAL", "PT0.2S");
        settings.put("ENGINE_ORDERS_SWEEP_INTERVAL", "PT0.5S");
        settings.put("ENGINE_ORDERS_BANK_TRANSFER_EXPIRY", "PT1S");
        engine = RunningEngine.start(services, OutagesIT.class, settings);
        api = engine.as("service");
        management = new Management(engine.managementPort());
        events = new EventTap(services.sqs(), engine.environment().get("ENGINE_SQS_EVENTS_QUEUE"));
    }

    @AfterEach
    void stop() {
        services.payments().faults().clear();
        events.close();
        engine.close();
    }

    @Test
    void place_whileTheProviderIsSlowAndThenDown_staysFastAndIsPaidOnceLater() {
        var before = p95(place(60));
        services.payments().faults().set("stripe", SLOW);
        var slowUntil = System.nanoTime() + Duration.ofMillis(SLOW.latencyMs()).toNanos();

        var during = p95(place(60));

        assertThat(during).isLessThan(3 * before + 300);
        await("the breaker opens").atMost(RECOVERY).until(this::breakerIsOpen);
        services.payments().faults().set("stripe", Fault.isDown());
        assertThat(p95(place(20))).isLessThan(3 * before + 300);
        assertThat(management.health("ready").status()).isEqualTo(200);

        services.payments().faults().clear();
        awaitAllPaid();
        await("slow calls have ended too").atMost(RECOVERY).until(() -> System.nanoTime() > slowUntil);
        assertThat(ordersChargedOtherThanOnce()).isEmpty();
        await("the breaker closes").atMost(RECOVERY).until(() -> !breakerIsOpen());
    }

    @Test
    void place_whileTheQueueIsAway_isAcceptedAndItsEventsArriveLaterInOrder() {
        services.sqs().stop();
        try {
            place(30);
            await("the lag shows")
                    .atMost(RECOVERY)
                    .until(() ->
                            management.metric("outbox_lag_rows") >= 30 && management.metric("outbox_lag_seconds") > 1);
            awaitDependency("sqs", "DEGRADED");
            assertThat(management.health("ready").status()).isEqualTo(200);
        } finally {
            services.sqs().start();
        }

        awaitAllPaid();
        awaitAllEvents();
        assertThat(events.ordersOutOfOrder()).isEmpty();
        await("the lag is gone").atMost(RECOVERY).until(() -> management.metric("outbox_lag_rows") == 0);
        awaitDependency("sqs", "UP");
    }

    @Test
    void place_whileRedisIsAway_isAccepted() {
        services.redis().stop();
        try {
            awaitDependency("redis", "DEGRADED");
            assertThat(management.health("ready").status()).isEqualTo(200);
            place(10);
            assertThat(management.metric("dependency_up", "dependency=\"redis\""))
                    .isZero();
        } finally {
            services.redis().start();
        }

        awaitDependency("redis", "UP");
        awaitAllPaid();
    }

    @ParameterizedTest
    @EnumSource(Outage.class)
    void place_whilePostgresIsAway_isRefusedInTimeAndTheEngineRecoversByItself(Outage outage) {
        try (var load =
                OrderLoad.patient(() -> api.engine(), engine.tokens().token("service"), 4, List.of("tok_visa"))) {
            await("load").atMost(RECOVERY).until(() -> load.placedSoFar() >= 20);
            outage.begin(services.postgres());
            try {
                await("not ready").atMost(RECOVERY).until(() -> management.readiness() == 503);
                assertThat(management.health("live").status()).isEqualTo(200);
                for (var i = 0; i < 4; i++) {
                    var customer = "c-refused-" + i;
                    assertRefusedInTime(timed(() -> api.place(OrderRequests.of(customer, "sku-0001", 1))));
                    assertRefusedInTime(timed(() -> api.get("/orders/" + UUID.randomUUID())));
                }
            } finally {
                outage.end(services.postgres());
            }

            await("ready again").atMost(RECOVERY).until(() -> management.readiness() == 200);
            var soFar = load.placedSoFar();
            await("load goes on").atMost(RECOVERY).until(() -> load.placedSoFar() >= soFar + 20);
            load.finish();
            assertThat(engine.texts("SELECT id::text FROM orders"))
                    .containsAll(load.placed().values());
        }
        assertThat(refusals()).isPositive();
        awaitAllPaid();
        awaitAllEvents();
        assertThat(ordersChargedOtherThanOnce()).isEmpty();
        await("changes of the catalogue are listened for").atMost(RECOVERY).until(this::listens);
        var transfer = placeBankTransfer();
        await("the sweeper works").atMost(RECOVERY).until(() -> status(transfer).equals("cancelled"));
        assertThat(Books.findings(engine)).isEmpty();
    }

    @Test
    void place_whilePostgresIsSlowAtOneStepAfterTheOther_isRefusedInTime() throws SQLException {
        try (var facts = engine.connect();
                var orders = engine.connect()) {
            lock(facts, "returns");
            lock(orders, "orders");
            // Below the time-out of a single statement, so that only both together are too long.
            CompletableFuture.delayedExecutor(1_200, TimeUnit.MILLISECONDS).execute(() -> unlock(facts));

            assertRefusedInTime(timed(() -> api.place(OrderRequests.of("c-slow", "sku-0001", 1))));

            unlock(orders);
        }
        place(1);
    }

    private static void lock(Connection connection, String table) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
        }
    }

    private static void unlock(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Timed(Answer answer, long millis) {}

    private static Timed timed(Supplier<Answer> call) {
        var begin = System.nanoTime();
        var answer = call.get();
        return new Timed(answer, Duration.ofNanos(System.nanoTime() - begin).toMillis());
    }

    private static void assertRefusedInTime(Timed timed) {
        assertThat(timed.answer().status()).as(timed.answer().body()).isEqualTo(503);
        assertThat(timed.answer().header("Retry-After")).isPresent();
        assertThat(timed.answer().text("code")).isIn("dependency_unavailable", "overloaded");
        assertThat(timed.millis()).isLessThan(REFUSED_WITHIN_MILLIS);
    }

    /** Places orders one after the other, and gives the milliseconds that each took. */
    private List<Long> place(int orders) {
        var took = new ArrayList<Long>();
        for (var i = 0; i < orders; i++) {
            var customer = "c-timed-" + i;
            var timed = timed(() -> api.place(OrderRequests.of(customer, "sku-0001", 1)));
            assertThat(timed.answer().status()).as(timed.answer().body()).isEqualTo(201);
            took.add(timed.millis());
        }
        return took;
    }

    private String placeBankTransfer() {
        ObjectNode order = OrderRequests.of("c-transfer", "sku-0002", 1);
        order.put("payment_method", "bank_transfer").remove("payment_token");
        Answer answer = api.place(order);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.text("order_id");
    }

    private static long p95(List<Long> millis) {
        return millis.stream().sorted().toList().get(millis.size() * 95 / 100);
    }

    private boolean breakerIsOpen() {
        return management.metric("resilience4j_circuitbreaker_state", "name=\"stripe\"", "state=\"open\"") == 1;
    }

    private void awaitDependency(String id, String status) {
        await(id + " is " + status)
                .atMost(RECOVERY)
                .until(() -> management.dependency(id).equalsIgnoreCase(status));
    }

    private void awaitAllPaid() {
        await("all orders are paid")
                .atMost(RECOVERY)
                .untilAsserted(() -> assertThat(engine.texts("SELECT status FROM orders WHERE status <> 'paid'"))
                        .isEmpty());
    }

    private void awaitAllEvents() {
        await("all events are in the queue")
                .atMost(RECOVERY)
                .untilAsserted(() -> assertThat(events.ids())
                        .containsAll(engine.texts("SELECT order_id || '/' || sequence FROM order_events")));
    }

    private List<String> ordersChargedOtherThanOnce() {
        var ledger = services.payments().stripe();
        return engine.texts("SELECT id::text FROM payments").stream()
                .filter(payment -> ledger.charges(payment).size() != 1)
                .toList();
    }

    private boolean listens() {
        return engine.number("""
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND query ILIKE 'listen%'""") > 0;
    }

    private String status(String order) {
        return engine.text("SELECT status FROM orders WHERE id = ?", UUID.fromString(order));
    }

    private double refusals() {
        return management.metric("http_server_requests_seconds_count", "status=\"503\"", "method=\"POST\"");
    }
}
