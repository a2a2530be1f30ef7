package dev.orderengine.payment;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how many jobs of a kind wait at a provider and for how long, for payments {@code payments.due}, {@code payments.due.age}
 * (seconds) and {@code payments.flagged}. Asked of the database at each refresh, not at each scrape.
 */
public final class JobBacklog {

    private static final Logger LOG = LoggerFactory.getLogger(JobBacklog.class);

    private final String kind;
    private final String provider;
    private final Function<Instant, Future<Backlog>> reading;
    private final Clock clock;
    private volatile Backlog latest = new Backlog(0, null, 0);
    private volatile Instant asOf;
    private Future<Void> refreshing = Future.succeededFuture();

    /** @param reading reads what waits at that time */
    public JobBacklog(
            String kind,
            String provider,
            Function<Instant, Future<Backlog>> reading,
            MeterRegistry metrics,
            Clock clock) {
        this.kind = kind;
        this.provider = provider;
        this.reading = reading;
        this.clock = clock;
        this.asOf = clock.instant();
        gauge(".due", "Jobs whose time has come", JobBacklog::due).register(metrics);
        gauge(".due.age", "How long the first due job waits", JobBacklog::ageSeconds)
                .baseUnit("seconds")
                .register(metrics);
        gauge(".flagged", "Jobs that wait for a person", JobBacklog::flagged).register(metrics);
    }

    /** Asks the database, unless it is being asked already. Never fails: the figures stay as they were. */
    public Future<Void> refresh() {
        if (refreshing.isComplete()) {
            Instant now = clock.instant();
            refreshing = reading.apply(now)
                    .onSuccess(backlog -> show(backlog, now))
                    .onFailure(fault -> LOG.warn("cannot read the backlog of {} at {}", kind, provider, fault))
                    .<Void>mapEmpty()
                    .otherwiseEmpty();
        }
        return refreshing;
    }

    /** How long the first due job had waited at the last refresh. */
    public Duration age() {
        Backlog shown = latest;
        return shown.oldestDue() == null ? Duration.ZERO : Duration.between(shown.oldestDue(), asOf);
    }

    private void show(Backlog backlog, Instant now) {
        latest = backlog;
        asOf = now;
    }

    private double due() {
        return latest.due();
    }

    private double ageSeconds() {
        return age().toMillis() / 1000.0;
    }

    private double flagged() {
        return latest.flagged();
    }

    private Gauge.Builder<JobBacklog> gauge(
            String name, String description, java.util.function.ToDoubleFunction<JobBacklog> value) {
        return Gauge.builder(kind + name, this, value).description(description).tag("provider", provider);
    }
}
