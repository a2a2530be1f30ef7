package dev.orderengine.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secret;
import dev.orderengine.database.Database;
import dev.orderengine.dev.PaymentSimulator;
import dev.orderengine.dev.PostgresServer;
import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.Faults.Fault;
import dev.orderengine.dev.simulator.Faults.Loss;
import dev.orderengine.dev.simulator.PayPalTransfer;
import dev.orderengine.dev.simulator.PaymentIntent;
import dev.orderengine.dev.simulator.Refund;
import dev.orderengine.inventory.Reservations;
import dev.orderengine.inventory.StockMovements;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.order.MoneyEffects;
import dev.orderengine.order.OrderChanges;
import dev.orderengine.order.OrderCounters;
import dev.orderengine.order.StockEffects;
import dev.orderengine.payment.paypal.PayPalProvider;
import dev.orderengine.payment.stripe.StripeProvider;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestSeal;
import dev.orderengine.telemetry.Metrics;
import dev.orderengine.telemetry.Spans;
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
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever goes wrong at a provider in whatever is asked of it: the money moves exactly once, the order ends as it should, and the guards
 * show what they did. A slice of it runs with all tests, the whole by {@code mvn -q verify -Pmatrix}.
 */
@ExtendWith(SharedServices.class)
class FailureMatrixIT {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration PLENTY = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofHours(24);

    private static final String PLACE = """
            WITH o AS (
                INSERT INTO orders (id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount,
                                    items, payment_method, decision, matched_rules, rules_version, fx_rate, created_at, updated_at)
                SELECT gen_random_uuid(), 'c-1', 'pending', 'none', 'unfulfilled', 1, 'USD', 1999,
                       '[{"product_id": "a", "quantity": 1, "unit_price": 1999}]', 'stripe', 'accept', '{}', 'v1', 1, now(), now()
                RETURNING id)
            INSERT INTO payments (id, order_id, provider, amount, currency, state, token, next_at, created_at, updated_at)
            SELECT gen_random_uuid(), id, ?, 1999, 'USD', 'created', 'tok_visa', ?, now(), now() FROM o
            RETURNING id""";

    private static final String GIVE_BACK = """
            INSERT INTO refunds (id, order_id, payment_id, provider, kind, amount, currency, reason, state, next_at, created_at, updated_at)
            SELECT gen_random_uuid(), order_id, id, provider, ?, 1999, 'USD', 'test', 'pending', ?, now(), now()
            FROM payments WHERE id = ?
            RETURNING id""";

    private final MovableClock clock = new MovableClock();

    private static PaymentSimulator simulator;
    private static Connection sql;
    private static Vertx vertx;
    private static Database database;

    /** Who is asked. */
    enum Who {
        STRIPE,
        PAYPAL;

        String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** For what. */
    enum Deed {
        CHARGE,
        AUTHORIZE,
        CAPTURE,
        REFUND,
        VOID
    }

    /** What goes wrong meanwhile. */
    enum Trouble {
        SLOW,
        TIMEOUT_BEFORE,
        TIMEOUT_AFTER,
        ERROR_500,
        TOO_MANY,
        MALFORMED,
        RESET_BEFORE,
        RESET_AFTER,
        NO_SUCH_HOST,
        NO_TLS
    }

    record Case(Who who, Deed deed, Trouble trouble) {}

    static Stream<Case> whole() {
        return Stream.of(Who.values())
                .flatMap(who -> Stream.of(Deed.values())
                        .flatMap(deed -> Stream.of(Trouble.values()).map(trouble -> new Case(who, deed, trouble))));
    }

    /** Each trouble once, and each deed once at each provider. */
    static Stream<Case> slice() {
        return IntStream.range(0, Trouble.values().length)
                .mapToObj(i -> new Case(Who.values()[i % 2], Deed.values()[i % 5], Trouble.values()[i]));
    }

