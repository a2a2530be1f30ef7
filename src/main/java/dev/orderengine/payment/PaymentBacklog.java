package dev.orderengine.payment;

import dev.orderengine.payment.PaymentStore.Backlog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how many payments of a provider wait and for how long: {@code payments.due}, {@code payments.due.age} (seconds) and
 * {@code payments.flagged}. Asked of the database at each refresh, not at each scrape.
 */
public final class PaymentBacklog {

    private static final Logger LOG = LoggerFactory.getLogger(PaymentBacklog.class);

    private final PaymentStore store;
    private final String provider;
    private final Clock clock;
    private volatile Backlog latest = new Backlog(0, null, 0);
    private volatile Instant asOf;
    private Future<Void> refreshing = Future.succeededFuture();

    public PaymentBacklog(PaymentStore store, String provider, MeterRegistry metrics, Clock clock) {
        this.store = store;
        this.provider = provider;
        this.clock = clock;
        this.asOf = clock.instant();
        gauge("payments.due", "Payments whose time has come", PaymentBacklog::due)
                .register(metrics);
        gauge("payments.due.age", "How long the first due payment waits", PaymentBacklog::ageSeconds)
                .baseUnit("seconds")
                .register(metrics);
        gauge("payments.flagged", "Payments that wait for a person", PaymentBacklog::flagged)
                .register(metrics);
    }

    /** Asks the database, unless it is being asked already. Never fails: the figures stay as they were. */
    public Future<Void> refresh() {
        if (refreshing.isComplete()) {
            Instant now = clock.instant();
            refreshing = store.backlog(provider, now)
                    .onSuccess(backlog -> show(backlog, now))
                    .onFailure(fault -> LOG.warn("cannot read the backlog of {}", provider, fault))
                    .<Void>mapEmpty()
                    .otherwiseEmpty();
        }
        return refreshing;
    }

    /** How long the first due payment had waited at the last refresh. */
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

    private Gauge.Builder<PaymentBacklog> gauge(
            String name, String description, java.util.function.ToDoubleFunction<PaymentBacklog> value) {
        return Gauge.builder(name, this, value).description(description).tag("provider", provider);
    }
}
