package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.assessment.Assessment;
import dev.orderengine.order.Fault;
import dev.orderengine.order.PlaceOrder;
import dev.orderengine.order.Placement;
import dev.orderengine.order.PricedOrder;
import dev.orderengine.order.Receipt;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code POST /orders} and {@code POST /orders/validate}. */
final class PlacementRoutes {

    private final RequestBody bodies;
    private final OrderIntake intake;
    private final JsonOut json;
    private final Problems problems;
    private final AuditTrail audit;

    PlacementRoutes(RequestBody bodies, OrderIntake intake, JsonOut json, Problems problems, AuditTrail audit) {
        this.bodies = bodies;
        this.intake = intake;
        this.json = json;
        this.problems = problems;
        this.audit = audit;
    }

    void place(RoutingContext context) {
        Buffer body = context.body().buffer();
        String key = IdempotencyKeys.of(context);
        PlaceOrderDecoder.Decoded decoded = decode(context, body);
        if (!decoded.faults().isEmpty()) {
            refuse(context, decoded.faults(), null, List.of());
            return;
        }
        RequestContext request = RequestContext.of(context);
        OrderIntake.Origin origin = new OrderIntake.Origin(
                request.caller().subject(),
                key,
                key == null ? null : IdempotencyKeys.fingerprint(context, body),
                request.trace().traceparent());
        Deadline.of(intake.take(decoded.order(), origin))
                .onSuccess(outcome -> answer(context, outcome))
                .onFailure(context::fail);
    }

    void validate(RoutingContext context) {
        PlaceOrderDecoder.Decoded decoded = decode(context, context.body().buffer());
        if (!decoded.faults().isEmpty()) {
            Responses.json(context, 200, json.object(out -> invalid(decoded.faults(), out)));
            return;
        }
        Deadline.of(intake.validate(decoded.order()))
                .onSuccess(validation -> Responses.json(context, 200, json.object(out -> validation(validation, out))))
                .onFailure(context::fail);
    }

    /** The order in the body; a caller who is no staff may order for himself only. */
    private PlaceOrderDecoder.Decoded decode(RoutingContext context, Buffer body) {
        PlaceOrderDecoder.Decoded decoded = PlaceOrderDecoder.decode(bodies.read(body));
        PlaceOrder order = decoded.order();
        if (order != null && order.customerId() != null) {
            Caller caller = RequestContext.of(context).caller();
            if (!caller.sees(order.customerId())) {
                throw new ProblemException(Problem.of(
                        403,
                        "not_your_customer",
                        "The token does not allow this",
                        "It may order for its own sub only."));
            }
        }
        return decoded;
    }

    private void answer(RoutingContext context, OrderIntake.Outcome outcome) {
        if (outcome instanceof OrderIntake.Outcome.Accepted accepted) {
            created(context, accepted.placement());
        } else if (outcome instanceof OrderIntake.Outcome.Refused refused) {
            refuse(context, refused.faults(), refused.decision(), refused.matchedRules());
        } else {
            context.fail(new ProblemException(IdempotencyKeys.reused()));
        }
    }

    private void created(RoutingContext context, Placement placement) {
        Receipt receipt = receipt(context, placement);
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

    /** The refusal and the order's shape in one body; {@code status} is the order's (ADR 0003). */
    private void refuse(RoutingContext context, List<Fault> faults, String decision, List<String> matchedRules) {
        audit(context, faults);
        Problem problem = Problem.unprocessable(faults);
        problems.answer(context, problem, out -> {
            out.writeNullField("order_id");
            out.writeStringField("status", "rejected");
            sentences(faults, out);
            if (decision != null) {
                out.writeStringField("decision", decision);
                OrderJson.strings("matched_rules", matchedRules, out);
            }
        });
    }

    private void audit(RoutingContext context, List<Fault> faults) {
        List<String> errors = faults.stream()
                .map(fault -> fault.pointer() + " " + fault.code())
                .toList();
        audit.record(context, "order.place", "POST /orders", "refused", Map.of("errors", errors));
    }

    private static void invalid(List<Fault> faults, JsonGenerator out) throws IOException {
        out.writeBooleanField("valid", false);
        sentences(faults, out);
        Problems.errors(faults, out);
    }

    private static void validation(OrderIntake.Validation validation, JsonGenerator out) throws IOException {
        if (validation.assessment() instanceof Assessment.Faulty faulty) {
            invalid(faulty.faults(), out);
            return;
        }
        PricedOrder order = validation.priced();
        out.writeBooleanField("valid", validation.valid());
        out.writeStringField("decision", order.decision().verdict().wire());
        sentences(validation.faults(), out);
        OrderJson.strings("matched_rules", order.decision().matchedRules(), out);
        OrderJson.amount("total_amount", order.total(), out);
        out.writeStringField("currency", order.total().currency().getCurrencyCode());
        out.writeArrayFieldStart("availability");
        for (OrderIntake.Availability line : validation.availability()) {
            out.writeStartObject();
            out.writeStringField("product_id", line.productId());
            out.writeNumberField("requested", line.requested());
            out.writeNumberField("available", line.available());
            out.writeEndObject();
        }
        out.writeEndArray();
        if (!validation.faults().isEmpty()) {
            Problems.errors(validation.faults(), out);
        }
    }

    private static void sentences(List<Fault> faults, JsonGenerator out) throws IOException {
        OrderJson.strings(
                "validation_errors",
                faults.stream()
                        .map(fault ->
                                fault.pointer().isEmpty() ? fault.message() : fault.pointer() + " " + fault.message())
                        .toList(),
                out);
    }
}
