package dev.orderengine.dev.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends signed events, and tries again with growing intervals until the receiver answers 2xx. */
public final class StripeWebhooks {

    private static final Logger LOG = LoggerFactory.getLogger(StripeWebhooks.class);
    private static final int TRIES = 8;
    private static final long FIRST_RETRY_MS = 500;
    private static final long TIMEOUT_MS = 5_000;

    private final Vertx vertx;
    private final HttpClient client;
    private final Clock clock;
    private final String secret;
    private volatile Optional<URI> url;

    StripeWebhooks(Vertx vertx, Clock clock, String secret, Optional<URI> url) {
        this.vertx = vertx;
        this.client = vertx.createHttpClient();
        this.clock = clock;
        this.secret = secret;
        this.url = url;
    }

    /** Sets where events go; empty sends none. */
    public void sendTo(Optional<URI> receiver) {
        this.url = receiver;
    }

    /**
     * Stripe's signature header: {@code t=<seconds>,v1=<hex HMAC-SHA256 of "<seconds>.<payload>">}.
     *
     * @param secret the endpoint's secret
     * @param timestamp Unix time in seconds
     * @param payload the body as sent
     */
    public static String signature(String secret, long timestamp, String payload) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            var digest = mac.doFinal((timestamp + "." + payload).getBytes(StandardCharsets.UTF_8));
            return "t=" + timestamp + ",v1=" + HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    void send(String type, PaymentIntent intent) {
        var id = "evt_" + UUID.randomUUID().toString().replace("-", "");
        var payload = StripeJson.event(id, clock.instant().getEpochSecond(), type, intent)
                .encode();
        url.ifPresent(receiver -> attempt(receiver, payload, 1));
    }

    private void attempt(URI receiver, String payload, int attempt) {
        var request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(receiver.toString())
                .setTimeout(TIMEOUT_MS)
                .putHeader("Content-Type", "application/json; charset=utf-8")
                .putHeader("Stripe-Signature", signature(secret, clock.instant().getEpochSecond(), payload));
        client.request(request)
                .compose(ready -> ready.send(payload))
                .map(response -> response.statusCode() / 100 == 2)
                .otherwise(false)
                .onSuccess(taken -> retryUnless(taken, receiver, payload, attempt));
    }

    private void retryUnless(boolean taken, URI receiver, String payload, int attempt) {
        if (taken) {
            return;
        }
        if (attempt == TRIES) {
            LOG.warn("Webhook given up after {} tries: {}", TRIES, receiver);
            return;
        }
        vertx.setTimer(FIRST_RETRY_MS << (attempt - 1), timer -> attempt(receiver, payload, attempt + 1));
    }
}
