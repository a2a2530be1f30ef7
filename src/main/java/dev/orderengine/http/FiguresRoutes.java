package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.figures.LiveFigures;
import dev.orderengine.figures.Objective;
import dev.orderengine.http.EventStream.Frame;
import dev.orderengine.http.EventStream.Page;
import dev.orderengine.rules.RuleBook;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What the console shows of the engine: figures, once or every two seconds, and the rules in force. Confined to one event loop. */
final class FiguresRoutes {

    private static final Duration COMMENT = Duration.ofSeconds(15);
    private static final long INTERVAL_MILLIS = 2_000;

    private final Vertx vertx;
    private final LiveFigures figures;
    private final Supplier<RuleBook> rules;
    private final JsonOut json;
    private final Clock clock;
    private final Duration patience;
    private final Counter cut;
    private final Set<EventStream> open = new HashSet<>();
    private boolean released;

    /** @param patience how long a client may take nothing */
    FiguresRoutes(
            Vertx vertx,
            LiveFigures figures,
            Supplier<RuleBook> rules,
            JsonOut json,
            Clock clock,
            Duration patience,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.figures = figures;
        this.rules = rules;
        this.json = json;
        this.clock = clock;
        this.patience = patience;
        this.cut = StreamRoutes.cutStreams(metrics);
    }

    void once(RoutingContext context) {
        Deadline.of(figures.read())
                .onSuccess(snapshot -> Responses.json(context, 200, body(snapshot)))
                .onFailure(context::fail);
    }

    /** The same again and again; each frame is whole, so that there is nothing to take up again. */
    void stream(RoutingContext context) {
        Duration life = Duration.between(
                clock.instant(), RequestContext.of(context).caller().expiresAt());
        EventStream.Times times = new EventStream.Times(COMMENT, patience, life);
        EventStream stream = new EventStream(vertx, context, this::page, times, cut::increment);
        long ticking = vertx.setPeriodic(INTERVAL_MILLIS, tick -> stream.more());
        open.add(stream);
        stream.open(0, null, () -> {
            open.remove(stream);
            vertx.cancelTimer(ticking);
        });
        if (released) {
            stream.end();
        }
    }

    void rules(RoutingContext context) {
        RuleBook book = rules.get();
        Buffer body = json.object(out -> {
            out.writeStringField("version", book.version());
            out.writeArrayFieldStart("rules");
            for (Map.Entry<String, String> rule : book.descriptions().entrySet()) {
                out.writeStartObject();
                out.writeStringField("id", rule.getKey());
                out.writeStringField("description", rule.getValue());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
        Responses.versioned(context, book.version(), body);
    }

    /** Ends all streams. */
    void release() {
        released = true;
        List.copyOf(open).forEach(EventStream::end);
    }

    private Future<Page> page(long last) {
        long number = last + 1;
        return figures.read()
                .map(snapshot -> Frame.of(number, String.valueOf(number), "figures", body(snapshot)))
                .map(frame -> new Page(List.of(frame), number, false));
    }

    private Buffer body(LiveFigures.Snapshot snapshot) {
        return json.object(out -> {
            out.writeStringField("at", Times.format(snapshot.at()));
            out.writeArrayFieldStart("objectives");
            for (Objective objective : snapshot.objectives()) {
                objective(objective, out);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("orders");
            for (Map.Entry<String, Long> status : snapshot.orders().entrySet()) {
                out.writeStartObject();
                out.writeStringField("status", status.getKey());
                out.writeNumberField("number", status.getValue());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeArrayFieldStart("breakers");
            for (Map.Entry<String, String> breaker : snapshot.breakers().entrySet()) {
                out.writeStartObject();
                out.writeStringField("name", breaker.getKey());
                out.writeStringField("state", breaker.getValue());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeObjectFieldStart("outbox");
            out.writeNumberField("waiting", snapshot.outbox().rows());
            out.writeNumberField("lag_seconds", snapshot.outbox().seconds());
            out.writeNumberField("set_aside", snapshot.outbox().setAside());
            out.writeEndObject();
            out.writeNumberField("dead_notifications", snapshot.deadMails());
            out.writeNumberField("unknown_payments", snapshot.unknownPayments());
        });
    }

    private static void objective(Objective objective, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", objective.name());
        out.writeNumberField("target_seconds", objective.target());
        out.writeNumberField("count", objective.count());
        out.writeNumberField("failures", objective.failures());
        out.writeNumberField("seconds", objective.seconds());
        out.writeArrayFieldStart("buckets");
        for (Objective.Bucket bucket : objective.buckets()) {
            out.writeStartObject();
            out.writeNumberField("bound", bucket.bound());
            out.writeNumberField("count", bucket.count());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
