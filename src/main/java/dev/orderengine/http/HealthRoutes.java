package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.telemetry.Health;
import dev.orderengine.telemetry.HealthReport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code /health/live}, {@code /health/ready}, {@code /health/startup}: without a token, on the API's and the management port. */
public final class HealthRoutes {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final ObjectWriter json = JsonMapping.create().writerFor(HealthReport.class);
    private final Vertx vertx;
    private final Health health;

    /**
     * @param vertx that the routers belong to
     * @param health who knows
     */
    public HealthRoutes(Vertx vertx, Health health) {
        this.vertx = vertx;
        this.health = health;
    }

    /** Adds the routes. */
    public void mount(Router router) {
        router.get("/health/live").handler(request -> answer(request, health.live()));
        router.get("/health/startup").handler(request -> answer(request, health.startup()));
        router.get("/health/ready").handler(this::ready);
    }

    /** Looks at what readiness depends on, for whoever shows what was found; within a second. Never fails. */
    Future<?> look() {
        return health.ready();
    }

    /** The report may be made on another event loop, for probes share it; the answer is written on the request's own. */
    private void ready(RoutingContext request) {
        Context own = vertx.getOrCreateContext();
        health.ready()
                .onSuccess(report -> own.runOnContext(now -> answer(request, report)))
                .onFailure(request::fail);
    }

    private void answer(RoutingContext request, HealthReport report) {
        try {
            Buffer body = Buffer.buffer(json.writeValueAsBytes(report));
            request.response()
                    .setStatusCode(report.passes() ? OK : UNAVAILABLE)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(body);
        } catch (JsonProcessingException impossible) {
            request.fail(impossible);
        }
    }
}
