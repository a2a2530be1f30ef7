package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.bus.Bus;
import dev.orderengine.database.AnsweredKeys.Answer;
import dev.orderengine.database.Once;
import dev.orderengine.deadletter.DeadLetter;
import dev.orderengine.deadletter.DeadLetterSource;
import dev.orderengine.deadletter.DeadLetters;
import dev.orderengine.deadletter.Redrive;
import dev.orderengine.http.AuditTrail.Change;
import dev.orderengine.outbox.RelayVerticle;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** What was given up, and another chance for it. */
final class DeadLetterRoutes {

    private static final String SOURCE = "source";

    private final DeadLetters letters;
    private final RequestBody bodies;
    private final Bus bus;
    private final AuditTrail audit;
    private final JsonOut json;
    private final Supplier<UUID> ids;
    private final Clock clock;

    /** @param ids UUIDv7 */
    DeadLetterRoutes(
            DeadLetters letters,
            RequestBody bodies,
            Bus bus,
            AuditTrail audit,
            JsonOut json,
            Supplier<UUID> ids,
            Clock clock) {
        this.letters = letters;
        this.bodies = bodies;
        this.bus = bus;
        this.audit = audit;
        this.json = json;
        this.ids = ids;
        this.clock = clock;
    }

    void list(RoutingContext context) {
        Deadline.of(letters.list())
                .map(sources -> json.object(out -> Pages.items(sources, DeadLetterRoutes::source, out)))
                .onSuccess(body -> Responses.json(context, 200, body))
                .onFailure(context::fail);
    }

    /** Has the dead letters of a source tried again. */
    void redrive(RoutingContext context) {
        Buffer body = context.body().buffer();
        String source =
                Decoded.of(bodies.read(body), Set.of(SOURCE), this::source).orRefuse();
        Redrive redrive = new Redrive(
                source,
                count -> answer(source, count),
                IdempotencyKeys.requestKey(context, body, ids, clock),
                audit.recording(context, outcome -> change(source, outcome)));
        Deadline.of(letters.redrive(redrive).onSuccess(redriven -> bus.nudge(RelayVerticle.READY)))
                .onSuccess(outcome -> IdempotencyKeys.answer(context, outcome, Responses::answer))
                .onFailure(context::fail);
    }

    private String source(JsonFields fields) {
        return fields.required(
                SOURCE, fields.text(SOURCE, this::known, "unknown_source", "one of " + letters.sources()));
    }

    private String known(String source) {
        if (!letters.sources().contains(source)) {
            throw new IllegalArgumentException("no source");
        }
        return source;
    }

    private Answer answer(String source, int count) {
        Buffer body = json.object(out -> {
            out.writeStringField(SOURCE, source);
            out.writeNumberField("redriven", count);
        });
        return new Answer(200, body.toString(StandardCharsets.UTF_8));
    }

    private static Optional<Change> change(String source, Once<Integer> outcome) {
        return outcome instanceof Once.Done<Integer> done
                ? Optional.of(new Change("dead_letters.redrive", source, "done", Map.of("redriven", done.result())))
                : Optional.empty();
    }

    private static void source(DeadLetterSource source, JsonGenerator out) throws IOException {
        out.writeStringField(SOURCE, source.name());
        if (source.letters() == null) {
            out.writeNullField("letters");
        } else {
            out.writeNumberField("letters", source.letters());
        }
        out.writeArrayFieldStart("latest");
        for (DeadLetter letter : source.latest()) {
            out.writeStartObject();
            out.writeStringField("order_id", letter.orderId().toString());
            out.writeNumberField("sequence", letter.sequence());
            out.writeStringField("what", letter.what());
            out.writeStringField("reason", letter.reason());
            out.writeStringField("at", Times.format(letter.at()));
            out.writeBooleanField("redrivable", letter.redrivable());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
