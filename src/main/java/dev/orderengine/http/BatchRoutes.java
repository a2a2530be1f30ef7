package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.order.Placement;
import dev.orderengine.order.Receipt;
import dev.orderengine.telemetry.TraceContext;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;

/** {@code POST /orders/batch}: each order is taken as {@code POST /orders} would take it, and answered in its place. */
final class BatchRoutes {

    private static final String CALL = "POST /orders/batch";

    private final BatchDecoder decoder;
    private final OrderIntake intake;
    private final JsonOut json;
    private final Problems problems;
    private final PlacementAnswers answers;

    BatchRoutes(BatchDecoder decoder, OrderIntake intake, JsonOut json, Problems problems, PlacementAnswers answers) {
        this.decoder = decoder;
        this.intake = intake;
        this.json = json;
        this.problems = problems;
        this.answers = answers;
    }

    void place(RoutingContext context) {
        Buffer body = context.body().buffer();
        List<BatchEntry> entries =
                RequestBody.mediaType(context).equals(RequestBody.NDJSON) ? decoder.lines(body) : decoder.array(body);
        new BatchPlacement(entries, entry -> take(context, entry), failure -> problems.of(context, failure))
                .run()
                .onSuccess(results -> answer(context, results))
                .onFailure(context::fail);
    }

    private Future<OrderIntake.Outcome> take(RoutingContext context, BatchEntry.Readable entry) {
        RequestContext request = RequestContext.of(context);
        request.caller().requireToSee(entry.order().customerId());
        OrderIntake.Origin origin = new OrderIntake.Origin(
                request.caller().subject(),
                entry.key(),
                IdempotencyKeys.fingerprint(context, entry.source()),
                request.trace().traceparent());
        return Deadline.of(intake.take(entry.order(), origin));
    }

    private void answer(RoutingContext context, List<BatchResult> results) {
        if (results.stream().allMatch(BatchResult::isUnavailable)) {
            context.fail(new ProblemException(results.get(0).problem()));
            return;
        }
        results.forEach(result -> audit(context, result));
        TraceContext trace = RequestContext.of(context).trace();
        Responses.json(context, 207, json.object(out -> {
            out.writeArrayFieldStart("results");
            for (BatchResult result : results) {
                out.writeStartObject();
                result(result, trace, out);
                out.writeEndObject();
            }
            out.writeEndArray();
        }));
    }

    private void audit(RoutingContext context, BatchResult result) {
        if (result.outcome() instanceof OrderIntake.Outcome.Refused refused) {
            answers.audit(context, CALL, refused);
        }
    }

    private static void result(BatchResult result, TraceContext trace, JsonGenerator out) throws IOException {
        if (result.key() != null) {
            out.writeStringField(IdempotencyKeys.FIELD, result.key());
        }
        if (result.outcome() instanceof OrderIntake.Outcome.Accepted accepted) {
            placed(accepted.placement(), out);
        } else if (result.outcome() instanceof OrderIntake.Outcome.Refused refused) {
            Problem problem = Problem.unprocessable(refused.faults());
            problem(problem, fields -> PlacementAnswers.refusal(refused, fields), trace, out);
        } else {
            Problem problem = result.problem();
            problem(problem, fields -> fields.writeNumberField("status", problem.status()), trace, out);
        }
    }

    private static void placed(Placement placement, JsonGenerator out) throws IOException {
        boolean replayed = placement instanceof Placement.Replayed;
        Receipt receipt =
                replayed ? ((Placement.Replayed) placement).receipt() : ((Placement.Placed) placement).receipt();
        out.writeNumberField("status", 201);
        out.writeBooleanField("replayed", replayed);
        out.writeObjectFieldStart("order");
        OrderJson.receipt(receipt, out);
        out.writeEndObject();
    }

    private static void problem(Problem problem, JsonOut.Fields members, TraceContext trace, JsonGenerator out)
            throws IOException {
        out.writeNumberField("status", problem.status());
        if (problem.retryAfter() != null) {
            out.writeNumberField("retry_after", problem.retryAfter().toSeconds());
        }
        out.writeObjectFieldStart("problem");
        Problems.document(problem, members, trace, out);
        out.writeEndObject();
    }
}