    @BeforeAll
    static void start(Services services) throws SQLException {
        simulator = services.payments();
        PostgresServer.Endpoint endpoint = services.postgres().endpoint();
        String name = services.postgres().createDatabase("FailureMatrixIT");
        Flyway.configure()
                .dataSource(endpoint.jdbcUrl(name), endpoint.user(), endpoint.password())
                .load()
                .migrate();
        sql = endpoint.connect(name);
        vertx = Vertx.vertx();
        database = new Database(
                vertx,
                new EngineConfig.Database(
                        endpoint.host(),
                        endpoint.port(),
                        name,
                        endpoint.user(),
                        new Secret(endpoint.password()),
                        null,
                        5432,
                        2,
                        1,
                        16,
                        PLENTY,
                        EngineConfig.Encryption.OFF,
                        null,
                        null,
                        null));
    }

    @AfterAll
    static void stop() throws SQLException {
        database.close().await();
        vertx.close().await();
        sql.close();
    }

    @AfterEach
    void heal() {
        simulator.faults().clear();
    }

    @Tag("matrix")
    @ParameterizedTest
    @MethodSource("whole")
    void everyDeed_inEveryTrouble_isDoneOnce(Case one) throws SQLException {
        endure(one);
    }

    @ParameterizedTest
    @MethodSource("slice")
    void someDeeds_inEachTrouble_areDoneOnce(Case one) throws SQLException {
        endure(one);
    }

    private void endure(Case one) throws SQLException {
        UUID payment = prepared(one);
        String before = order(payment);

        try (Engine troubled = engine(one, true)) {
            troubled.warmUp(payment);
            begin(one.trouble(), one.who());
            clock.move(SOON);
            troubled.run();
            simulator.faults().clear();
            assertThat(order(payment))
                    .as("nothing is guessed")
                    .isIn(before, "pending processing", "pending unknown", done(one.deed()));
            assertThat(moved(one, payment)).isLessThanOrEqualTo(1);
            troubled.showsWhatItDid(one);
        }

        try (Engine healthy = engine(one, false)) {
            await(one.toString()).atMost(Duration.ofSeconds(20)).until(() -> {
                clock.move(Duration.ofMinutes(6));
                healthy.run();
                return order(payment).equals(done(one.deed()));
            });
            clock.move(Duration.ofMinutes(6));
            healthy.run();
        }
        assertThat(moved(one, payment)).as("the money moved").isEqualTo(1);
        assertThat(flagged(payment)).isFalse();
    }

    /** A payment that the deed is due for; what comes before it went well. */
    private UUID prepared(Case one) throws SQLException {
        UUID payment = place(one.who().wire());
        if (one.deed() == Deed.CHARGE || one.deed() == Deed.AUTHORIZE) {
            return payment;
        }
        try (Engine healthy = engine(one, false)) {
            clock.move(SOON);
            healthy.run();
        }
        if (one.deed() == Deed.CAPTURE) {
            change(
                    "UPDATE orders SET status = 'fulfilled' WHERE id = (SELECT order_id FROM payments WHERE id = ?) RETURNING id",
                    payment);
            change("UPDATE payments SET capture_amount = 1999, next_at = ? WHERE id = ? RETURNING id", soon(), payment);
            return payment;
        }
        change(
                "UPDATE orders SET status = 'cancelled' WHERE id = (SELECT order_id FROM payments WHERE id = ?) RETURNING id",
                payment);
        change("UPDATE payments SET refunding = captured WHERE id = ? RETURNING id", payment);
        change(GIVE_BACK, one.deed() == Deed.VOID ? "void" : "refund", soon(), payment);
        return payment;
    }

    private static void begin(Trouble trouble, Who who) {
        Fault fault = switch (trouble) {
            case SLOW -> Fault.slow(50);
            case TIMEOUT_BEFORE -> Fault.losing(Loss.CALL);
            case TIMEOUT_AFTER -> Fault.losing(Loss.ANSWER);
            case ERROR_500 -> Fault.failing(1, 500);
            case TOO_MANY -> Fault.failing(1, 429);
            case MALFORMED -> Fault.losing(Loss.SENSE);
            case RESET_BEFORE -> Fault.losing(Loss.CONNECTION);
            case RESET_AFTER -> Fault.losing(Loss.CONNECTION_AFTERWARDS);
            default -> Fault.NONE;
        };
        simulator.faults().set(who.wire(), fault.onWrites());
    }

