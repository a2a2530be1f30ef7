package dev.orderengine.dev.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Stripe's JSON shapes. */
final class StripeJson {

    static final String API_VERSION = "2024-06-20";

    private StripeJson() {}

    static JsonObject intent(PaymentIntent intent) {
        var capturable = intent.status() == PaymentIntent.Status.requires_capture ? intent.amount() : 0;
        var charged = capturable > 0 || intent.amountReceived() > 0;
        return new JsonObject()
                .put("id", intent.id())
                .put("object", "payment_intent")
                .put("amount", intent.amount())
                .put("amount_capturable", capturable)
                .put("amount_received", intent.amountReceived())
                .put("cancellation_reason", orNull(intent.cancellationReason()))
                .put("capture_method", intent.manualCapture() ? "manual" : "automatic")
                .put("client_secret", intent.id() + "_secret_dev")
                .put("confirmation_method", "automatic")
                .put("created", intent.created())
                .put("currency", intent.currency())
                .put("customer", null)
                .put("description", null)
                .put("last_payment_error", intent.declineCode().isEmpty() ? null : cardError(intent))
                .put("latest_charge", charged ? "ch" + intent.id().substring(2) : null)
                .put("livemode", false)
                .put("metadata", metadata(intent.metadata()))
                .put("next_action", null)
                .put("payment_method", orNull(intent.paymentMethod()))
                .put("payment_method_types", new JsonArray().add("card"))
                .put("processing", null)
                .put("status", intent.status().name());
    }

    static JsonObject cardError(PaymentIntent intent) {
        var message = intent.declineCode().equals("insufficient_funds")
                ? "Your card has insufficient funds."
                : "Your card was declined.";
        return StripeErrors.error("card_error", "card_declined", message, "")
                .put("decline_code", intent.declineCode())
                .put("charge", "ch" + intent.id().substring(2));
    }

    static JsonObject refund(Refund refund) {
        return new JsonObject()
                .put("id", refund.id())
                .put("object", "refund")
                .put("amount", refund.amount())
                .put("charge", "ch" + refund.paymentIntent().substring(2))
                .put("created", refund.created())
                .put("currency", refund.currency())
                .put("metadata", metadata(refund.metadata()))
                .put("payment_intent", refund.paymentIntent())
                .put("reason", orNull(refund.reason()))
                .put("status", "succeeded");
    }

    static <T> JsonObject list(String url, List<T> page, boolean more, Function<T, JsonObject> item) {
        return new JsonObject()
                .put("object", "list")
                .put("url", url)
                .put("has_more", more)
                .put("data", array(page, item));
    }

    static JsonObject searchResult(List<PaymentIntent> page, boolean more) {
        return new JsonObject()
                .put("object", "search_result")
                .put("url", "/v1/payment_intents/search")
                .put("has_more", more)
                .put("next_page", more ? page.get(page.size() - 1).id() : null)
                .put("data", array(page, StripeJson::intent));
    }

    static JsonObject event(String id, long created, String type, PaymentIntent intent) {
        return new JsonObject()
                .put("id", id)
                .put("object", "event")
                .put("api_version", API_VERSION)
                .put("created", created)
                .put("data", new JsonObject().put("object", intent(intent)))
                .put("livemode", false)
                .put("pending_webhooks", 1)
                .put("request", new JsonObject().put("id", null).put("idempotency_key", null))
                .put("type", type);
    }

    private static <T> JsonArray array(List<T> page, Function<T, JsonObject> item) {
        var array = new JsonArray();
        page.forEach(each -> array.add(item.apply(each)));
        return array;
    }

    private static JsonObject metadata(Map<String, String> metadata) {
        var json = new JsonObject();
        metadata.forEach(json::put);
        return json;
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
