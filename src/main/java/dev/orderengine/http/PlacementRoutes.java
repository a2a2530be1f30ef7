package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.assessment.Assessment;
import dev.orderengine.order.Fault;
import dev.orderengine.order.PlaceOrder;
import dev.orderengine.order.PricedOrder;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;

/** {@code POST /orders} and {@code POST /orders/validate}. */
final class PlacementRoutes {

    private static final String CALL = "POST /orders";

    private final RequestBody bodies;
    private final OrderIntake intake;
    private final JsonOut json;
    private final PlacementAnswers answers;

    PlacementRoutes(RequestBody bodies, OrderIntake intake, JsonOut json, PlacementAnswers answers) {
        this.bodies = bodies;
        this.intake = intake;
        this.json = json;
        this.answers = answers;
    }

    void place(RoutingContext context) {
        Buffer body = context.body().buffer();
        String key = IdempotencyKeys.of(context);
        Decoded<PlaceOrder> decoded = decode(context, body);
        if (!decoded.faults().isEmpty()) {
            answers.answer(context, CALL, OrderIntake.Outcome.Refused.of(decoded.faults()));
            return;
        }
        RequestContext request = RequestContext.of(context);
        OrderIntake.Origin origin = new OrderIntake.Origin(
                request.caller().subject(),
                key,
                key == null ? null : IdempotencyKeys.fingerprint(context, body),
                request.trace().traceparent());
        Deadline.of(intake.take(decoded.value(), origin))
                .onSuccess(outcome -> answers.answer(context, CALL, outcome))
                .onFailure(context::fail);
    }

    void validate(RoutingContext context) {
        Decoded<PlaceOrder> decoded = decode(context, context.body().buffer());
        if (!decoded.faults().isEmpty()) {
            Responses.json(context, 200, json.object(out -> invalid(decoded.faults(), out)));
            return;
        }
        Deadline.of(intake.validate(
                        decoded.value(), RequestContext.of(context).trace().traceparent()))
                .onSuccess(validation -> Responses.json(context, 200, json.object(out -> validation(validation, out))))
                .onFailure(context::fail);
    }

    /** The order in the body; a caller who is no staff may order for himself only. */
    private Decoded<PlaceOrder> decode(RoutingContext context, Buffer body) {
        Decoded<PlaceOrder> decoded = PlaceOrderDecoder.decode(bodies.read(body));
        PlaceOrder order = decoded.value();
        if (order != null && order.customerId() != null) {
            RequestContext.of(context).caller().requireToSee(order.customerId());
        }
        return decoded;
    }

    private static void invalid(List<Fault> faults, JsonGenerator out) throws IOException {
        out.writeBooleanField("valid", false);
        PlacementAnswers.sentences(faults, out);
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
        PlacementAnswers.sentences(validation.faults(), out);
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
}
