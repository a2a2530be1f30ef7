package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.bus.Bus;
import dev.orderengine.database.AnsweredKeys.Answer;
import dev.orderengine.database.Once;
import dev.orderengine.database.RequestKey;
import dev.orderengine.http.AuditTrail.Change;
import dev.orderengine.payment.reconciliation.AskedRun;
import dev.orderengine.payment.reconciliation.Difference;
import dev.orderengine.payment.reconciliation.ReconciliationReports;
import dev.orderengine.payment.reconciliation.ReconciliationReports.Report;
import dev.orderengine.payment.reconciliation.ReconciliationVerticle;
import dev.orderengine.payment.reconciliation.Run;
import dev.orderengine.payment.reconciliation.RunFilter;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The comparisons of our books with the providers' lists: what they found, and further ones. */
final class ReconciliationRoutes {

    private static final String PROVIDER = "provider";
    private static final String DAY = "day";
    private static final Pattern A_DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final String SUCH_A_DAY = "a day such as 2026-01-31";

    /** PayPal lists no more. */
    private static final int YEARS = 3;

    private final ReconciliationReports reports;
    private final RequestBody bodies;
    private final Bus bus;
    private final AuditTrail audit;
    private final JsonOut json;
    private final Supplier<UUID> ids;
    private final Clock clock;

    /** @param ids UUIDv7 */
    ReconciliationRoutes(
            ReconciliationReports reports,
            RequestBody bodies,
            Bus bus,
            AuditTrail audit,
            JsonOut json,
            Supplier<UUID> ids,
            Clock clock) {
        this.reports = reports;
        this.bodies = bodies;
        this.bus = bus;
        this.audit = audit;
        this.json = json;
        this.ids = ids;
        this.clock = clock;
    }

    void list(RoutingContext context) {
        Query query = new Query(context, Set.of(PROVIDER, DAY, "limit", "cursor"));
        RunFilter filter = new RunFilter(
                query.parsed(PROVIDER, this::provider, oneOfThem()),
                query.parsed(DAY, ReconciliationRoutes::day, SUCH_A_DAY),
                query.cursor());
        int limit = query.limit();
        query.check();
        Deadline.of(reports.list(filter, limit + 1))
                .onSuccess(found -> answer(context, found, limit))
                .onFailure(context::fail);
    }

    private void answer(RoutingContext context, List<Run> found, int limit) {
        List<Run> page = found.size() > limit ? found.subList(0, limit) : found;
        String next = found.size() > limit ? Cursors.encode(page.get(limit - 1).id()) : null;
        Pages.answer(context, json, page, next, ReconciliationRoutes::run);
    }

    void get(RoutingContext context) {
        Deadline.of(reports.find(OrderIds.inPath(context, "run_id")))
                .map(found -> found.orElseThrow(() -> new ProblemException(Problem.notFound())))
                .onSuccess(report -> Responses.json(context, 200, json.object(out -> report(report, out))))
                .onFailure(context::fail);
    }

    /** Has a day compared now. */
    void ask(RoutingContext context) {
        Buffer body = context.body().buffer();
        Instant now = clock.instant();
        Wish wish = Decoded.of(bodies.read(body), Set.of(PROVIDER, DAY), fields -> wish(fields, now))
                .orRefuse();
        RequestKey key = IdempotencyKeys.requestKey(context, body, ids, clock);
        UUID id = key == null ? ids.get() : key.id();
        AskedRun asked = new AskedRun(
                Run.asked(id, wish.provider(), wish.day(), now),
                this::accepted,
                key,
                audit.recording(context, ReconciliationRoutes::change));
        Deadline.of(reports.ask(asked).onSuccess(outcome -> bus.nudge(ReconciliationVerticle.NUDGE)))
                .onSuccess(outcome -> IdempotencyKeys.answer(context, outcome, Responses::answer))
                .onFailure(context::fail);
    }

    private record Wish(String provider, LocalDate day) {}

    private Wish wish(JsonFields fields, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        LocalDate first = today.minusYears(YEARS);
        return new Wish(
                fields.required(PROVIDER, fields.text(PROVIDER, this::provider, "unknown_provider", oneOfThem())),
                fields.required(
                        DAY,
                        fields.text(
                                DAY,
                                text -> dayWithin(text, first, today),
                                "invalid_day",
                                SUCH_A_DAY + ", from " + first + " to " + today)));
    }

    private String oneOfThem() {
        return "one of " + reports.providers();
    }

    private String provider(String name) {
        if (!reports.providers().contains(name)) {
            throw new IllegalArgumentException("no provider");
        }
        return name;
    }

    private static LocalDate dayWithin(String text, LocalDate first, LocalDate last) {
        LocalDate day = day(text);
        if (day.isBefore(first) || day.isAfter(last)) {
            throw new IllegalArgumentException("nothing to compare");
        }
        return day;
    }

    private static LocalDate day(String text) {
        if (!A_DAY.matcher(text).matches()) {
            throw new IllegalArgumentException("no day");
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Answer accepted(Run run) {
        return new Answer(202, json.object(out -> run(run, out)).toString(StandardCharsets.UTF_8));
    }

    private static Optional<Change> change(Once<Run> outcome) {
        return outcome instanceof Once.Done<Run> done ? Optional.of(change(done.result())) : Optional.empty();
    }

    private static Change change(Run run) {
        Map<String, Object> detail = Map.of("run_id", run.id(), DAY, run.day().toString());
        return new Change("reconciliation.ask", run.provider(), "done", detail);
    }

    private static void run(Run run, JsonGenerator out) throws IOException {
        out.writeStringField("run_id", run.id().toString());
        out.writeStringField(PROVIDER, run.provider());
        out.writeStringField(DAY, run.day().toString());
        out.writeBooleanField("daily", run.daily());
        out.writeStringField("state", run.state().wire());
        out.writeNumberField("attempts", run.attempts());
        out.writeStringField("next_at", run.nextAt() == null ? null : Times.format(run.nextAt()));
        out.writeStringField("failure", run.failure());
        out.writeObjectField("compared", run.compared());
        out.writeObjectField("differences", run.differences());
        out.writeStringField("created_at", Times.format(run.createdAt()));
        out.writeStringField("updated_at", Times.format(run.updatedAt()));
    }

    private static void report(Report report, JsonGenerator out) throws IOException {
        run(report.run(), out);
        out.writeFieldName("items");
        out.writeStartArray();
        for (Difference difference : report.differences()) {
            out.writeStartObject();
            difference(difference, out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void difference(Difference difference, JsonGenerator out) throws IOException {
        String item = difference.item().wire();
        out.writeStringField("kind", difference.kind().wire());
        out.writeStringField("item", item);
        out.writeStringField(item + "_id", text(difference.itemId()));
        out.writeStringField("order_id", text(difference.orderId()));
        out.writeStringField("provider_ref", difference.ref());
        side("ours", difference.ours(), out);
        side("theirs", difference.theirs(), out);
    }

    private static String text(UUID id) {
        return id == null ? null : id.toString();
    }

    private static void side(String name, Difference.Side side, JsonGenerator out) throws IOException {
        if (side == null) {
            out.writeNullField(name);
            return;
        }
        out.writeObjectFieldStart(name);
        out.writeStringField("state", side.state());
        out.writeStringField("amount", side.amount().value().toPlainString());
        out.writeStringField("currency", side.amount().currency());
        out.writeEndObject();
    }
}
