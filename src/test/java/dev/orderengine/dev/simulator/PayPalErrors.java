package dev.orderengine.dev.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** PayPal's error answers. */
final class PayPalErrors {

    private PayPalErrors() {}

    static Reply unauthenticated() {
        return of(401, "AUTHENTICATION_FAILURE", "");
    }

    static Reply notFound() {
        return of(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID");
    }

    static Reply invalid(String issue) {
        return of(400, "INVALID_REQUEST", issue);
    }

    static Reply tooLarge() {
        return of(400, "RESULTSET_TOO_LARGE", "");
    }

    static Reply unprocessable(String issue) {
        return of(422, "UNPROCESSABLE_ENTITY", issue);
    }

    static Reply requestIdReused(String requestId) {
        return unprocessable("DUPLICATE_REQUEST_ID");
    }

    static Reply requestInProgress(String requestId) {
        return of(409, "RESOURCE_CONFLICT", "PREVIOUS_REQUEST_IN_PROGRESS");
    }

    static Reply failure(int status) {
        return status == 429
                ? of(429, "RATE_LIMIT_REACHED", "")
                : of(status, "INTERNAL_SERVER_ERROR", "INTERNAL_SERVICE_ERROR");
    }

    private static Reply of(int status, String name, String issue) {
        return new Reply(status, () -> error(name, issue), false);
    }

    private static JsonObject error(String name, String issue) {
        var error = new JsonObject()
                .put("name", name)
                .put("message", "The request was not carried out.")
                .put("debug_id", "f8d1d2a3c1f5c");
        return issue.isEmpty()
                ? error
                : error.put("details", new JsonArray().add(new JsonObject().put("issue", issue)));
    }
}
