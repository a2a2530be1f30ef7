package dev.orderengine.order;

import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.bus.Address;
import dev.orderengine.bus.Bus;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Serves {@link #PLACE}; one instance a JVM, so that all that waits shares a batch. */
public final class PlacementVerticle extends VerticleBase {

    /** Where orders are placed. */
    public static final Address<Place, Placement> PLACE = new Address<>("place", Place.class, Placement.class);

    private final Bus bus;
    private final Placements placements;

    /** @param afterCommit told when there is work for payments and the relay */
    public PlacementVerticle(
            Bus bus,
            Spans spans,
            PlacementStore store,
            MicroBatcher.Limits limits,
            Duration timeout,
            MeterRegistry metrics,
            Runnable afterCommit) {
        this.bus = bus;
        this.placements = new Placements(spans, store, limits, timeout.toMillis(), metrics, afterCommit);
    }

    @Override
    public Future<?> start() {
        return bus.serve(PLACE, placements::place);
    }

    @Override
    public Future<?> stop() {
        return placements.drain();
    }
}
