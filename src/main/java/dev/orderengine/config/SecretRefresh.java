package dev.orderengine.config;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts secrets in force that were rotated, without a restart: whoever uses one asks for it each time. One that was not set when the
 * engine started stays so. While the secrets cannot be read, those in force stay.
 */
public final class SecretRefresh {

    private static final Logger LOG = LoggerFactory.getLogger(SecretRefresh.class);

    private final Map<String, Secret> inForce = new LinkedHashMap<>();
    private final Map<String, Instant> since = new ConcurrentHashMap<>();
    private final Secrets source;
    private final MeterRegistry metrics;

    /** @param config whose secrets are replaced */
    public SecretRefresh(EngineConfig config, Secrets source, MeterRegistry metrics) {
        this.source = source;
        this.metrics = metrics;
        collect(config, "");
        // From the start, for nobody sees a counter's first step that begins with it.
        Stream.of("changed", "unchanged", "failed").forEach(this::counter);
    }

    private void collect(Record section, String prefix) {
        Arrays.stream(section.getClass().getRecordComponents()).forEach(component -> {
            String key = prefix + Keys.name(component);
            Object value = Reflection.get(component, section);
            if (value instanceof Record below) {
                collect(below, key + ".");
            } else if (value instanceof Secret secret) {
                inForce.put(Keys.variable(key), secret);
            }
        });
    }

    /** Looks at the secrets once, and puts those in force that are new. Blocks: for a worker. */
    public void run() {
        try {
            Map<String, Secrets.Version> found = source.read();
            long changed = inForce.keySet().stream()
                    .filter(found::containsKey)
                    .filter(variable -> take(variable, found.get(variable)))
                    .count();
            counter(changed > 0 ? "changed" : "unchanged").increment();
        } catch (Secrets.UnavailableException e) {
            LOG.error("secrets cannot be read, those in force stay: {}", e.getMessage(), e);
            counter("failed").increment();
        }
    }

    private boolean take(String variable, Secrets.Version found) {
        if (since.put(variable, found.since()) == null) {
            Gauge.builder(
                            "secret.last.changed.timestamp",
                            () -> since.get(variable).getEpochSecond())
                    .description("When a secret got the value that is in force")
                    .baseUnit("seconds")
                    .tag("secret", variable)
                    .register(metrics);
        }
        if (found.value().isBlank() || inForce.get(variable).value().equals(found.value())) {
            return false;
        }
        inForce.get(variable).replace(found.value());
        LOG.info("{} was rotated", variable);
        return true;
    }

    private Counter counter(String outcome) {
        return Counter.builder("secrets.refreshes")
                .description("Looks at the secrets, by what came of them")
                .tag("outcome", outcome)
                .register(metrics);
    }
}
