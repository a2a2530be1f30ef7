package dev.orderengine.dev.simulator;

import dev.orderengine.dev.simulator.PayPalTransfer.Kind;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/** PayPal's events, and the call that says whether it signed one. */
public final class PayPalWebhooks {

    private static final String CERTIFICATE = "https://api.paypal.com/v1/notifications/certs/CERT-1";

    private final WebhookSender sender;
    private final Clock clock;
    private final String webhookId;

    PayPalWebhooks(WebhookSender sender, Clock clock, String webhookId) {
        this.sender = sender;
        this.clock = clock;
        this.webhookId = webhookId;
    }

    /** Sets where events go; empty sends none. */
    public void sendTo(Optional<URI> receiver) {
        sender.sendTo(receiver);
    }

    /** The headers of a transmission of that body, as PayPal would sign it now. */
    public Map<String, String> signed(String payload) {
        return signed(payload, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** The headers of a transmission of that body at that time. */
    public Map<String, String> signed(String payload, String time) {
        var transmission = UUID.randomUUID().toString();
        return Map.of(
                "PayPal-Auth-Algo", "SHA256withRSA",
                "PayPal-Cert-Url", CERTIFICATE,
                "PayPal-Transmission-Id", transmission,
                "PayPal-Transmission-Sig", signature(transmission, time, payload),
                "PayPal-Transmission-Time", time);
    }

    /** An event about money, as PayPal writes it. */
    public static String event(String type, PayPalTransfer transfer) {
        return new JsonObject()
                .put("id", "WH-" + UUID.randomUUID())
                .put("event_version", "1.0")
                .put(
                        "create_time",
                        transfer.created().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("resource_type", transfer.kind().name().toLowerCase(java.util.Locale.ROOT))
                .put("resource_version", "2.0")
                .put("event_type", type)
                .put("summary", "Payment completed")
                .put("resource", PayPalJson.transfer(transfer))
                .encodePrettily();
    }

    void settled(PayPalTransfer transfer) {
        var type = transfer.kind() == Kind.CAPTURE ? "PAYMENT.CAPTURE.COMPLETED" : "PAYMENT.AUTHORIZATION.CREATED";
        var payload = event(type, transfer);
        sender.send(payload, () -> signed(payload));
    }

    /** The signature is over the body to the byte: whoever parses it and writes it anew fails, as with PayPal. */
    Reply verify(Call call) {
        var question = call.json();
        var sent = call.body().toString();
        var event =
                sent.substring(sent.indexOf("\"webhook_event\":") + "\"webhook_event\":".length(), sent.length() - 1);
        var genuine = Objects.equals(question.getString("webhook_id"), webhookId)
                && Objects.equals(question.getString("cert_url"), CERTIFICATE)
                && Objects.equals(
                        question.getString("transmission_sig"),
                        signature(
                                question.getString("transmission_id"), question.getString("transmission_time"), event));
        return Reply.ok(() -> new JsonObject().put("verification_status", genuine ? "SUCCESS" : "FAILURE"));
    }

    /** PayPal signs transmission, time, webhook and the checksum of the body with a key of its own. */
    private String signature(String transmission, String time, String payload) {
        var checksum = new CRC32();
        checksum.update(payload.getBytes(StandardCharsets.UTF_8));
        var signed = transmission + "|" + time + "|" + webhookId + "|" + checksum.getValue();
        return Base64.getEncoder()
                .encodeToString(
                        StripeWebhooks.signature("paypal's own", 0, signed).getBytes(StandardCharsets.UTF_8));
    }
}
