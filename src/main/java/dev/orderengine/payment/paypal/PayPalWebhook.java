package dev.orderengine.payment.paypal;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.LookUp;
import dev.orderengine.payment.ProviderClient;
import dev.orderengine.payment.ProviderReply;
import dev.orderengine.payment.webhook.Delivery;
import dev.orderengine.payment.webhook.Notice;
import dev.orderengine.payment.webhook.Notice.News;
import dev.orderengine.payment.webhook.WebhookSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/**
 * PayPal's events (developer.paypal.com/api/rest/webhooks): PayPal itself is asked whether it signed them. They carry the capture,
 * authorization or refund as the API shows it, and are read like its answers.
 */
public final class PayPalWebhook implements WebhookSource {

    private static final String VERIFY = "/v1/notifications/verify-webhook-signature";
    private static final List<String> SIGNATURE = List.of(
            "paypal-auth-algo",
            "paypal-cert-url",
            "paypal-transmission-id",
            "paypal-transmission-sig",
            "paypal-transmission-time");

    /** PayPal sends again for three days; what is handled is remembered for longer. */
    private static final Duration TOLERANCE = Duration.ofDays(4);

    private static final int CONNECTIONS = 8;

    private final PayPalCalls calls;
    private final PayPalAnswers answers;
    private final PayPalRefunds refunds;
    private final ObjectReader events;
    private final ObjectReader verdicts;
    private final String webhookId;
    private final Clock clock;

    /** @param timeout of the call that asks PayPal */
    public PayPalWebhook(Vertx vertx, EngineConfig.PayPal config, Duration timeout, Clock clock) {
        ProviderClient client = new ProviderClient(vertx, config.baseUrl(), CONNECTIONS, timeout);
        PayPalJson json = new PayPalJson();
        this.calls = new PayPalCalls(client, new AccessTokens(client, config, json, clock), json);
        this.answers = new PayPalAnswers(json);
        this.refunds = new PayPalRefunds(answers);
        this.events = json.reader(Event.class);
        this.verdicts = json.reader(Verdict.class);
        this.webhookId = config.webhookId();
        this.clock = clock;
    }

    @Override
    public String provider() {
        return "paypal";
    }

    @Override
    public Future<Notice> read(Delivery delivery) {
        try {
            Event event = event(delivery);
            checkAge(delivery.header("paypal-transmission-time"));
            return calls.post(VERIFY, null, question(delivery))
                    .recover(fault -> Future.failedFuture(new IOException("PayPal cannot be asked now", fault)))
                    .compose(this::verified)
                    .map(genuine -> new Notice(event.id(), event.eventType(), news(event)));
        } catch (ForgedException e) {
            return Future.failedFuture(e);
        }
    }

    private Event event(Delivery delivery) {
        if (SIGNATURE.stream().anyMatch(name -> delivery.header(name).isEmpty())) {
            throw new ForgedException("no signature");
        }
        return new ProviderReply(200, null, delivery.body())
                .<Event>read(events)
                .filter(Event::isComplete)
                .orElseThrow(() -> new ForgedException("no event"));
    }

    private void checkAge(String sentAt) {
        try {
            Duration age = Duration.between(Instant.parse(sentAt), clock.instant());
            if (age.abs().compareTo(TOLERANCE) > 0) {
                throw new ForgedException("signed too long ago, or not yet");
            }
        } catch (DateTimeParseException e) {
            throw new ForgedException("signed at no time");
        }
    }

    private Question question(Delivery delivery) {
        return new Question(
                delivery.header("paypal-auth-algo"),
                delivery.header("paypal-cert-url"),
                delivery.header("paypal-transmission-id"),
                delivery.header("paypal-transmission-sig"),
                delivery.header("paypal-transmission-time"),
                webhookId,
                new String(delivery.body(), StandardCharsets.UTF_8));
    }

    /** Completes if PayPal says that it signed it; fails otherwise, also if PayPal says nothing now. */
    private Future<Void> verified(ProviderReply reply) {
        if (reply.noAnswer().isPresent()) {
            return Future.failedFuture(new IOException("PayPal does not verify now: status " + reply.status()));
        }
        boolean genuine = PayPalAnswers.isGood(reply)
                && reply.<Verdict>read(verdicts)
                        .filter(verdict -> "SUCCESS".equals(verdict.verificationStatus()))
                        .isPresent();
        return genuine
                ? Future.succeededFuture()
                : Future.failedFuture(new ForgedException("PayPal says that it did not sign it"));
    }

    private News news(Event event) {
        JsonNode resource = event.resource();
        ProviderReply shown = new ProviderReply(200, null, resource.toString().getBytes(StandardCharsets.UTF_8));
        String id = resource.path("id").asText();
        String invoice = resource.path("invoice_id").textValue();
        return switch (event.resourceType()) {
            case "capture" -> Notice.ofPayment(invoice, id, outcome(answers.toCapture(shown)));
            case "authorization" -> Notice.ofPayment(invoice, id, outcome(answers.toAuthorization(shown)));
            case "refund" -> Notice.ofRefund(invoice, id, refunds.toRefund(shown));
            default -> new Notice.Nothing();
        };
    }

    private static ChargeOutcome outcome(LookUp found) {
        return ((LookUp.Found) found).outcome();
    }

    private record Event(String id, String eventType, String resourceType, JsonNode resource) {
        boolean isComplete() {
            return id != null && eventType != null && resourceType != null && resource != null;
        }
    }

    /** The event to the byte as it came: its signature is over those. */
    private record Question(
            String authAlgo,
            String certUrl,
            String transmissionId,
            String transmissionSig,
            String transmissionTime,
            String webhookId,
            @JsonRawValue String webhookEvent) {}

    private record Verdict(String verificationStatus) {}
}
