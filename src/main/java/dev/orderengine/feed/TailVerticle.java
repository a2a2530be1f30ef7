package dev.orderengine.feed;

import dev.orderengine.batch.Recurring;
import dev.orderengine.bus.Bus;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Lets the tail look: a moment after each commit of this engine, and at each tick for what other engines committed. */
public final class TailVerticle extends VerticleBase {

    private static final Duration TICK = Duration.ofMillis(100);
    /** Numbering is a commit of its own: commits that follow each other closely share one. */
    private static final Duration GATHERING = Duration.ofMillis(20);

    private final Bus bus;
    private final String committed;
    private final EventTail tail;
    private final MeterRegistry metrics;
    private Recurring looking;
    private boolean gathering;

    /** @param committed the address of nudges that say that events were committed */
    public TailVerticle(Bus bus, String committed, EventTail tail, MeterRegistry metrics) {
        this.bus = bus;
        this.committed = committed;
        this.tail = tail;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        looking = new Recurring(vertx, "event-tail", TICK, metrics, tail::look);
        return bus.onNudge(committed, this::gather).onSuccess(listening -> looking.start());
    }

    @Override
    public Future<?> stop() {
        return looking.stop();
    }

    private void gather() {
        if (gathering || tail.followers() == 0) {
            return;
        }
        gathering = true;
        vertx.setTimer(GATHERING.toMillis(), fired -> {
            gathering = false;
            looking.runNow();
        });
    }
}
