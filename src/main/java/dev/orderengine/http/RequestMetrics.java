package dev.orderengine.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Times the requests of one route, by status; those held on purpose would only blur the picture. Any event loop. */
final class RequestMetrics implements Handler<RoutingContext> {

    private static final Duration[] OBJECTIVES = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5)
    };

    private final MeterRegistry metrics;
    private final String method;
    private final String route;
    private final Map<Integer, Timer> timers = new ConcurrentHashMap<>();

    /** @param route the path with its parameters' names, never a path as it came */
    RequestMetrics(MeterRegistry metrics, String method, String route) {
        this.metrics = metrics;
        this.method = method;
        this.route = route;
    }

    @Override
    public void handle(RoutingContext context) {
        RequestContext.of(context).route(route);
        context.addEndHandler(ended -> record(context));
        context.next();
    }

    private void record(RoutingContext context) {
        RequestContext request = RequestContext.of(context);
        if (!request.isHeld()) {
            Timer timer = timers.computeIfAbsent(context.response().getStatusCode(), this::timer);
            long nanos = System.nanoTime() - request.startNanos();
            request.trace().around(() -> timer.record(nanos, TimeUnit.NANOSECONDS));
        }
    }

    private Timer timer(int status) {
        return Timer.builder("http.server.requests")
                .description("From the first byte of a request to the last of its answer")
                .tag("method", method)
                .tag("route", route)
                .tag("status", String.valueOf(status))
                .serviceLevelObjectives(OBJECTIVES)
                .register(metrics);
    }
}
