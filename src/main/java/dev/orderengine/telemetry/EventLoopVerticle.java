package dev.orderengine.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;

/**
 * Measures how late its event loop is: how much later than asked for a timer fires, which is how long a request waits before
 * anything of it is read. Deploy one instance a loop.
 */
public final class EventLoopVerticle extends VerticleBase {

    private static final long INTERVAL_MILLIS = 100;

    private final Timer delay;
    private long due;
    private long timer;

    public EventLoopVerticle(MeterRegistry metrics) {
        this.delay = Timer.builder("event.loop.delay")
                .description("How late timers fire on an event loop")
                .register(metrics);
    }

    @Override
    public Future<?> start() {
        schedule();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        vertx.cancelTimer(timer);
        return Future.succeededFuture();
    }

    private void schedule() {
        due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
        timer = vertx.setTimer(INTERVAL_MILLIS, fired -> {
            delay.record(Math.max(0, System.nanoTime() - due), TimeUnit.NANOSECONDS);
            schedule();
        });
    }
}