    private static String done(Deed deed) {
        return switch (deed) {
            case CHARGE -> "paid captured";
            case AUTHORIZE -> "paid authorized";
            case CAPTURE -> "fulfilled captured";
            case REFUND -> "cancelled refunded";
            case VOID -> "cancelled voided";
        };
    }

    /** How often the provider did the deed; for the whole amount, or else it counts as twice. */
    private static int moved(Case one, UUID payment) {
        return one.who() == Who.STRIPE ? movedByStripe(one.deed(), payment) : movedByPayPal(one.deed(), payment);
    }

    private static int movedByStripe(Deed deed, UUID payment) {
        List<PaymentIntent> intents = simulator.stripe().intents(payment.toString());
        return switch (deed) {
            case AUTHORIZE ->
                count(intents.stream()
                        .filter(intent -> intent.status() == PaymentIntent.Status.requires_capture)
                        .map(PaymentIntent::amount));
            case CHARGE, CAPTURE ->
                count(intents.stream()
                        .filter(intent -> intent.amountReceived() > 0)
                        .map(PaymentIntent::amountReceived));
            case VOID ->
                count(intents.stream()
                        .filter(intent -> intent.status() == PaymentIntent.Status.canceled)
                        .map(PaymentIntent::amount));
            case REFUND ->
                count(simulator
                        .stripe()
                        .refunds()
                        .filter(refund ->
                                intents.stream().anyMatch(intent -> intent.id().equals(refund.paymentIntent())))
                        .map(Refund::amount));
        };
    }

    private static int movedByPayPal(Deed deed, UUID payment) {
        Stream<PayPalTransfer> found = switch (deed) {
            case AUTHORIZE ->
                simulator.paypal().authorizations().filter(held -> held.status().equals("CREATED"));
            case VOID ->
                simulator.paypal().authorizations().filter(held -> held.status().equals("VOIDED"));
            case REFUND -> simulator.paypal().refunds();
            default -> simulator.paypal().charges();
        };
        return count(found.filter(transfer -> transfer.paymentId().equals(payment.toString()))
                .map(transfer -> transfer.amount().unscaledValue().longValueExact()));
    }

    private static int count(Stream<Long> amounts) {
        return amounts.mapToInt(amount -> amount == 1_999 ? 1 : 2).sum();
    }

    private Engine engine(Case one, boolean troubled) {
        URI url = URI.create(simulator.stripeBaseUrl());
        if (troubled && one.trouble() == Trouble.NO_SUCH_HOST) {
            url = URI.create("http://no-such-host.invalid");
        }
        if (troubled && one.trouble() == Trouble.NO_TLS) {
            url = URI.create("https://127.0.0.1:" + url.getPort());
        }
        boolean mayTakeLong = !troubled || one.trouble() == Trouble.SLOW;
        return new Engine(one, url, mayTakeLong ? PLENTY : SHORT, clock);
    }

    /** What one engine has for payments, on the common database. */
    private static final class Engine implements AutoCloseable {

        private final Metrics metrics = new Metrics();
        private final PaymentProvider bare;
        private final List<JobRunner<?, ?>> runners;

