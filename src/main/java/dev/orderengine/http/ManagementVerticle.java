package dev.orderengine.http;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.telemetry.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The management port: health and {@code /metrics}. Deploy it first and stop it last, so that probes always find it. */
public final class ManagementVerticle extends VerticleBase {

    private final EngineConfig.Http config;
    private final HealthRoutes health;
    private final Metrics metrics;
    private HttpServer server;

    /**
     * @param config host and management port; 0 takes a free one
     * @param health routes that the API's port has too
     * @param metrics what {@code /metrics} shows
     */
    public ManagementVerticle(EngineConfig.Http config, HealthRoutes health, Metrics metrics) {
        this.config = config;
        this.health = health;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        health.mount(router);
        router.get("/metrics").handler(this::scrape);
        server = vertx.createHttpServer().requestHandler(router);
        return server.listen(config.managementPort(), config.host());
    }

    @Override
    public Future<?> stop() {
        return server.close();
    }

    /** The port that it listens at, once started. */
    public int port() {
        return server.actualPort();
    }

    private void scrape(RoutingContext request) {
        String format = format(request.request().getHeader(HttpHeaders.ACCEPT));
        Context own = vertx.getOrCreateContext();
        // What is measured of dependencies is what the last look at them found: look now.
        health.look()
                .onComplete(looked -> own.executeBlocking(() -> metrics.scrape(format), false)
                        .onSuccess(text -> request.response()
                                .putHeader(HttpHeaders.CONTENT_TYPE, format)
                                .end(text))
                        .onFailure(request::fail));
    }

    /** Prometheus asks for OpenMetrics first; everybody else gets what he can read. */
    private static String format(String accept) {
        return accept != null && accept.contains("application/openmetrics-text")
                ? Metrics.OPEN_METRICS
                : Metrics.CONTENT_TYPE;
    }
}
