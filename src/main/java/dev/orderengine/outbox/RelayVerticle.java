package dev.orderengine.outbox;

import dev.orderengine.batch.Recurring;
import dev.orderengine.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Lets the relay run: woken at each commit that wrote events, and by polling as the safety net. */
public final class RelayVerticle extends VerticleBase {

    /** Where a nudge says that events were committed. */
    public static final String READY = "outbox.ready";

    private final Bus bus;
    private final Relay relay;
    private final Recurring poll;
    private final Recurring gauges;

    /**
     * @param poll nudges the relay
     * @param gauges refreshes the metrics of the lag
     */
    public RelayVerticle(Bus bus, Relay relay, Recurring poll, Recurring gauges) {
        this.bus = bus;
        this.relay = relay;
        this.poll = poll;
        this.gauges = gauges;
    }

    @Override
    public Future<?> start() {
        return bus.onNudge(READY, relay::nudge).onSuccess(listening -> begin());
    }

    @Override
    public Future<?> stop() {
        return Future.join(poll.stop(), gauges.stop()).compose(quiet -> relay.stop());
    }

    private void begin() {
        poll.start();
        gauges.start();
        relay.nudge();
    }
}
