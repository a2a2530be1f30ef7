package dev.orderengine.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds how many requests are at work at once, over all event loops; sheds the rest with 503. */
public final class AdmissionGate implements Handler<RoutingContext> {

    private final int limit;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Counter shed;

    /**
     * @param calls which calls these are, in the metrics
     * @param limit requests at once
     */
    public AdmissionGate(String calls, int limit, MeterRegistry metrics) {
        this.limit = limit;
        this.shed = Counter.builder("http.server.shed")
                .description("Requests refused because too many were at work")
                .tag("calls", calls)
                .register(metrics);
        Gauge.builder("http.server.in.flight", inFlight, AtomicInteger::get)
                .description("Requests at work")
                .tag("calls", calls)
                .register(metrics);
    }

    @Override
    public void handle(RoutingContext context) {
        if (inFlight.incrementAndGet() > limit) {
            inFlight.decrementAndGet();
            shed.increment();
            context.fail(new ProblemException(
                    Problem.unavailable("overloaded", "Too many requests are at work.", Duration.ofSeconds(1))));
            return;
        }
        context.addEndHandler(ended -> inFlight.decrementAndGet());
        context.next();
    }

    /** Whether so many requests are at work that what can wait should: a tenth of the limit. */
    public boolean isBusy() {
        return inFlight.get() > limit / 10;
    }

    /** Requests at work now. */
    public int inFlight() {
        return inFlight.get();
    }
}
