package dev.orderengine.http;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.telemetry.Metrics;
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
        vertx.executeBlocking(metrics::scrape, false)
                .onSuccess(text -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, Metrics.CONTENT_TYPE)
                        .end(text))
                .onFailure(request::fail);
    }
}
