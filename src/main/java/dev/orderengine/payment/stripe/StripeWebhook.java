package dev.orderengine.payment.stripe;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.config.Secret;
import dev.orderengine.payment.ProviderReply;
import dev.orderengine.payment.webhook.Delivery;
import dev.orderengine.payment.webhook.Notice;
import dev.orderengine.payment.webhook.Notice.News;
import dev.orderengine.payment.webhook.WebhookSource;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

/** Stripe's events (docs.stripe.com/webhooks): they carry the object as the API shows it, and are read like its answers. */
public final class StripeWebhook implements WebhookSource {

    /** What Stripe advises; a delivery that is sent again is signed anew. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final Secret secret;
    private final StripeAnswers answers = new StripeAnswers();
    private final StripeRefunds refunds = new StripeRefunds();
    private final ObjectReader events;
    private final Clock clock;

    /** @param secret the endpoint's signing secret */
    public StripeWebhook(Secret secret, Clock clock) {
        this.secret = secret;
        this.events = new ObjectMapper()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .readerFor(Event.class);
        this.clock = clock;
    }

    @Override
    public String provider() {
        return "stripe";
    }

    @Override
    public Future<Notice> read(Delivery delivery) {
        try {
            new StripeSignature(secret.value(), TOLERANCE)
                    .check(delivery.header("stripe-signature"), delivery.body(), clock.instant());
            return Future.succeededFuture(notice(delivery.body()));
        } catch (ForgedException e) {
            return Future.failedFuture(e);
        }
    }

    private Notice notice(byte[] body) {
        Event event = new ProviderReply(200, null, body)
                .<Event>read(events)
                .filter(Event::isComplete)
                .orElseThrow(() -> new ForgedException("no event"));
        return new Notice(event.id(), event.type(), news(event.data().object()));
    }

    private News news(JsonNode object) {
        ProviderReply shown = new ProviderReply(200, null, object.toString().getBytes(StandardCharsets.UTF_8));
        String id = object.path("id").asText();
        JsonNode metadata = object.path("metadata");
        return switch (object.path("object").asText()) {
            case "payment_intent" ->
                Notice.ofPayment(metadata.path("payment_id").textValue(), id, answers.toCharge(shown));
            case "refund" -> Notice.ofRefund(metadata.path("refund_id").textValue(), id, refunds.toRefund(shown));
            default -> new Notice.Nothing();
        };
    }

    private record Event(String id, String type, Data data) {
        boolean isComplete() {
            return id != null && type != null && data != null && data.object() != null;
        }
    }

    private record Data(JsonNode object) {}
}
