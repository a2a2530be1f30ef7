package dev.orderengine.fulfilment;

import dev.orderengine.batch.Recurring;
import dev.orderengine.queue.QueueConsumer;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Lets digital orders fulfil themselves, again and again, and what is told of parcels be heard. */
public final class FulfilmentVerticle extends VerticleBase {

    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final DigitalFulfilment digital;
    private final QueueConsumer updates;
    private final Runnable afterCommit;
    private final MeterRegistry metrics;
    private Recurring fulfilling;

    /**
     * @param updates hands what comes to {@link FulfilmentUpdates}
     * @param afterCommit told when there may be work for the relay
     */
    public FulfilmentVerticle(
            DigitalFulfilment digital, QueueConsumer updates, Runnable afterCommit, MeterRegistry metrics) {
        this.digital = digital;
        this.updates = updates;
        this.afterCommit = afterCommit;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        fulfilling = new Recurring(vertx, "digital-fulfilment", INTERVAL, metrics, this::fulfil);
        fulfilling.start();
        updates.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return Future.join(fulfilling.stop(), updates.stop());
    }

    private Future<Void> fulfil() {
        return digital.run().onSuccess(this::announce).mapEmpty();
    }

    private void announce(int fulfilled) {
        if (fulfilled > 0) {
            afterCommit.run();
        }
    }
}
