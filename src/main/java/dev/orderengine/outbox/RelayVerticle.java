package dev.orderengine.outbox;

import dev.orderengine.batch.Recurring;
import dev.orderengine.bus.Bus;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Lets the relay run: woken at each commit that wrote events, and by polling as the safety net. */
public final class RelayVerticle extends VerticleBase {

    /** Where a nudge says that events were committed. */
    public static final String READY = "outbox.ready";

    private static final Duration GAUGES_INTERVAL = Duration.ofSeconds(5);

    private final Bus bus;
    private final Relay relay;
    private final OutboxGauges gauges;
    private final Duration pollInterval;
    private final MeterRegistry metrics;
    private Recurring polling;
    private Recurring gauging;

    /** @param pollInterval between two looks when no nudge came, and so the delay of what another JVM wrote */
    public RelayVerticle(Bus bus, Relay relay, OutboxGauges gauges, Duration pollInterval, MeterRegistry metrics) {
        this.bus = bus;
        this.relay = relay;
        this.gauges = gauges;
        this.pollInterval = pollInterval;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        polling = new Recurring(vertx, "outbox-poll", pollInterval, metrics, this::poll);
        gauging = new Recurring(vertx, "outbox-gauges", GAUGES_INTERVAL, metrics, gauges::refresh);
        return bus.onNudge(READY, relay::nudge).onSuccess(listening -> begin());
    }

    @Override
    public Future<?> stop() {
        return Future.join(polling.stop(), gauging.stop()).compose(quiet -> relay.stop());
    }

    private void begin() {
        polling.start();
        gauging.start();
        relay.nudge();
    }

    private Future<Void> poll() {
        relay.nudge();
        return Future.succeededFuture();
    }
}
