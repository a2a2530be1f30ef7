package dev.orderengine.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.Services;
import dev.orderengine.inventory.Reservations;
import dev.orderengine.inventory.StockMovements;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestDatabase;
import dev.orderengine.support.TestSeal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServices.class)
@Timeout(60)
class ExpiryIT {

    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");
    private static final OffsetDateTime DUE = NOW.minusSeconds(1).atOffset(ZoneOffset.UTC);
    private static final OffsetDateTime LATER = NOW.plusSeconds(1).atOffset(ZoneOffset.UTC);

    private static final String PLACE = """
            INSERT INTO orders (id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount, items,
                                payment_method, decision, matched_rules, rules_version, fx_rate, created_at, updated_at, expires_at)
            VALUES ($1, 'c-1', $2, $3, 'unfulfilled', 1, 'USD', 100, '[{"product_id": "a", "quantity": 2, "unit_price": 50}]', 'credit_card', 'accept', '{}', '1', 1,
                    now(), now(), $4)""";

    private static final String RESERVE = """
            WITH held AS (
                INSERT INTO reservations VALUES ($1, ARRAY ['a', 'b', 'b'], ARRAY ['w1', 'w1', 'w2'], ARRAY [2, 1, 3])
                RETURNING products, locations, quantities)
            UPDATE stock s SET reserved = s.reserved + l.quantity
            FROM held, unnest(products, locations, quantities) AS l (product_id, location_id, quantity)
            WHERE s.product_id = l.product_id AND s.location_id = l.location_id""";

    private static final String PAY = """
            INSERT INTO payments (id, order_id, provider, amount, currency, state, token, next_at, created_at, updated_at)
            VALUES ($1, $1, 'stripe', 100, 'USD', $2, 'tok_visa', now(), now(), now())""";

    private static final String STOCK = """
            SELECT string_agg(product_id || '@' || location_id || ' ' || on_hand || '/' || reserved, ', '
                              ORDER BY product_id, location_id)
            FROM stock""";

    private static Vertx vertx;
    private static TestDatabase database;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Expiry expiry = expiry();

    @BeforeAll
    static void open(Services services) {
        vertx = Vertx.vertx();
        database = new TestDatabase(services, vertx, ExpiryIT.class);
    }

    @AfterAll
    static void close() {
        database.close();
        vertx.close().await();
    }

    @BeforeEach
    void empty() {
        database.query(
                "TRUNCATE orders, order_events, outbox, reservations, payments, stock, products, locations CASCADE");
        database.query("INSERT INTO locations VALUES ('w1', 'one', '{warehouse}'), ('w2', 'two', '{warehouse}')");
        database.query("INSERT INTO products (product_id, name) VALUES ('a', 'A'), ('b', 'B')");
        database.query("INSERT INTO stock VALUES ('a', 'w1', 5000, 7), ('b', 'w1', 5000, 0), ('b', 'w2', 5000, 0)");
    }

    @Test
    void run_unpaidOrderThatIsDue_isCancelledAndItsStockGoesBack() {
        UUID order = place("pending", "none", DUE);
        UUID other = place("pending", "none", LATER);

        assertThat(run()).isEqualTo(1);

        Row row = order(order);
        assertThat(row.getString("status")).isEqualTo("cancelled");
        assertThat(row.getString("cancel_reason")).isEqualTo("expired");
        assertThat(row.getInteger("version")).isEqualTo(2);
        assertThat(row.getOffsetDateTime("expires_at")).isNull();
        assertThat(row.getOffsetDateTime("updated_at").toInstant()).isEqualTo(NOW);
        Row event = database.query("SELECT * FROM order_events").get(0);
        assertThat(event.getUUID("order_id")).isEqualTo(order);
        assertThat(event.getInteger("sequence")).isEqualTo(2);
        assertThat(event.getString("type")).isEqualTo("order.expired");
        assertThat(event.getJson("data").toString()).contains("\"reason\":\"expired\"");
        assertThat(event.getString("actor")).isEqualTo("expiry");
        assertThat(database.number("SELECT count(*) FROM outbox WHERE order_id = $1 AND sequence = 2", order))
                .isEqualTo(1);
        assertThat(stock()).as("the other order's remains").isEqualTo("a@w1 5000/9, b@w1 5000/1, b@w2 5000/3");
        assertThat(order(other).getString("status")).isEqualTo("pending");
        assertThat(database.number("SELECT count(*) FROM reservations")).isEqualTo(1);
        assertThat(metrics.get("orders.expired").counter().count()).isEqualTo(1);
    }

    @Test
    void run_everyUnpaidStatus_expires() {
        place("pending_review", "none", DUE);
        place("pending_verification", "none", DUE);
        place("payment_failed", "failed", DUE);

        assertThat(run()).isEqualTo(3);

        assertThat(stock()).isEqualTo("a@w1 5000/7, b@w1 5000/0, b@w2 5000/0");
    }

