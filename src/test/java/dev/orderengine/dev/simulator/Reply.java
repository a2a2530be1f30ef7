package dev.orderengine.dev.simulator;

import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/**
 * An answer, rendered when it is sent: an answer kept for its idempotency key holds a snapshot, not its JSON.
 *
 * @param status HTTP status
 * @param body renders the body, the same each time; none with 204
 * @param replayed whether this is a kept answer
 */
public record Reply(int status, Supplier<JsonObject> body, boolean replayed) {

    static Reply ok(Supplier<JsonObject> body) {
        return new Reply(200, body, false);
    }

    static Reply created(Supplier<JsonObject> body) {
        return new Reply(201, body, false);
    }

    static Reply noContent() {
        return new Reply(204, JsonObject::new, false);
    }

    Reply asReplay() {
        return new Reply(status, body, true);
    }
}
