package dev.orderengine.payment;

import static dev.orderengine.payment.Samples.processing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secret;
import dev.orderengine.payment.ChargeOutcome.Captured;
import dev.orderengine.payment.ChargeOutcome.Declined;
import dev.orderengine.payment.ChargeOutcome.Pending;
import dev.orderengine.payment.ChargeOutcome.Unavailable;
import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuardedTest {

    private static final Captured CAPTURED = new Captured("pi_1");
    private static final Unavailable REFUSED = new Unavailable("connection refused", Duration.ZERO);
    private static final Unavailable THROTTLED = new Unavailable("too many requests", Duration.ofSeconds(7));
    private static final Unknown BROKEN = new Unknown("status 500", true);
    private static final Unknown LOST = new Unknown("no answer", false);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final ScriptedProvider provider = new ScriptedProvider();
    private final Guarded guarded = guarded(Duration.ofMillis(50));

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void charge_answered_isPassedOnAndTimed() {
        provider.charging(CAPTURED);

        assertThat(charge()).isEqualTo(CAPTURED);
        assertThat(metrics.get("payment.duration")
                        .tags("provider", "stripe", "outcome", "captured")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(guarded.name()).isEqualTo("stripe");
    }

    @Test
    void charge_refusedConnection_isRepeatedUntilItWorks() {
        provider.charging(REFUSED, REFUSED, CAPTURED);

        assertThat(charge()).isEqualTo(CAPTURED);
        assertThat(provider.charged).isEqualTo(3);
        assertThat(retries("successful_with_retry")).isEqualTo(1);
    }

    @Test
    void charge_refusedConnectionForLong_givesUpAfterItsTries() {
        provider.charging(REFUSED);

        assertThat(charge()).isEqualTo(REFUSED);
        assertThat(provider.charged).isEqualTo(3);
        assertThat(retries("failed_with_retry")).isEqualTo(1);
    }

    @Test
    void charge_throttledOrUnanswered_isNotRepeated() {
        provider.charging(THROTTLED, LOST);

        assertThat(charge()).isEqualTo(THROTTLED);
        assertThat(charge()).isEqualTo(LOST);
        assertThat(provider.charged).isEqualTo(2);
    }

    @Test
    void charge_inDoubtAndThenRefused_staysInDoubt() {
        provider.charging(BROKEN, REFUSED);

        assertThat(charge()).isEqualTo(BROKEN);
    }

    @Test
    void charge_inDoubtAndThenAnswered_isKnown() {
        provider.charging(BROKEN, new Declined("lost_card", "pi_1"));

        assertThat(charge()).isEqualTo(new Declined("lost_card", "pi_1"));
    }

    @Test
    void charge_withoutAnAnswer_isUnknownWhenItsTimeIsOver() {
        provider.chargingBy(this::never);

        assertThat(charge()).isInstanceOf(Unknown.class);
        assertThat(permits()).isEqualTo(4);
    }

    @Test
    void charge_defect_isUnknown() {
        provider.chargingBy(() -> Future.failedFuture(new IllegalStateException("a defect")));

        assertThat(charge()).isInstanceOf(Unknown.class);
        assertThat(permits()).isEqualTo(4);
    }

    @Test
    void charge_providerThatThrows_isUnknownAndKeepsNoPermit() {
        provider.chargingBy(() -> {
            throw new IllegalStateException("a defect");
        });

        assertThat(charge()).isInstanceOf(Unknown.class);
        assertThat(permits()).isEqualTo(4);
    }

    @Test
    void charge_moreThanTheBulkheadTakes_isUnavailable() {
        Promise<ChargeOutcome> slow = Promise.promise();
        Guarded patient = guarded(Duration.ofMinutes(1));
        provider.chargingBy(slow::future);
        for (int i = 0; i < 4; i++) {
            patient.charge(processing());
        }

        assertThat(patient.charge(processing()).await()).isInstanceOf(Unavailable.class);
        assertThat(provider.charged).isEqualTo(4);

        slow.complete(CAPTURED);
        assertThat(patient.charge(processing()).await()).isEqualTo(CAPTURED);
    }

    @Test
    void breaker_faults_openItAndItClosesAfterTheProbes() {
        provider.charging(LOST, LOST, LOST, LOST, CAPTURED);
        assertThat(guarded.openings()).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            charge();
        }

        assertThat(breaker("open")).isEqualTo(1);
        assertThat(guarded.openings()).isZero();
        assertThat(charge())
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        refused -> assertThat(refused.retryAfter())
                                .isBetween(Duration.ofMillis(200), Duration.ofMillis(300)));
        assertThat(provider.charged).isEqualTo(4);

        await().until(() -> guarded.openings() == 2);
        assertThat(breaker("half_open")).isEqualTo(1);
        assertThat(guarded.openings()).isEqualTo(2);
        assertThat(charge()).isEqualTo(CAPTURED);
        assertThat(charge()).isEqualTo(CAPTURED);

        assertThat(breaker("closed")).isEqualTo(1);
        assertThat(guarded.openings()).isEqualTo(4);
    }

    @Test
    void breaker_declinesAndWhatIsPending_doNotOpenIt() {
        provider.charging(new Declined("lost_card", null), new Pending("pi_1"), new ChargeOutcome.Rejected("bad"))
                .finding(new LookUp.NotFound());
        for (int i = 0; i < 10; i++) {
            charge();
            guarded.lookUp(processing()).await();
        }

        assertThat(breaker("closed")).isEqualTo(1);
    }

    @Test
    void breaker_lookUpsThatBringNoAnswer_openItToo() {
        provider.finding(new LookUp.Found(LOST));
        for (int i = 0; i < 4; i++) {
            assertThat(guarded.lookUp(processing()).await()).isEqualTo(new LookUp.Found(LOST));
        }

        assertThat(breaker("open")).isEqualTo(1);
        assertThat(guarded.lookUp(processing()).await())
                .isInstanceOfSatisfying(
                        LookUp.Found.class, found -> assertThat(found.outcome()).isInstanceOf(Unavailable.class));
    }

    @Test
    void lookUp_inDoubtThenFound_isKnown() {
        provider.finding(new LookUp.Found(BROKEN), new LookUp.Found(CAPTURED));

        assertThat(guarded.lookUp(processing()).await()).isEqualTo(new LookUp.Found(CAPTURED));
    }

    @Test
    void settings_ofConfiguration_takeItsConcurrencyAndTimeout() {
        Guarded.Settings settings = Guarded.Settings.of(new EngineConfig.Payments(
                EngineConfig.Capture.AUTOMATIC,
                64,
                Duration.ofSeconds(3),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                4,
                null,
                new EngineConfig.Stripe(
                        URI.create("http://stripe"), new Secret("k"), new Secret("s"), Duration.ofHours(24)),
                new EngineConfig.PayPal(URI.create("http://paypal"), null, null, null, Duration.ofHours(6))));

        assertThat(settings.concurrency()).isEqualTo(64 + Guarded.REFUNDS_AT_ONCE);
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(3));
    }

    private Guarded guarded(Duration timeout) {
        return new Guarded(
                vertx,
                provider,
                new Guarded.Settings(4, timeout, 3, Duration.ofMillis(1), 8, Duration.ofMillis(200), 2),
                metrics,
                Spans.off());
    }

    private Future<ChargeOutcome> never() {
        return vertx.timer(1, java.util.concurrent.TimeUnit.HOURS).map(CAPTURED);
    }

    private ChargeOutcome charge() {
        return guarded.charge(processing()).await();
    }

    private double breaker(String state) {
        return metrics.get("resilience4j.circuitbreaker.state")
                .tags("name", "stripe", "state", state)
                .gauge()
                .value();
    }

    private double permits() {
        return metrics.get("resilience4j.bulkhead.available.concurrent.calls")
                .tag("name", "stripe")
                .gauge()
                .value();
    }

    private double retries(String kind) {
        return metrics.get("resilience4j.retry.calls").tags("name", "stripe", "kind", kind).meters().stream()
                .mapToDouble(meter -> meter.measure().iterator().next().getValue())
                .sum();
    }
}
