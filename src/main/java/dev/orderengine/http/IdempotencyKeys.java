package dev.orderengine.http;

import com.google.common.hash.Hashing;
import dev.orderengine.database.AnsweredKeys.Answer;
import dev.orderengine.database.Once;
import dev.orderengine.database.RequestKey;
import dev.orderengine.order.Fault;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
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
     * @throws ProblemException when it is empty, too long, or not printable ASCII
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
            throw new ProblemException(Problem.badRequest(List.of(new Fault(
                    "header/" + HEADER,
                    "invalid_idempotency_key",
                    "must have 1 to " + MAX_LENGTH + " printable ASCII characters"))));
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
        return Buffer.buffer(Hashing.sha256()
                .newHasher()
                .putString(context.request().method().name(), StandardCharsets.US_ASCII)
                .putString(context.request().path(), StandardCharsets.UTF_8)
                .putBytes(body == null ? new byte[0] : body.getBytes())
                .hash()
                .asBytes());
    }

    /** The key with all that it stands for; null if none was sent. @param ids of what a request does */
    static RequestKey requestKey(RoutingContext context, Buffer body, Supplier<UUID> ids, Clock clock) {
        String key = of(context);
        return key == null
                ? null
                : new RequestKey(
                        RequestContext.of(context).caller().subject(),
                        key,
                        fingerprint(context, body),
                        ids.get(),
                        clock.instant());
    }

    /**
     * Answers what was done now, or before, and refuses a key that stands for another request. What was refused for a reason of its own is not
     * for here.
     */
    static void answer(RoutingContext context, Once<?> once, BiConsumer<RoutingContext, Answer> answering) {
        if (once instanceof Once.Done<?> done) {
            answering.accept(context, done.answer());
        } else if (once instanceof Once.Repeated<?> repeated) {
            context.response().putHeader(REPLAYED, "true");
            answering.accept(context, repeated.answer());
        } else {
            context.fail(new ProblemException(reused()));
        }
    }

    /** The answer to a key that stands for another request. */
    static Problem reused() {
        return Problem.of(
                422,
                "idempotency_key_reused",
                "The key stands for another request",
                "Use a new Idempotency-Key for another request.");
    }
}
