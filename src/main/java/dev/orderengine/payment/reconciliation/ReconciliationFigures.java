package dev.orderengine.payment.reconciliation;

import dev.orderengine.payment.reconciliation.RunStore.Figures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shows how far the provider's lists and our books agree, and since when nobody looked. */
final class ReconciliationFigures {

    private final MeterRegistry metrics;
    private volatile Map<String, Figures> latest = Map.of();

    ReconciliationFigures(Collection<String> providers, MeterRegistry metrics, Clock clock) {
        this.metrics = metrics;
        for (String provider : providers) {
            Gauge.builder("reconciliation.differences", () -> of(provider).differences())
                    .description("Differences that the latest comparisons of the last 7 days found")
                    .tag("provider", provider)
                    .register(metrics);
            Gauge.builder("reconciliation.age", () -> ageSeconds(of(provider), clock))
                    .description(
                            "Since the day before was compared; since the first comparison was planned, if none ever succeeded")
                    .baseUnit("seconds")
                    .tag("provider", provider)
                    .register(metrics);
            for (RunState outcome : List.of(RunState.DONE, RunState.FAILED)) {
                runs(provider, outcome);
            }
        }
    }

    void show(List<Figures> read) {
        Map<String, Figures> shown = new HashMap<>();
        read.forEach(figures -> shown.put(figures.provider(), figures));
        latest = shown;
    }

    void ended(Run run, RunState outcome) {
        runs(run.provider(), outcome).increment();
    }

    private Figures of(String provider) {
        return latest.getOrDefault(provider, new Figures(provider, 0, null));
    }

    private static double ageSeconds(Figures figures, Clock clock) {
        return figures.since() == null
                ? 0
                : Duration.between(figures.since(), clock.instant()).toMillis() / 1000.0;
    }

    private Counter runs(String provider, RunState outcome) {
        return Counter.builder("reconciliation.runs")
                .description("Comparisons of a day, each try")
                .tag("provider", provider)
                .tag("outcome", outcome.wire())
                .register(metrics);
    }
}
