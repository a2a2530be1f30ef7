package dev.orderengine.http;

import dev.orderengine.batch.Recurring;
import dev.orderengine.config.EngineConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API's port: what it takes at most, for how long, and TLS with a certificate that is renewed while it serves. */
final class Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_URI_BYTES = 8 * 1024;
    private static final int COMPRESS_FROM_BYTES = 1024;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Pattern MALFORMED_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private final Vertx vertx;
    private final EngineConfig.Http config;
    private final SecurityHeaders headers;
    private final Connections connections;
    private final Recurring renewing;
    private HttpServer server;
    private Certificate certificate;

    Listener(Vertx vertx, EngineConfig.Http config, MeterRegistry metrics) {
        this.vertx = vertx;
        this.config = config;
        this.headers = new SecurityHeaders(config.tls().isOn());
        this.connections = new Connections(
                new Connections.Times(config.headerTimeout(), config.bodyTimeout(), config.idleTimeout()));
        this.renewing = new Recurring(vertx, "certificate", LOOK, metrics, this::renew);
    }

    /** What every answer carries. */
    SecurityHeaders headers() {
        return headers;
    }

    /** Has to be told of each request. */
    Connections connections() {
        return connections;
    }

    /** Completes when requests are taken; fails if the port is, or the certificate is of no use. */
    Future<HttpServer> listen(Router router, Problems problems) {
        return options().compose(options -> {
            server = vertx.createHttpServer(options)
                    .connectionHandler(connections::opened)
                    .requestHandler(wellFormed(router, problems))
                    .invalidRequestHandler(problems::invalid);
            vertx.setPeriodic(sweepMillis(), tick -> connections.sweep());
            return server.listen().onSuccess(listening -> {
                if (config.tls().isOn()) {
                    renewing.start();
                }
            });
        });
    }

    int port() {
        return server.actualPort();
    }

    /** Takes no more requests; completes when those that are here are answered, or the time is over. */
    Future<Void> stop(Duration patience) {
        return renewing.stop().compose(stopped -> server.shutdown(patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    private Future<HttpServerOptions> options() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_URI_BYTES)
                .setIdleTimeout((int) config.idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setCompressionSupported(true)
                .setCompressionContentSizeThreshold(COMPRESS_FROM_BYTES)
                .setTcpNoDelay(true);
        return config.tls().isOn()
                ? readCertificate().map(read -> {
                    certificate = read;
                    return options.setSsl(true)
                            .setUseAlpn(true)
                            .setEnabledSecureTransportProtocols(Certificate.PROTOCOLS)
                            .setKeyCertOptions(read.keyCertOptions());
                })
                : Future.succeededFuture(options);
    }

    private long sweepMillis() {
        long shortest =
                Math.min(config.headerTimeout().toMillis(), config.bodyTimeout().toMillis());
        return Math.max(1, Math.min(LOOK.toMillis(), shortest / 2));
    }

    private Future<Certificate> readCertificate() {
        return vertx.executeBlocking(() -> Certificate.read(config.tls()), false);
    }

    private Future<Void> renew() {
        return readCertificate().compose(read -> read.equals(certificate) ? Future.succeededFuture() : use(read));
    }

    private Future<Void> use(Certificate read) {
        return server.updateSSLOptions(read.options())
                .onSuccess(renewed -> {
                    certificate = read;
                    LOG.info("the certificate is renewed, the new one is good until {}", read.expiresAt());
                })
                .mapEmpty();
    }

    /** A path that cannot be decoded matches no route and would fail in the router. */
    private static Handler<HttpServerRequest> wellFormed(Router router, Problems problems) {
        return request -> {
            if (MALFORMED_ESCAPE.matcher(request.path()).find() || !hasOneHost(request)) {
                problems.invalid(request);
            } else {
                router.handle(request);
            }
        };
    }

    /** RFC 9112, 3.2: without one, or with two, a proxy and the engine may not agree about whom it is for. */
    private static boolean hasOneHost(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_1_1
                || request.headers().getAll(HttpHeaders.HOST).size() == 1;
    }
}
