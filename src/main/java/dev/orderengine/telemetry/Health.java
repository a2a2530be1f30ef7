package dev.orderengine.telemetry;

import dev.orderengine.telemetry.HealthReport.Check;
import dev.orderengine.telemetry.HealthReport.Status;
import dev.orderengine.telemetry.Lifecycle.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What the engine says of itself. Thread-safe. Our own and not vertx-health-check, which knows neither "degraded" nor answers
 * that are shared for a second.
 */
public final class Health {

    private final Lifecycle lifecycle;
    private final List<Probe> probes;
    private volatile boolean ready;

    /**
     * @param lifecycle of the process
     * @param checks what readiness asks for
     * @param registry gets the gauge {@code dependency.up} for each check, and {@code health.ready}, as the last probe found them
     * @param nanoTime {@link System#nanoTime()}
     */
    public Health(Lifecycle lifecycle, List<HealthCheck> checks, MeterRegistry registry, LongSupplier nanoTime) {
        this.lifecycle = lifecycle;
        this.probes = checks.stream().map(check -> new Probe(check, nanoTime)).toList();
        probes.forEach(probe -> Gauge.builder("dependency.up", probe, Probe::up)
                .description("1 when the dependency answered the last probe")
                .tag("dependency", probe.id())
                .register(registry));
        Gauge.builder("health.ready", this, health -> health.ready ? 1 : 0)
                .description("1 when the last probe of readiness passed")
                .register(registry);
    }

    /** The process's own state only: that it can answer. A lost dependency is no reason to restart it. */
    public HealthReport live() {
        return HealthReport.of(List.of(phase(Status.UP)));
    }

    /** Up once it has been ready. */
    public HealthReport startup() {
        return HealthReport.of(List.of(phase(lifecycle.state() == State.STARTING ? Status.DOWN : Status.UP)));
    }

    /** Whether to send requests here; within a second, and never failing. May complete on another context than the caller's. */
    public Future<HealthReport> ready() {
        List<Future<Check>> answers = probes.stream().map(Probe::ask).toList();
        return Future.all(answers).map(all -> readiness(all.list())).onSuccess(report -> ready = report.passes());
    }

    private HealthReport readiness(List<Check> dependencies) {
        Check phase = phase(lifecycle.state() == State.READY ? Status.UP : Status.DOWN);
        return HealthReport.of(
                Stream.concat(Stream.of(phase), dependencies.stream()).toList());
    }

    private Check phase(Status status) {
        return new Check(
                "lifecycle", status, Map.of("state", lifecycle.state().name().toLowerCase(Locale.ROOT)));
    }
}
