package dev.orderengine.outbox;

import dev.orderengine.outbox.OutboxStore.Lag;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Duration;

/** The outbox's lag as metrics, as it was at the last refresh. All engines on a database show the same figures. */
public final class OutboxGauges {

    private final Pool pool;
    private final OutboxStore store;
    private volatile Lag lag = new Lag(0, 0, 0);

    public OutboxGauges(Pool pool, OutboxStore store, MeterRegistry metrics) {
        this.pool = pool;
        this.store = store;
        Gauge.builder("outbox.lag.rows", this, gauges -> gauges.lag.rows())
                .description("Events that wait for delivery; exact below 10,000, beyond it the span of their keys")
                .register(metrics);
        Gauge.builder("outbox.lag.seconds", this, gauges -> gauges.lag.seconds())
                .description("Age of the oldest event that waits for delivery")
                .baseUnit("seconds")
                .register(metrics);
        Gauge.builder("outbox.set.aside", this, gauges -> gauges.lag.setAside())
                .description("Events that were refused too often and wait for a person, counted up to 10,000")
                .register(metrics);
    }

    /** Age of the oldest event that waited at the last refresh. */
    public Duration lag() {
        return Duration.ofMillis((long) (lag.seconds() * 1_000));
    }

    /** Reads the figures again. */
    public Future<Void> refresh() {
        return store.lag(pool).onSuccess(read -> lag = read).mapEmpty();
    }
}
