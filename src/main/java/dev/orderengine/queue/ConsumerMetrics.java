package dev.orderengine.queue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;

/** The figures of one consumer, all tagged with its queue. */
final class ConsumerMetrics {

    private final Counter received;
    private final Counter handled;
    private final Counter retried;
    private final Counter dead;
    private final Counter faults;
    private final Timer age;

    /** @param inFlight messages in hand now; may be asked on any thread */
    ConsumerMetrics(String queue, Supplier<Number> inFlight, MeterRegistry metrics) {
        this.received = counter("queue.messages.received", "Messages that came, repeats included", queue, metrics);
        this.handled = counter("queue.messages.handled", "Messages whose effect is durable", queue, metrics);
        this.retried = counter("queue.messages.retried", "Messages that were left for later", queue, metrics);
        this.dead = counter("queue.messages.dead", "Messages moved to the dead-letter queue", queue, metrics);
        this.faults = counter("queue.faults", "Calls to the queue that failed", queue, metrics);
        this.age = Timer.builder("queue.message.age")
                .description("From the moment that the queue got a message to the one that it came, the first time")
                .tag("queue", queue)
                .register(metrics);
        Gauge.builder("queue.in.flight", inFlight)
                .description("Messages in hand")
                .tag("queue", queue)
                .register(metrics);
    }

    void received(int receives, Duration since) {
        received.increment();
        if (receives == 1) {
            age.record(since.isNegative() ? Duration.ZERO : since);
        }
    }

    void handled() {
        handled.increment();
    }

    void retried() {
        retried.increment();
    }

    void dead() {
        dead.increment();
    }

    void fault() {
        faults.increment();
    }

    private static Counter counter(String name, String description, String queue, MeterRegistry metrics) {
        return Counter.builder(name)
                .description(description)
                .tag("queue", queue)
                .register(metrics);
    }
}
