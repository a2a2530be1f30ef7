package dev.orderengine.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.bus.Bus;
import dev.orderengine.dev.Services;
import dev.orderengine.inventory.Reservations;
import dev.orderengine.inventory.StockMovements;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.order.Expiry;
import dev.orderengine.order.ExpiryDecider;
import dev.orderengine.order.MoneyEffects;
import dev.orderengine.order.OrderChanges;
import dev.orderengine.order.OrderCounters;
import dev.orderengine.order.StockEffects;
import dev.orderengine.outbox.RelayVerticle;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestDatabase;
import dev.orderengine.support.TestSeal;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServices.class)
@Timeout(60)
class SweepVerticleIT {

    private static final String ADD_KEYS = """
            INSERT INTO idempotency_keys (caller, key, request_hash, order_id, created_at)
            SELECT 'c', $1 || n, '', gen_random_uuid(), now() - $2 * interval '1 minute' FROM generate_series(1, $3::int) AS n""";

    private static final String ADD_DUE_ORDER = """
            INSERT INTO orders (id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount, items,
                                payment_method, decision, matched_rules, rules_version, fx_rate, created_at, updated_at, expires_at)
            VALUES (gen_random_uuid(), 'c-1', 'pending', 'none', 'unfulfilled', 1, 'USD', 100, '[{"product_id": "a", "quantity": 2, "unit_price": 50}]', 'credit_card', 'accept',
                    '{}', '1', 1, now(), now(), now() - interval '1 second')""";

    private static final String COUNT_PARTITIONS =
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'orders'::regclass";

    private static final Duration WINDOW = Duration.ofDays(1);

    private static Vertx vertx;
    private static Bus bus;
    private static TestDatabase database;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Retention retention = new Retention(database.pools().writers(), Clock.systemUTC(), WINDOW);

    @BeforeAll
    static void open(Services services) {
        vertx = Vertx.vertx();
        bus = new Bus(vertx, Duration.ofSeconds(5), Spans.off());
        database = new TestDatabase(services, vertx, SweepVerticleIT.class);
    }

    @AfterAll
    static void close() {
        database.close();
        vertx.close().await();
    }

    @BeforeEach
    void empty() {
        database.query("TRUNCATE idempotency_keys, orders, order_events, outbox");
    }

    @Test
    void runNow_orderThatIsDue_expiresAndTheRelayIsTold() {
        AtomicInteger nudges = new AtomicInteger();
        bus.onNudge(RelayVerticle.READY, nudges::incrementAndGet).await();
        SweepVerticle sweep = deploy(Duration.ofDays(1));
        database.query(ADD_DUE_ORDER);

        sweep.runNow().await();

        assertThat(database.number("SELECT count(*) FROM orders WHERE status = 'cancelled'"))
                .isEqualTo(1);
        await().until(() -> nudges.get() > 0);
        vertx.undeploy(sweep.deploymentID()).await();
    }

    @Test
    void deploy_shortInterval_sweepsByItself() {
        SweepVerticle sweep = deploy(Duration.ofMillis(5));
        database.query(ADD_DUE_ORDER);
        database.query(ADD_KEYS, "old", 24.0 * 60 + 1, 1);

        await().until(() -> database.number("SELECT count(*) FROM orders WHERE status = 'pending'") == 0);
        await().until(() -> database.number("SELECT count(*) FROM idempotency_keys") == 0);

        vertx.undeploy(sweep.deploymentID()).await();
        database.query(ADD_DUE_ORDER);
        await().during(Duration.ofMillis(100))
                .until(() -> database.number("SELECT count(*) FROM orders WHERE status = 'pending'") == 1);
    }

    @Test
    void retention_keysOlderThanADay_areForgottenInBatches() {
        database.query(ADD_KEYS, "old", 24.0 * 60 + 1, 5_000);
        database.query(ADD_KEYS, "young", 24.0 * 60 - 1, 10);

        retention.run().await();

        assertThat(database.number("SELECT count(*) FROM idempotency_keys")).isEqualTo(10);
        assertThat(database.number("SELECT count(*) FROM idempotency_keys WHERE key LIKE 'young%'"))
                .isEqualTo(10);
    }

    @Test
    void retention_missingPartition_isMadeOnceADay() {
        long partitions = database.number(COUNT_PARTITIONS);
        dropLastPartition();
        assertThat(database.number(COUNT_PARTITIONS)).isEqualTo(partitions - 1);

        retention.run().await();
        assertThat(database.number(COUNT_PARTITIONS)).isEqualTo(partitions);

        dropLastPartition();
        retention.run().await();
        assertThat(database.number(COUNT_PARTITIONS)).as("not again today").isEqualTo(partitions - 1);
        new Retention(database.pools().writers(), Clock.offset(Clock.systemUTC(), Duration.ofDays(1)), WINDOW)
                .run()
                .await();
        assertThat(database.number(COUNT_PARTITIONS)).isEqualTo(partitions);
    }

    private SweepVerticle deploy(Duration interval) {
        Expiry expiry = new Expiry(
                database.pools().transactions(),
                new OrderChanges(
                        List.of(
                                new MoneyEffects(TestSeal.create()),
                                new StockEffects(new Reservations(), new StockMovements())),
                        JsonMapping.create(),
                        new OrderCounters(metrics)),
                JsonMapping.create(),
                new ExpiryDecider(),
                Clock.systemUTC(),
                metrics);
        SweepVerticle sweep = new SweepVerticle(bus, expiry, retention, interval, metrics);
        vertx.deployVerticle(sweep).await();
        return sweep;
    }

    private static void dropLastPartition() {
        String last = database.query("""
                        SELECT max(inhrelid::regclass::text) FROM pg_inherits
                        WHERE inhparent = 'orders'::regclass AND inhrelid::regclass::text LIKE 'orders_2%'""").get(0).getString(0);
        database.query("DROP TABLE " + last);
    }
}
