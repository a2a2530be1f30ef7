package dev.orderengine.dev.simulator;

import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/** Stripe's error answers, in its words where a client may read them. */
final class StripeErrors {

    private StripeErrors() {}

    static Reply invalidApiKey() {
        return of(401, "invalid_request_error", "", "Invalid API Key provided.", "");
    }

    static Reply unknownUrl(Call call) {
        var message = "Unrecognized request URL (" + call.method() + ": " + call.path() + ").";
        return of(404, "invalid_request_error", "", message, "");
    }

    static Reply missing(String parameter) {
        var message = "Missing required param: " + parameter + ".";
        return of(400, "invalid_request_error", "parameter_missing", message, parameter);
    }

    static Reply unknownParameter(String parameter) {
        var message = "Received unknown parameter: " + parameter;
        return of(400, "invalid_request_error", "parameter_unknown", message, parameter);
    }

    static Reply invalid(String code, String parameter, String message) {
        return of(400, "invalid_request_error", code, message, parameter);
    }

    static Reply noSuch(int status, String kind, String id, String parameter) {
        var message = "No such " + kind + ": '" + id + "'";
        return of(status, "invalid_request_error", "resource_missing", message, parameter);
    }

    static Reply unexpectedState(PaymentIntent intent, String verb) {
        var message =
                "This PaymentIntent could not be " + verb + " because it has a status of " + intent.status() + ".";
        return reply(
                400,
                () -> error("invalid_request_error", "payment_intent_unexpected_state", message, "")
                        .put("payment_intent", StripeJson.intent(intent)));
    }

    static Reply cardDeclined(PaymentIntent intent) {
        return reply(402, () -> StripeJson.cardError(intent).put("payment_intent", StripeJson.intent(intent)));
    }

    static Reply idempotencyKeyReused(String key) {
        return of(
                400,
                "idempotency_error",
                "",
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                        + "Try using a key other than '" + key + "' if you meant to execute a different request.",
                "");
    }

    static Reply idempotencyKeyInUse(String key) {
        return of(
                409,
                "idempotency_error",
                "idempotency_key_in_use",
                "There is currently another in-progress request using this Stripe Idempotent Key: " + key
                        + ". Please try again later.",
                "");
    }

    static Reply failure(int status) {
        return status == 429
                ? of(429, "invalid_request_error", "rate_limit", "Request rate limit exceeded.", "")
                : of(status, "api_error", "", "An unknown error occurred.", "");
    }

    private static Reply of(int status, String type, String code, String message, String parameter) {
        return reply(status, () -> error(type, code, message, parameter));
    }

    private static Reply reply(int status, Supplier<JsonObject> error) {
        return new Reply(status, () -> new JsonObject().put("error", error.get()), false);
    }

    static JsonObject error(String type, String code, String message, String parameter) {
        var error = new JsonObject().put("type", type).put("message", message);
        if (!code.isEmpty()) {
            error.put("code", code);
            error.put("doc_url", "https://stripe.com/docs/error-codes/" + code.replace('_', '-'));
        }
        if (!parameter.isEmpty()) {
            error.put("param", parameter);
        }
        return error;
    }
}
