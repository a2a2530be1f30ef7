package dev.orderengine.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secret;
import dev.orderengine.database.Database;
import dev.orderengine.dev.PostgresServer;
import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.Faults.Fault;
import dev.orderengine.inventory.Reservations;
import dev.orderengine.inventory.StockMovements;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.order.MoneyEffects;
import dev.orderengine.order.OrderChanges;
import dev.orderengine.order.OrderCounters;
import dev.orderengine.order.StockEffects;
import dev.orderengine.payment.PaymentStore.Settled;
import dev.orderengine.payment.PaymentStore.Settlement;
import dev.orderengine.payment.PaymentStore.Taken;
import dev.orderengine.payment.stripe.StripeProvider;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestSeal;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole flow on a real database, against the simulator of the provider. */
@ExtendWith(SharedServices.class)
class PaymentsIT {

    private static final Duration PLENTY = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofHours(24);
    private static final AuthorizationTerms TERMS = new AuthorizationTerms(Duration.ofDays(6), Duration.ofDays(6));
    private static final Duration OPEN_FOR = Duration.ofMillis(300);

    private static final String PLACE = """
            WITH o AS (
                INSERT INTO orders (id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount,
                                    items, payment_method, decision, matched_rules, rules_version, fx_rate, created_at,
                                    updated_at, expires_at)
                SELECT gen_random_uuid(), 'c-1', 'pending', 'none', 'unfulfilled', 1, 'USD', 1999,
                       '[{"product_id": "a", "quantity": 1, "unit_price": 1999}]', 'credit_card', 'accept', '{}', 'v1', 1, now(), now(), now() + interval '30 minutes'
                FROM generate_series(1, ?) RETURNING id)
            INSERT INTO payments (id, order_id, provider, amount, currency, state, token, next_at, created_at, updated_at)
            SELECT gen_random_uuid(), id, 'stripe', 1999, 'USD', 'created', ?, ?, now(), now() FROM o
            RETURNING id, order_id""";

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final MovableClock clock = new MovableClock();

    private Services services;
    private Connection sql;
    private String databaseName;
    private Engine engine;

    private record Placed(UUID payment, UUID order) {}

    /** What one engine holds. */
    private record Engine(
            PaymentStore store,
            Guarded provider,
            JobRunner<?, ?> runner,
            RefundStore refundStore,
            JobRunner<?, ?> refunds) {}

    @BeforeEach
    void start(Services shared) throws SQLException {
        services = shared;
        services.payments().faults().clear();
        PostgresServer.Endpoint endpoint = services.postgres().endpoint();
        databaseName = services.postgres().createDatabase("PaymentsIT");
        Flyway.configure()
                .dataSource(endpoint.jdbcUrl(databaseName), endpoint.user(), endpoint.password())
                .load()
                .migrate();
        sql = endpoint.connect(databaseName);
        engine = engine(PLENTY);
    }

    @AfterEach
    void stop() throws Exception {
        engine.runner().stop().await();
        services.payments().faults().clear();
        sql.close();
        vertx.close().await();
    }

    @Test
    void payment_ofAGoodCard_paysItsOrderOnce() throws SQLException {
        Placed placed = place("tok_visa");

        engine.runner().runNow().await();

        assertPaidOnce(placed);
        assertThat(events(placed)).containsExactly("2 payment.processing", "3 payment.captured");
        assertThat(text("SELECT count(*) FROM outbox WHERE order_id = ?", placed.order()))
                .isEqualTo("2");
        assertThat(text("SELECT data->>'amount' FROM order_events WHERE order_id = ? AND sequence = 3", placed.order()))
                .isEqualTo("19.99");
        assertThat(text("SELECT expires_at FROM orders WHERE id = ?", placed.order()))
                .isNull();
        assertThat(text("SELECT token FROM payments WHERE id = ?", placed.payment()))
                .isNull();
        assertThat(text("SELECT next_at FROM payments WHERE id = ?", placed.payment()))
                .isNull();
    }

