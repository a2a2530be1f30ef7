package dev.orderengine.order;

import dev.orderengine.bus.Address;
import dev.orderengine.bus.Bus;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Serves {@link #EXECUTE}; one instance a JVM, so that all that waits shares a batch. */
public final class OrderCommandVerticle extends VerticleBase {

    /** Where commands on existing orders are carried out. */
    public static final Address<Execute, Execution> EXECUTE =
            new Address<>("order.execute", Execute.class, Execution.class);

    private final Bus bus;
    private final OrderCommands commands;

    /** @param afterCommit told when there may be work for payments and the relay */
    public OrderCommandVerticle(
            Bus bus, Spans spans, CommandStore store, Duration timeout, MeterRegistry metrics, Runnable afterCommit) {
        this.bus = bus;
        this.commands = new OrderCommands(spans, store, timeout.toMillis(), metrics, afterCommit);
    }

    @Override
    public Future<?> start() {
        return bus.serve(EXECUTE, commands::execute);
    }

    @Override
    public Future<?> stop() {
        return commands.drain();
    }
}
