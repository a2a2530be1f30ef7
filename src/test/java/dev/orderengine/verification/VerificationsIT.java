package dev.orderengine.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.Services;
import dev.orderengine.order.Verification;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServices.class)
@Timeout(60)
class VerificationsIT {

    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");

    private static final String PLACE = """
            INSERT INTO orders (id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount, items,
                                payment_method, decision, matched_rules, rules_version, fx_rate, created_at, updated_at)
            VALUES ($1, $2, 'pending_verification', 'none', 'unfulfilled', 1, 'USD', 60000,
                    '[{"product_id": "a", "quantity": 1, "unit_price": 60000}]', 'paypal', 'verify', '{}', '1', 1, now(), now())""";

    private static Vertx vertx;
    private static TestDatabase database;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<String> mailed = new ArrayList<>();
    private Future<Void> mailServer = Future.succeededFuture();

    @BeforeAll
    static void open(Services services) {
        vertx = Vertx.vertx();
        database = new TestDatabase(services, vertx, VerificationsIT.class);
    }

    @AfterAll
    static void close() {
        database.close();
        vertx.close().await();
    }

    @BeforeEach
    void empty() {
        database.query("TRUNCATE orders, verifications, customers");
        database.query("INSERT INTO customers (customer_id, email, created_at, updated_at) VALUES"
                + " ('c-1', 'a@example.com', now(), now()), ('c-2', NULL, now(), now())");
    }

    @Test
    void run_orderThatWaitsForACode_getsOneByMailOnce() {
        UUID order = place("c-1");

        verifications(NOW).run().await();
        verifications(NOW.plusSeconds(3_600)).run().await();

        assertThat(mailed).hasSize(1);
        Row kept = verification(order);
        assertThat(kept.getBuffer("code_hash").getBytes()).isEqualTo(Verification.hash(order, mailed.get(0)));
        assertThat(kept.getOffsetDateTime("code_expires_at").toInstant()).isEqualTo(NOW.plusSeconds(600));
        assertThat(kept.getOffsetDateTime("next_at")).isNull();
        assertThat(metrics.get("verifications.sent").counter().count()).isEqualTo(1);
    }

    @Test
    void run_mailServerThatRefuses_isTriedLaterWithAnotherCode() {
        UUID order = place("c-1");
        mailServer = Future.failedFuture("no room");
        verifications(NOW).run().await();
        Row failed = verification(order);
        assertThat(failed.getString("last_error")).contains("no room");
        assertThat(failed.getOffsetDateTime("next_at").toInstant()).isAfter(NOW);

        mailServer = Future.succeededFuture();
        verifications(NOW.plusSeconds(60)).run().await();

        assertThat(mailed).hasSize(2).doesNotHaveDuplicates();
        assertThat(verification(order).getBuffer("code_hash").getBytes())
                .isEqualTo(Verification.hash(order, mailed.get(1)));
    }

    @Test
    void run_mailServerThatHangs_isGivenUpInTime() {
        UUID order = place("c-1");
        mailServer = Promise.<Void>promise().future();

        verifications(NOW).run().await();

        assertThat(verification(order).getString("last_error")).contains("Timeout");
        assertThat(metrics.get("verifications.failed").counter().count()).isEqualTo(1);
    }

    @Test
    void run_customerWithoutAddress_isGivenUpAfterTenTries() {
        UUID order = place("c-2");

        for (int i = 0; i < 12; i++) {
            verifications(NOW.plusSeconds(3_600L * i)).run().await();
        }

        Row kept = verification(order);
        assertThat(mailed).isEmpty();
        assertThat(kept.getInteger("attempts")).isEqualTo(10);
        assertThat(kept.getOffsetDateTime("next_at")).isNull();
        assertThat(kept.getString("last_error")).contains("no e-mail address");
    }

    @Test
    void run_orderThatWaitsNoMore_getsNoCode() {
        UUID order = place("c-1");
        mailServer = Future.failedFuture("no room");
        verifications(NOW).run().await();
        database.query("UPDATE orders SET status = 'cancelled' WHERE id = $1", order);

        verifications(NOW.plusSeconds(60)).run().await();

        assertThat(mailed).hasSize(1);
        assertThat(verification(order).getString("last_error")).contains("not wanted");
    }

    @Test
    void forget_afterAWeek_leavesNothing() {
        place("c-1");
        verifications(NOW).run().await();

        verifications(NOW.plus(Duration.ofDays(7)).minusSeconds(1)).forget().await();
        assertThat(database.number("SELECT count(*) FROM verifications")).isEqualTo(1);
        verifications(NOW.plus(Duration.ofDays(7)).plusSeconds(1)).forget().await();

        assertThat(database.number("SELECT count(*) FROM verifications")).isZero();
    }

    private Verifications verifications(Instant now) {
        return new Verifications(
                database.pools().writers(),
                this::send,
                Duration.ofMillis(300),
                Clock.fixed(now, ZoneOffset.UTC),
                metrics);
    }

    private Future<Void> send(String address, UUID orderId, String code) {
        assertThat(address).isEqualTo("a@example.com");
        mailed.add(code);
        return mailServer;
    }

    private static UUID place(String customerId) {
        UUID order = UUID.randomUUID();
        database.query(PLACE, order, customerId);
        return order;
    }

    private static Row verification(UUID order) {
        return database.query("SELECT * FROM verifications WHERE order_id = $1", order)
                .get(0);
    }
}
