package dev.orderengine.dev.simulator;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Stripe's events. */
public final class StripeWebhooks {

    private final WebhookSender sender;
    private final Clock clock;
    private final String secret;

    StripeWebhooks(WebhookSender sender, Clock clock, String secret) {
        this.sender = sender;
        this.clock = clock;
        this.secret = secret;
    }

    /** Sets where events go; empty sends none. */
    public void sendTo(Optional<URI> receiver) {
        sender.sendTo(receiver);
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
        sender.send(
                payload,
                () -> Map.of(
                        "Stripe-Signature", signature(secret, clock.instant().getEpochSecond(), payload)));
    }
}
