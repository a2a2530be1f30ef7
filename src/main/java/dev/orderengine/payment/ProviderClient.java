package dev.orderengine.payment;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;

/** The HTTP client of one provider, and what failures of the network mean for what was asked. */
public final class ProviderClient {

    /** Shorter than servers keep idle connections, so that they seldom close one that is about to be used. */
    private static final int KEEP_ALIVE_SECONDS = 20;

    private final WebClient client;
    private final String basePath;
    private final Duration timeout;

    /**
     * @param connections kept open, as many as calls may be under way at once
     * @param timeout of a call; its connection is closed then
     */
    public ProviderClient(Vertx vertx, URI baseUrl, int connections, Duration timeout) {
        boolean ssl = baseUrl.getScheme().equals("https");
        this.client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setUserAgent("order-engine")
                        .setDefaultHost(baseUrl.getHost())
                        .setDefaultPort(port(baseUrl, ssl))
                        .setSsl(ssl)
                        .setFollowRedirects(false)
                        .setConnectTimeout((int) timeout.toMillis())
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
                new PoolOptions().setHttp1MaxSize(connections));
        this.basePath = baseUrl.getPath();
        this.timeout = timeout;
    }

    private static int port(URI url, boolean ssl) {
        int byScheme = ssl ? 443 : 80;
        return url.getPort() < 0 ? byScheme : url.getPort();
    }

    /** The same in the name of a span. @param traceparent null if there is none */
    public HttpRequest<Buffer> request(HttpMethod method, String path, String traceparent) {
        HttpRequest<Buffer> request = request(method, path);
        return traceparent == null ? request : request.putHeader("traceparent", traceparent);
    }

    /** A request to a path below the base address, with its time limit. */
    public HttpRequest<Buffer> request(HttpMethod method, String path) {
        return client.request(method, basePath + path).timeout(timeout.toMillis());
    }

    /** What a failure of the network means: only without a connection it is certain that nothing was asked. */
    public static ChargeOutcome trouble(Throwable fault) {
        boolean neverLeft = fault instanceof ConnectException
                || fault instanceof UnknownHostException
                || fault instanceof SSLHandshakeException;
        return neverLeft
                ? new ChargeOutcome.Unavailable(fault.toString(), Duration.ZERO)
                : new ChargeOutcome.Unknown(fault.toString(), isRepeatable(fault));
    }

    /** A lost connection may be replaced at once; who did not answer in time is not asked again at once. */
    private static boolean isRepeatable(Throwable fault) {
        return !(fault instanceof TimeoutException);
    }
}