        Engine(Case one, URI url, Duration timeout, Clock clock) {
            EngineConfig.Capture capture = one.deed() == Deed.CHARGE || one.deed() == Deed.REFUND
                    ? EngineConfig.Capture.AUTOMATIC
                    : EngineConfig.Capture.ON_FULFILMENT;
            PaymentSimulator.Options keys = simulator.options();
            bare = one.who() == Who.STRIPE
                    ? new StripeProvider(
                            vertx,
                            new EngineConfig.Stripe(url, new Secret(keys.apiKey()), new Secret("s"), WINDOW),
                            capture,
                            16,
                            timeout)
                    : new PayPalProvider(
                            vertx,
                            new EngineConfig.PayPal(
                                    url, keys.clientId(), new Secret(keys.clientSecret()), null, WINDOW),
                            capture,
                            16,
                            timeout,
                            clock);
            Guarded provider = new Guarded(
                    vertx,
                    bare,
                    new Guarded.Settings(16, timeout, 3, Duration.ofMillis(5), 40, Duration.ofMillis(300), 4),
                    metrics.registry(),
                    Spans.off());
            OrderChanges orders = new OrderChanges(
                    List.of(
                            new MoneyEffects(TestSeal.create()),
                            new StockEffects(new Reservations(), new StockMovements())),
                    JsonMapping.create(),
                    new OrderCounters(metrics.registry()));
            AuthorizationTerms terms = new AuthorizationTerms(Duration.ofDays(6), Duration.ofDays(6));
            PaymentStore payments = new PgPayments(
                    database,
                    orders,
                    new Reservations(),
                    TestSeal.create(),
                    new PaymentDecider(LEASE, WINDOW, terms, UUID::randomUUID));
            RefundStore refunds = new PgRefunds(database, orders, new RefundDecider(LEASE, WINDOW));
            runners = List.of(
                    runner(new Charges(payments, provider, clock, Spans.off())),
                    runner(new Refunds(refunds, provider, clock, Spans.off())));
        }

        private <J, A> JobRunner<J, A> runner(Jobs<J, A> jobs) {
            JobRunner<J, A> runner =
                    new JobRunner<>(vertx, jobs, 16, Duration.ofHours(1), metrics.registry(), () -> false, () -> {});
            runner.start();
            return runner;
        }

        /** PayPal gives its token, so that the trouble meets what is asked with it. */
        void warmUp(UUID payment) {
            bare.lookUp(Samples.payment(PaymentState.PROCESSING, 1, "none-" + payment, null))
                    .await();
        }

        void run() {
            runners.forEach(runner -> runner.runNow().await());
        }

        void showsWhatItDid(Case one) {
            String name = "name=\"" + one.who().wire() + "\"";
            List<String> shown = metrics.scrape(Metrics.CONTENT_TYPE)
                    .lines()
                    .filter(line -> line.startsWith("resilience4j_") && line.contains(name))
                    .toList();
            boolean failed = one.trouble() != Trouble.SLOW;
            assertThat(sum(
                            shown,
                            "circuitbreaker_calls_seconds_count",
                            "kind=\"" + (failed ? "failed" : "successful") + "\""))
                    .as("calls that the breaker saw")
                    .isPositive();
            assertThat(sum(shown, "bulkhead_max_allowed_concurrent_calls", "")).isEqualTo(16);
            assertThat(sum(shown, "retry_calls_total", ""))
                    .as("calls that the retry saw")
                    .isPositive();
        }

        private static double sum(List<String> lines, String metric, String label) {
            return lines.stream()
                    .filter(line -> line.startsWith("resilience4j_" + metric + "{") && line.contains(label))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }

        @Override
        public void close() {
            runners.forEach(runner -> runner.stop().await());
            metrics.close();
        }
    }

    private UUID place(String provider) throws SQLException {
        return change(PLACE, provider, soon());
    }

    /** Engines look when they start: what is due then would be done before the trouble begins. */
    private Timestamp soon() {
        return Timestamp.from(clock.instant().plus(SOON));
    }

    private static String order(UUID payment) throws SQLException {
        return text(
                "SELECT o.status || ' ' || o.payment_status FROM orders o JOIN payments p ON p.order_id = o.id WHERE p.id = ?",
                payment);
    }

    private static boolean flagged(UUID payment) throws SQLException {
        return text(
                        "SELECT (p.flagged OR EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.id AND r.flagged))::text FROM payments p WHERE p.id = ?",
                        payment)
                .equals("true");
    }

    private static UUID change(String statement, Object... parameters) throws SQLException {
        return UUID.fromString(text(statement, parameters));
    }

    private static String text(String query, Object... parameters) throws SQLException {
        try (PreparedStatement statement = sql.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            ResultSet rows = statement.executeQuery();
            rows.next();
            return rows.getString(1);
        }
    }

    /** Goes on from now only when it is moved; in steps that the database keeps, so that what is due is due. */
    private static final class MovableClock extends Clock {

        private volatile Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

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
            return this;
        }
    }
}