    @Test
    void run_paymentThatWasNeverTakenUp_isNeverCharged() {
        UUID order = place("pending", "none", DUE);
        UUID failed = place("payment_failed", "failed", DUE);
        UUID waiting = place("pending", "none", LATER);
        database.query(PAY, order, "created");
        database.query(PAY, failed, "failed");
        database.query(PAY, waiting, "created");

        run();

        Row given = payment(order);
        assertThat(given.getString("state")).isEqualTo("failed");
        assertThat(given.getOffsetDateTime("next_at")).isNull();
        assertThat(given.getString("token")).isNull();
        assertThat(payment(failed).getOffsetDateTime("next_at"))
                .as("left alone")
                .isNotNull();
        assertThat(payment(waiting).getString("state")).isEqualTo("created");
    }

    @Test
    void run_paymentUnderWay_getsFiveMinutesMoreAndKeepsItsStock() {
        List<UUID> orders = List.of(
                place("pending", "processing", DUE),
                place("pending", "unknown", DUE),
                place("payment_failed", "authorized", DUE));

        assertThat(run()).isZero();

        assertThat(orders).allSatisfy(order -> {
            assertThat(order(order).getOffsetDateTime("expires_at").toInstant()).isEqualTo(NOW.plusSeconds(300));
            assertThat(order(order).getString("status")).isNotEqualTo("cancelled");
            assertThat(order(order).getInteger("version")).isEqualTo(1);
        });
        assertThat(stock()).isEqualTo("a@w1 5000/13, b@w1 5000/3, b@w2 5000/9");
        assertThat(metrics.get("orders.expiry.extended").counter().count()).isEqualTo(3);
    }

    @Test
    void run_paidOrderWithAnExpiryLeft_staysPaidAndIsNotLookedAtAgain() {
        UUID order = place("paid", "captured", DUE);

        assertThat(run()).isZero();

        assertThat(order(order).getString("status")).isEqualTo("paid");
        assertThat(order(order).getOffsetDateTime("expires_at")).isNull();
        assertThat(stock()).isEqualTo("a@w1 5000/9, b@w1 5000/1, b@w2 5000/3");
    }

    @Test
    void run_orderPaidMeanwhile_stays() throws Exception {
        UUID order = place("pending", "none", DUE);
        try (Connection payer = database.connect();
                var statement = payer.createStatement()) {
            payer.setAutoCommit(false);
            statement.execute("UPDATE orders SET status = 'paid', payment_status = 'captured', expires_at = NULL");

            assertThat(run()).as("locked by the payment").isZero();

            payer.commit();
        }
        assertThat(run()).isZero();
        assertThat(order(order).getString("status")).isEqualTo("paid");
        assertThat(database.number("SELECT count(*) FROM reservations")).isEqualTo(1);
    }

    @Test
    void run_fourSweepersOnManyOrders_expireEachOnceAndGiveBackExactly() {
        IntStream.range(0, 1_000).forEach(i -> place("pending", "none", DUE));

        List<Future<Integer>> runs =
                IntStream.range(0, 4).mapToObj(i -> expiry().run()).toList();
        int expired = runs.stream().mapToInt(run -> run.await()).sum() + run();

        assertThat(expired).isEqualTo(1_000);
        assertThat(stock()).isEqualTo("a@w1 5000/7, b@w1 5000/0, b@w2 5000/0");
        assertThat(database.number("SELECT count(*) FROM order_events")).isEqualTo(1_000);
        assertThat(database.number("SELECT count(*) FROM orders WHERE status = 'cancelled' AND version = 2"))
                .isEqualTo(1_000);
    }

    private Expiry expiry() {
        return new Expiry(
                database.pools().transactions(),
                new OrderChanges(
                        List.of(
                                new MoneyEffects(TestSeal.create()),
                                new StockEffects(new Reservations(), new StockMovements())),
                        JsonMapping.create(),
                        new OrderCounters(metrics)),
                JsonMapping.create(),
                new ExpiryDecider(),
                Clock.fixed(NOW, ZoneOffset.UTC),
                metrics);
    }

    private int run() {
        return expiry.run().await();
    }

    private static UUID place(String status, String paymentStatus, OffsetDateTime expiresAt) {
        UUID order = UUID.randomUUID();
        database.query(PLACE, order, status, paymentStatus, expiresAt);
        database.query(RESERVE, order);
        return order;
    }

    private static Row order(UUID id) {
        return database.query("SELECT * FROM orders WHERE id = $1", id).get(0);
    }

    private static Row payment(UUID id) {
        return database.query("SELECT * FROM payments WHERE id = $1", id).get(0);
    }

    private static String stock() {
        return database.query(STOCK).get(0).getString(0);
    }
}
