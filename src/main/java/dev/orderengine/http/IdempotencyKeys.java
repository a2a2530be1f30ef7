package dev.orderengine.http;

import dev.orderengine.order.Fault;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** The {@code Idempotency-Key} of a request, and the fingerprint of what it stands for. */
final class IdempotencyKeys {

    /** Says that an answer was given before. */
    static final String REPLAYED = "Idempotency-Replayed";

    /** Where the key of an order in a batch is. */
    static final String FIELD = "idempotency_key";

    private static final String HEADER = "Idempotency-Key";
    private static final int MAX_LENGTH = 255;
    private static final Pattern FORM = Pattern.compile("[!-~]{1," + MAX_LENGTH + "}");

    private IdempotencyKeys() {}

    /**
     * The key; null if none was sent. The draft's form is a quoted string, Stripe's a plain one: both are taken.
     *
     * @throws ProblemException when it is empty, too long, not printable ASCII, or carries a card number
     */
    static String of(RoutingContext context) {
        String header = context.request().getHeader(HEADER);
        if (header == null) {
            return null;
        }
        String key = header.length() > 1 && header.startsWith("\"") && header.endsWith("\"")
                ? header.substring(1, header.length() - 1)
                : header;
        if (!FORM.matcher(key).matches()) {
            throw refused("invalid_idempotency_key", "must have 1 to " + MAX_LENGTH + " printable ASCII characters");
        }
        if (CardNumbers.appearIn(key)) {
            throw refused("card_number_not_allowed", "looks like a card number");
        }
        return key;
    }

    /** The key that an order of a batch carries itself; null if there is none that will do. */
    static String of(JsonFields order) {
        return order.required(FIELD, order.text(FIELD, MAX_LENGTH, FORM));
    }

    /**
     * The fingerprint of the request: method, path and body, byte for byte.
     *
     * @param body null if there is none
     */
    static Buffer fingerprint(RoutingContext context, Buffer body) {
        return Buffer.buffer(Digests.sha256(
                context.request().method().name().getBytes(StandardCharsets.US_ASCII),
                context.request().path().getBytes(StandardCharsets.UTF_8),
                body == null ? new byte[0] : body.getBytes()));
    }

    /** The answer to a key that stands for another request. */
    static Problem reused() {
        return Problem.of(
                422,
                "idempotency_key_reused",
                "The key stands for another request",
                "Use a new Idempotency-Key for another request.");
    }

    private static ProblemException refused(String code, String message) {
        return new ProblemException(Problem.badRequest(List.of(new Fault("header/" + HEADER, code, message))));
    }
}
