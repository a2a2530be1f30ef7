package dev.orderengine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.telemetry.HealthReport.Check;
import dev.orderengine.telemetry.HealthReport.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(5)
class HealthTest {

    private final Lifecycle lifecycle = new Lifecycle();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<Future<?>> postgres = new AtomicReference<>(Future.succeededFuture());
    private final AtomicReference<Future<?>> redis = new AtomicReference<>(Future.succeededFuture());
    private final Health health = new Health(
            lifecycle,
            List.of(new HealthCheck("postgres", true, this::askPostgres), new HealthCheck("redis", false, redis::get)),
            registry,
            nanos::get);

    private Future<?> askPostgres() {
        asked.incrementAndGet();
        return postgres.get();
    }

    @Test
    void live_anyState_isUp() {
        assertThat(health.live().status()).isEqualTo(Status.UP);
        lifecycle.draining();
        assertThat(health.live())
                .isEqualTo(new HealthReport(
                        Status.UP, List.of(new Check("lifecycle", Status.UP, Map.of("state", "draining")))));
        assertThat(asked).hasValue(0);
    }

    @Test
    void startup_beforeAndAfterReady_isDownThenUp() {
        assertThat(health.startup().passes()).isFalse();
        lifecycle.ready();
        assertThat(health.startup().passes()).isTrue();
        lifecycle.draining();
        assertThat(health.startup().passes()).isTrue();
    }

    @Test
    void ready_allAnswer_isUp() throws Exception {
        lifecycle.ready();

        assertThat(ready())
                .isEqualTo(new HealthReport(
                        Status.UP,
                        List.of(
                                new Check("lifecycle", Status.UP, Map.of("state", "ready")),
                                new Check("postgres", Status.UP, Map.of()),
                                new Check("redis", Status.UP, Map.of()))));
    }

    @Test
    void ready_startingOrDraining_isDown() throws Exception {
        assertThat(ready().passes()).isFalse();
        lifecycle.ready();
        assertThat(ready().passes()).isTrue();
        lifecycle.draining();
        assertThat(ready().passes()).isFalse();
    }

    @Test
    void ready_optionalDependencyAway_isDegradedAndPasses() throws Exception {
        lifecycle.ready();
        redis.set(Future.failedFuture("connection refused: 10.0.0.7"));

        HealthReport report = ready();

        assertThat(report.status()).isEqualTo(Status.DEGRADED);
        assertThat(report.passes()).isTrue();
        assertThat(report.checks()).contains(new Check("redis", Status.DEGRADED, Map.of("reason", "failed")));
        assertThat(up("redis")).isZero();
        assertThat(up("postgres")).isOne();
    }

    @Test
    void ready_requiredDependencyAway_isDownAndComesBack() throws Exception {
        lifecycle.ready();
        postgres.set(Future.failedFuture("gone"));
        assertThat(ready().passes()).isFalse();
        assertThat(up("postgres")).isZero();

        postgres.set(Future.succeededFuture());
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThat(ready().passes()).isTrue();
        assertThat(up("postgres")).isOne();
    }

    @Test
    void ready_dependencyHangs_isDownWithinASecond() throws Exception {
        lifecycle.ready();
        postgres.set(Promise.promise().future());

        long start = System.nanoTime();
        HealthReport report = ready();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(report.checks())
                .contains(new Check("postgres", Status.DOWN, Map.of("reason", "no answer within 800 ms")));
    }

    @Test
    void ready_probeThrows_isDown() throws Exception {
        lifecycle.ready();
        Health throwing = new Health(
                lifecycle,
                List.of(new HealthCheck("broken", true, () -> {
                    throw new IllegalStateException("no client");
                })),
                registry,
                nanos::get);

        assertThat(throwing.ready()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(2, TimeUnit.SECONDS)
                        .passes())
                .isFalse();
    }

    @Test
    void ready_askedOften_asksTheDependencyOnceASecond() throws Exception {
        for (int time = 0; time < 100; time++) {
            ready();
        }
        assertThat(asked).hasValue(1);

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        ready();
        assertThat(asked).hasValue(2);
    }

    @Test
    void lifecycle_toldToStopWhileItStarts_neverBecomesReady() {
        lifecycle.draining();
        lifecycle.ready();
        assertThat(lifecycle.state()).isEqualTo(Lifecycle.State.DRAINING);
        lifecycle.stopped();
        assertThat(lifecycle.state()).isEqualTo(Lifecycle.State.STOPPED);
    }

    private HealthReport ready() throws Exception {
        return health.ready().toCompletionStage().toCompletableFuture().get(2, TimeUnit.SECONDS);
    }

    private double up(String dependency) {
        return registry.get("dependency.up")
                .tag("dependency", dependency)
                .gauge()
                .value();
    }
}