    @Test
    void payment_whoseTokenCannotBeRead_waitsUntilItCan() throws SQLException {
        Placed placed = place("sealed:gone:AAAAAAAAAAAAAAAAAAAAAAAAAAAA");

        engine.runner().runNow().await();
        assertThat(text("SELECT state || ' ' || flagged FROM payments WHERE id = ?", placed.payment()))
                .as("nothing was asked for")
                .isEqualTo("created false");

        String sealed = TestSeal.create().seal("tok_visa", placed.payment());
        text("UPDATE payments SET token = '" + sealed + "' WHERE id = ? RETURNING 'done'", placed.payment());
        runLater(placed);
        assertThat(text("SELECT state || coalesce(token, ' no token') FROM payments WHERE id = ?", placed.payment()))
                .isEqualTo("captured no token");
    }

    @ParameterizedTest
    @CsvSource({
        "tok_declined,generic_decline",
        "tok_insufficient_funds,insufficient_funds",
        "tok_nonsense,resource_missing"
    })
    void payment_thatIsRefused_failsItsOrderWithTheReason(String token, String code) throws SQLException {
        Placed placed = place(token);

        engine.runner().runNow().await();

        assertThat(order(placed)).isEqualTo("payment_failed failed");
        assertThat(payment(placed)).isEqualTo("failed");
        assertThat(text("SELECT decline_code FROM payments WHERE id = ?", placed.payment()))
                .isEqualTo(code);
        assertThat(events(placed)).containsExactly("2 payment.processing", "3 payment.failed");
        assertThat(charges(placed)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tok_charge_then_timeout", "tok_slow_800ms"})
    void payment_whoseAnswerCameTooLate_isFoundAndPaidOnce(String token) throws SQLException {
        engine = engine(SHORT);
        Placed placed = place(token);
        engine.runner().runNow().await();
        assertThat(order(placed)).isEqualTo("pending unknown");

        await().until(() -> runLater(placed).equals("paid captured"));

        assertPaidOnce(placed);
        assertThat(events(placed)).containsExactly("2 payment.processing", "3 payment.unknown", "4 payment.captured");
    }

    @Test
    void payment_thatSettlesLater_isLookedUpUntilItDid() throws SQLException {
        Placed placed = place("tok_async");
        engine.runner().runNow().await();
        assertThat(order(placed)).isEqualTo("pending processing");

        await().until(() -> runLater(placed).equals("paid captured"));

        assertPaidOnce(placed);
        assertThat(events(placed)).containsExactly("2 payment.processing", "3 payment.captured");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tok_timeout", "tok_error_500"})
    void payment_thatNobodyCanTellOf_isNeverGuessedAndFlaggedAtLast(String token) throws SQLException {
        engine = engine(SHORT);
        Placed placed = place(token);
        engine.runner().runNow().await();
        clock.move(Duration.ofMinutes(6));
        engine.runner().runNow().await();
        assertThat(order(placed)).isEqualTo("pending unknown");
        assertThat(text("SELECT flagged FROM payments WHERE id = ?", placed.payment()))
                .isEqualTo("f");

        clock.move(WINDOW);
        engine.runner().runNow().await();

        assertThat(order(placed)).isEqualTo("pending unknown");
        assertThat(text("SELECT flagged FROM payments WHERE id = ?", placed.payment()))
                .isEqualTo("t");
        assertThat(text("SELECT next_at FROM payments WHERE id = ?", placed.payment()))
                .isNull();
        assertThat(events(placed)).containsExactly("2 payment.processing", "3 payment.unknown");
        assertThat(engine.store().backlog("stripe", clock.instant()).await().flagged())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void payment_abandonedByACrash_isTakenOverAndChargedOnce(boolean charged) throws SQLException {
        Placed placed = place("tok_visa");
        Taken abandoned = claimOne();
        if (charged) {
            engine.provider().charge(abandoned.payment()).await();
        }
        engine.runner().runNow().await();
        assertThat(order(placed)).isEqualTo("pending processing");

        clock.move(LEASE);
        engine.runner().runNow().await();

        assertPaidOnce(placed);
        assertThat(events(placed)).containsExactly("2 payment.processing", "3 payment.captured");
        assertThat(text("SELECT attempts FROM payments WHERE id = ?", placed.payment()))
                .isEqualTo("2");
    }

    @Test
    void settle_byOneWhoLostTheLease_changesNothing() throws SQLException {
        Placed placed = place("tok_visa");
        Settlement stale = new Settlement(claimOne(), new ChargeOutcome.Declined("lost_card", null));
        clock.move(LEASE);
        Settlement current = new Settlement(claimOne(), new ChargeOutcome.Captured("pi_1"));

        Map<Settlement, Settled> results =
                engine.store().settle(List.of(stale, current), clock.instant()).await();

        assertThat(results.get(stale).written()).isFalse();
        assertThat(results.get(current).written()).isTrue();
        assertThat(order(placed)).isEqualTo("paid captured");
        assertThat(events(placed)).containsExactly("2 payment.processing", "3 payment.captured");
    }

    @Test
    void settle_successAfterCancellation_goesBack() throws SQLException {
        Placed placed = place("tok_visa");
        Taken taken = claimOne();
        cancel(placed);

        captured(taken);

        assertThat(order(placed)).isEqualTo("cancelled captured");
        assertThat(payment(placed)).isEqualTo("captured");
        assertThat(text(
                        "SELECT kind || ' ' || amount || ' ' || state FROM refunds WHERE payment_id = ?",
                        placed.payment()))
                .isEqualTo("refund 1999 pending");
        assertThat(text("SELECT refunding FROM payments WHERE id = ?", placed.payment()))
                .isEqualTo("1999");
        assertThat(events(placed)).containsExactly("2 payment.processing", "3 payment.captured");
    }

    @Test
    void settle_successAfterExpiry_isHonouredWhereTheStockCanBeHadAgain() throws SQLException {
        stock(3);
        Placed placed = place("tok_visa");
        Taken taken = claimOne();
        expire(placed);

        captured(taken);

        assertThat(order(placed)).isEqualTo("paid captured");
        assertThat(text("SELECT cancel_reason FROM orders WHERE id = ?", placed.order()))
                .isNull();
        assertThat(text(
                        "SELECT products::text || ' ' || locations::text || ' ' || quantities::text FROM reservations WHERE order_id = ?",
                        placed.order()))
                .isEqualTo("{a} {w1} {1}");
        assertThat(number("SELECT reserved FROM stock")).isEqualTo(3);
        assertThat(number("SELECT count(*) FROM refunds")).isZero();
    }

    @Test
    void settle_successAfterExpiryWithoutStock_goesBack() throws SQLException {
        stock(2);
        Placed placed = place("tok_visa");
        Taken taken = claimOne();
        expire(placed);

        captured(taken);

        assertThat(order(placed)).isEqualTo("cancelled captured");
        assertThat(number("SELECT reserved FROM stock")).isEqualTo(2);
        assertThat(number("SELECT count(*) FROM reservations")).isZero();
        assertThat(text("SELECT amount FROM refunds WHERE payment_id = ?", placed.payment()))
                .isEqualTo("1999");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void void_ofAnAuthorizedPayment_letsItGoOnce(boolean answerIsLost) throws SQLException {
        engine = engine(answerIsLost ? SHORT : PLENTY, EngineConfig.Capture.ON_FULFILMENT);
        Placed placed = place("tok_visa");
        Taken taken = claimOne();
        cancel(placed);
        String intent = ((ChargeOutcome.Authorized)
                        engine.provider().charge(taken.payment()).await())
                .ref();
        settle(taken, new ChargeOutcome.Authorized(intent));
        assertThat(text("SELECT kind FROM refunds WHERE payment_id = ?", placed.payment()))
                .isEqualTo("void");

        if (answerIsLost) {
            services.payments().faults().set("stripe", Fault.isMute());
            engine.refunds().runNow().await();
            assertThat(text("SELECT state FROM refunds WHERE payment_id = ?", placed.payment()))
                    .isEqualTo("unknown");
            services.payments().faults().clear();
            clock.move(Duration.ofMinutes(6));
            await().until(() -> breaker("closed") == 1 || breaker("half_open") == 1);
        }
        await().until(() -> {
            engine.refunds().runNow().await();
            clock.move(Duration.ofMinutes(6));
            return order(placed).equals("cancelled voided");
        });

        assertThat(payment(placed)).isEqualTo("voided");
        assertThat(events(placed)).containsExactly("2 payment.processing", "3 payment.authorized", "4 payment.voided");
    }

    @Test
    void refund_heldByAnEngineThatDied_isTakenOverAndDoneOnce() throws SQLException {
        Placed placed = place("tok_visa");
        Taken taken = claimOne();
        cancel(placed);
        String intent = ((ChargeOutcome.Captured)
                        engine.provider().charge(taken.payment()).await())
                .ref();
        settle(taken, new ChargeOutcome.Captured(intent));
        List<RefundStore.Taken> dead =
                engine.refundStore().claim("stripe", 1, clock.instant()).await();
        engine.provider().giveBack(dead.get(0).refund()).await();

        engine.refunds().runNow().await();
        assertThat(order(placed)).as("leased").isEqualTo("cancelled captured");
        clock.move(LEASE);
        engine.refunds().runNow().await();

        assertThat(order(placed)).isEqualTo("cancelled refunded");
        assertThat(services.payments()
                        .stripe()
                        .refunds()
                        .filter(refund -> refund.paymentIntent().equals(intent)))
                .hasSize(1);
        assertThat(engine.refundStore()
                        .settle(
                                List.of(new RefundStore.Settlement(dead.get(0), new RefundOutcome.Done("re_1"))),
                                clock.instant())
                        .await())
                .as("by the dead one, later")
                .extracting(Refund::state)
                .containsExactly(RefundState.SUCCEEDED);
        assertThat(text("SELECT refunded FROM payments WHERE id = ?", placed.payment()))
                .isEqualTo("1999");
    }

    private void captured(Taken taken) {
        settle(taken, new ChargeOutcome.Captured("pi_1"));
    }

    private void settle(Taken taken, ChargeOutcome outcome) {
        engine.store()
                .settle(List.of(new Settlement(taken, outcome)), clock.instant())
                .await();
    }

    /** Three units of the product, of which some are free and the others held by nobody in particular. */
    private void stock(int onHand) throws SQLException {
        try (var statement = sql.createStatement()) {
            statement.execute("INSERT INTO locations VALUES ('w1', 'one', '{warehouse}')");
            statement.execute("INSERT INTO products (product_id, name) VALUES ('a', 'A')");
            statement.execute("INSERT INTO stock (product_id, location_id, on_hand, reserved) VALUES ('a', 'w1', "
                    + onHand + ", 2)");
        }
    }

    private void expire(Placed placed) throws SQLException {
        text(
                "UPDATE orders SET status = 'cancelled', cancel_reason = 'expired', expires_at = NULL WHERE id = ? RETURNING status",
                placed.order());
    }

    @Test
    void payment_ofAnOrderCancelledBefore_isNeverSent() throws SQLException {
        Placed placed = place("tok_visa");
        cancel(placed);

        engine.runner().runNow().await();

        assertThat(order(placed)).isEqualTo("cancelled none");
        assertThat(payment(placed)).isEqualTo("failed");
        assertThat(charges(placed)).isZero();
        assertThat(events(placed)).isEmpty();
    }

    @Test
    void claim_paymentWhoseOrderIsLockedByOthers_isLeftForLater() throws SQLException {
        Placed placed = place("tok_visa");
        sql.setAutoCommit(false);
        text("SELECT id FROM orders WHERE id = ? FOR UPDATE", placed.order());
        assertThat(engine.store().claim("stripe", 10, clock.instant()).await()).isEmpty();

        sql.commit();
        sql.setAutoCommit(true);

        assertThat(engine.store().claim("stripe", 10, clock.instant()).await()).hasSize(1);
    }

    @Test
    void claim_paymentsOfOtherProvidersOrNotDue_areNotTaken() throws SQLException {
        Placed placed = place("tok_visa");

        assertThat(engine.store().claim("paypal", 10, clock.instant()).await()).isEmpty();
        assertThat(engine.store()
                        .claim("stripe", 10, clock.instant().minusSeconds(60))
                        .await())
                .isEmpty();
        assertThat(order(placed)).isEqualTo("pending none");
    }

    @Test
    void backlog_duePayments_areCountedFromTheFirst() throws SQLException {
        Instant due = clock.instant();
        place(3, "tok_visa");
        clock.move(Duration.ofSeconds(5));

        Backlog backlog = engine.store().backlog("stripe", clock.instant()).await();

        assertThat(backlog.due()).isEqualTo(3);
        assertThat(backlog.oldestDue()).isEqualTo(due);
        assertThat(engine.store().backlog("paypal", clock.instant()).await()).isEqualTo(new Backlog(0, null, 0));
    }

    @Test
    void runners_twoAtOnce_chargeEachPaymentOnce() throws SQLException {
        Engine other = engine(PLENTY);
        List<Placed> placed = place(500, "tok_visa");

        Future.all(engine.runner().runNow(), other.runner().runNow()).await();
        await().until(() -> {
            Future.all(engine.runner().runNow(), other.runner().runNow()).await();
            return number("SELECT count(*) FROM orders WHERE status = 'paid'") == 500;
        });

        assertThat(placed).allMatch(one -> charges(one) == 1);
        assertThat(
                        number(
                                "SELECT count(*) FROM payments WHERE state = 'captured' AND attempts = 1 AND captured = amount"))
                .isEqualTo(500);
        assertThat(number("SELECT count(*) FROM order_events")).isEqualTo(1000);
        assertThat(number("SELECT count(*) FROM outbox")).isEqualTo(1000);
        assertThat(number("SELECT count(*) FROM orders WHERE version = 3")).isEqualTo(500);
        other.runner().stop().await();
    }

    @Test
    void provider_down_opensTheBreakerAndAllIsPaidAfterRecovery() throws SQLException {
        List<Placed> placed = new ArrayList<>(place(60, "tok_visa"));
        services.payments().faults().set("stripe", Fault.isDown());
        await().until(() -> {
            engine.runner().runNow().await();
            return breaker("open") == 1;
        });
        placed.addAll(place(40, "tok_visa"));
        engine.runner().runNow().await();
        assertThat(number("SELECT count(*) FROM orders WHERE status = 'pending'"))
                .isEqualTo(100);
        assertThat(number("SELECT count(*) FROM payments WHERE state = 'created'"))
                .as("payments left alone while the breaker is open")
                .isEqualTo(40);

        services.payments().faults().clear();
        await().until(() -> {
            clock.move(Duration.ofMinutes(6));
            engine.runner().runNow().await();
            return number("SELECT count(*) FROM orders WHERE status = 'paid'") == 100;
        });

        assertThat(breaker("closed")).isEqualTo(1);
        assertThat(placed).allMatch(one -> charges(one) == 1);
    }

    @Test
    void provider_failingOften_chargesEachPaymentOnce() throws SQLException {
        List<Placed> placed = place(100, "tok_visa");
        services.payments().faults().set("stripe", Fault.failing(0.1, 500));

        await().until(() -> {
            clock.move(Duration.ofMinutes(6));
            engine.runner().runNow().await();
            return number("SELECT count(*) FROM orders WHERE status = 'paid'") == 100;
        });

        assertThat(placed).allMatch(one -> charges(one) == 1);
    }

    private Engine engine(Duration timeout) {
        return engine(timeout, EngineConfig.Capture.AUTOMATIC);
    }

    private Engine engine(Duration timeout, EngineConfig.Capture capture) {
        PostgresServer.Endpoint endpoint = services.postgres().endpoint();
        Database database = new Database(
                vertx,
                new EngineConfig.Database(
                        endpoint.host(),
                        endpoint.port(),
                        databaseName,
                        endpoint.user(),
                        new Secret(endpoint.password()),
                        null,
                        5432,
                        2,
                        1,
                        16,
                        Duration.ofSeconds(10),
                        EngineConfig.Encryption.OFF,
                        null,
                        null,
                        null));
        OrderChanges orders = new OrderChanges(
                List.of(
                        new MoneyEffects(TestSeal.create()),
                        new StockEffects(new Reservations(), new StockMovements())),
                JsonMapping.create(),
                new OrderCounters(metrics));
        PaymentStore store = new PgPayments(
                database,
                orders,
                new Reservations(),
                TestSeal.create(),
                new PaymentDecider(LEASE, WINDOW, TERMS, UUID::randomUUID));
        Guarded provider = new Guarded(
                vertx,
                new StripeProvider(vertx, stripe(), capture, 16, timeout),
                new Guarded.Settings(16, timeout, 3, Duration.ofMillis(5), 20, OPEN_FOR, 4),
                metrics,
                Spans.off());
        JobRunner<?, ?> runner = new JobRunner<>(
                vertx,
                new Charges(store, provider, clock, Spans.off()),
                16,
                Duration.ofHours(1),
                metrics,
                () -> false,
                () -> {});
        runner.start();
        // The look that every start takes is over before a test places anything.
        runner.runNow().await();
        RefundStore refundStore = new PgRefunds(database, orders, new RefundDecider(LEASE, WINDOW));
        JobRunner<?, ?> refunds = new JobRunner<>(
                vertx,
                new Refunds(refundStore, provider, clock, Spans.off()),
                16,
                Duration.ofHours(1),
                metrics,
                () -> false,
                () -> {});
        refunds.start();
        refunds.runNow().await();
        return new Engine(store, provider, runner, refundStore, refunds);
    }

    private EngineConfig.Stripe stripe() {
        return new EngineConfig.Stripe(
                URI.create(services.payments().stripeBaseUrl()),
                new Secret(services.payments().options().apiKey()),
                new Secret(services.payments().options().webhookSecret()),
                WINDOW);
    }

    /** Looks again when whatever waits has come due. */
    private String runLater(Placed placed) throws SQLException {
        clock.move(Duration.ofMinutes(6));
        engine.runner().runNow().await();
        return order(placed);
    }

    private Taken claimOne() {
        List<Taken> taken = engine.store().claim("stripe", 1, clock.instant()).await();
        assertThat(taken).hasSize(1);
        return taken.get(0);
    }

    private void assertPaidOnce(Placed placed) throws SQLException {
        assertThat(order(placed)).isEqualTo("paid captured");
        assertThat(payment(placed)).isEqualTo("captured");
        assertThat(charges(placed)).isEqualTo(1);
    }

    private int charges(Placed placed) {
        return services.payments().stripe().charges(placed.payment().toString()).size();
    }

    private Placed place(String token) throws SQLException {
        return place(1, token).get(0);
    }

    private List<Placed> place(int count, String token) throws SQLException {
        List<Placed> placed = new ArrayList<>();
        try (PreparedStatement statement = sql.prepareStatement(PLACE)) {
            statement.setInt(1, count);
            statement.setString(2, token);
            statement.setTimestamp(3, Timestamp.from(clock.instant()));
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
                placed.add(new Placed(rows.getObject(1, UUID.class), rows.getObject(2, UUID.class)));
            }
        }
        return placed;
    }

    private void cancel(Placed placed) throws SQLException {
        text("UPDATE orders SET status = 'cancelled' WHERE id = ? RETURNING status", placed.order());
    }

    private String order(Placed placed) throws SQLException {
        return text("SELECT status || ' ' || payment_status FROM orders WHERE id = ?", placed.order());
    }

    private String payment(Placed placed) throws SQLException {
        return text("SELECT state FROM payments WHERE id = ?", placed.payment());
    }

    private List<String> events(Placed placed) throws SQLException {
        try (PreparedStatement statement = sql.prepareStatement(
                "SELECT sequence || ' ' || type FROM order_events WHERE order_id = ? ORDER BY sequence")) {
            statement.setObject(1, placed.order());
            ResultSet rows = statement.executeQuery();
            List<String> events = new ArrayList<>();
            while (rows.next()) {
                events.add(rows.getString(1));
            }
            return events;
        }
    }

    private String text(String query, UUID id) throws SQLException {
        try (PreparedStatement statement = sql.prepareStatement(query)) {
            statement.setObject(1, id);
            ResultSet rows = statement.executeQuery();
            rows.next();
            return rows.getString(1);
        }
    }

    private long number(String query) throws SQLException {
        try (PreparedStatement statement = sql.prepareStatement(query)) {
            ResultSet rows = statement.executeQuery();
            rows.next();
            return rows.getLong(1);
        }
    }

    private double breaker(String state) {
        return metrics.get("resilience4j.circuitbreaker.state")
                .tags("name", "stripe", "state", state)
                .gauge()
                .value();
    }

    /** Stands still until it is moved. */
    private static final class MovableClock extends Clock {

        private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

        void move(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return InstantSource.system().withZone(zone);
        }
    }
}
