package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.order.Fault;
import dev.orderengine.order.Placement;
import dev.orderengine.order.Receipt;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** How calls that place an order are answered; refusals go to the audit log. */
final class PlacementAnswers {

    private final JsonOut json;
    private final Problems problems;
    private final AuditTrail audit;

    PlacementAnswers(JsonOut json, Problems problems, AuditTrail audit) {
        this.json = json;
        this.problems = problems;
        this.audit = audit;
    }

    /** @param call method and path, without ids */
    void answer(RoutingContext context, String call, OrderIntake.Outcome outcome) {
        if (outcome instanceof OrderIntake.Outcome.Accepted accepted) {
            created(context, accepted.placement());
        } else if (outcome instanceof OrderIntake.Outcome.Refused refused) {
            refuse(context, call, refused);
        } else {
            context.fail(new ProblemException(IdempotencyKeys.reused()));
        }
    }

    /** What is wrong with an order, for people. */
    static void sentences(List<Fault> faults, JsonGenerator out) throws IOException {
        OrderJson.strings(
                "validation_errors",
                faults.stream()
                        .map(fault ->
                                fault.pointer().isEmpty() ? fault.message() : fault.pointer() + " " + fault.message())
                        .toList(),
                out);
    }

    private void created(RoutingContext context, Placement placement) {
        Receipt receipt = receipt(context, placement);
        RequestContext.of(context).orderId(receipt.orderId());
        context.response()
                .putHeader("Location", Paths.BASE + "/orders/" + receipt.orderId())
                .putHeader("ETag", Responses.etag(String.valueOf(receipt.version())));
        Responses.json(context, 201, json.object(out -> OrderJson.receipt(receipt, out)));
    }

    private static Receipt receipt(RoutingContext context, Placement placement) {
        if (placement instanceof Placement.Replayed replayed) {
            context.response().putHeader(IdempotencyKeys.REPLAYED, "true");
            return replayed.receipt();
        }
        return ((Placement.Placed) placement).receipt();
    }

    private void refuse(RoutingContext context, String call, OrderIntake.Outcome.Refused refused) {
        audit(context, call, refused);
        problems.answer(context, Problem.unprocessable(refused.faults()), out -> refusal(refused, out));
    }

    /** What a problem document says of an order that was not placed; {@code status} is the order's (ADR 0003). */
    static void refusal(OrderIntake.Outcome.Refused refused, JsonGenerator out) throws IOException {
        out.writeNullField("order_id");
        out.writeStringField("status", "rejected");
        sentences(refused.faults(), out);
        if (refused.decision() != null) {
            out.writeStringField("decision", refused.decision());
            OrderJson.strings("matched_rules", refused.matchedRules(), out);
        }
    }

    /** Records the refusal in the audit log. */
    void audit(RoutingContext context, String call, OrderIntake.Outcome.Refused refused) {
        List<String> errors = refused.faults().stream()
                .map(fault -> fault.pointer() + " " + fault.code())
                .toList();
        audit.record(context, "order.place", call, "refused", Map.of("errors", errors));
    }
}
