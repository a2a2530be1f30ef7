package dev.orderengine.dev.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends events, and tries again with growing intervals until the receiver answers 2xx. */
final class WebhookSender {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
    private static final int TRIES = 8;
    private static final long FIRST_RETRY_MS = 500;
    private static final long TIMEOUT_MS = 5_000;

    private final Vertx vertx;
    private final HttpClient client;
    private volatile Optional<URI> url;

    WebhookSender(Vertx vertx, Optional<URI> url) {
        this.vertx = vertx;
        this.client = vertx.createHttpClient();
        this.url = url;
    }

    void sendTo(Optional<URI> receiver) {
        this.url = receiver;
    }

    /** @param headers made anew for each try */
    void send(String payload, Supplier<Map<String, String>> headers) {
        url.ifPresent(receiver -> attempt(receiver, payload, headers, 1));
    }

    private void attempt(URI receiver, String payload, Supplier<Map<String, String>> headers, int attempt) {
        var request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(receiver.toString())
                .setTimeout(TIMEOUT_MS)
                .putHeader("Content-Type", "application/json; charset=utf-8");
        headers.get().forEach(request::putHeader);
        client.request(request)
                .compose(ready -> ready.send(payload))
                .map(response -> response.statusCode() / 100 == 2)
                .otherwise(false)
                .onSuccess(taken -> retryUnless(taken, receiver, payload, headers, attempt));
    }

    private void retryUnless(
            boolean taken, URI receiver, String payload, Supplier<Map<String, String>> headers, int attempt) {
        if (taken) {
            return;
        }
        if (attempt == TRIES) {
            LOG.warn("Webhook given up after {} tries: {}", TRIES, receiver);
            return;
        }
        vertx.setTimer(FIRST_RETRY_MS << (attempt - 1), timer -> attempt(receiver, payload, headers, attempt + 1));
    }
}
