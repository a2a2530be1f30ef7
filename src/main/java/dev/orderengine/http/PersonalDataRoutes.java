package dev.orderengine.http;

import dev.orderengine.cart.Cart;
import dev.orderengine.cart.Carts;
import dev.orderengine.customer.PersonalData;
import dev.orderengine.http.AuditTrail.Change;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/** What is held of a person, given out and erased; for staff who may. Carts are in it, so that nothing is said to be done without Redis. */
final class PersonalDataRoutes {

    private final PersonalData held;
    private final Carts carts;
    private final AuditTrail audit;
    private final JsonOut json;

    PersonalDataRoutes(PersonalData held, Carts carts, AuditTrail audit, JsonOut json) {
        this.held = held;
        this.carts = carts;
        this.audit = audit;
        this.json = json;
    }

    void export(RoutingContext context) {
        String customerId = Identifiers.inPath(context);
        Deadline.of(held.export(customerId))
                .map(found -> found.orElseThrow(() -> new ProblemException(Problem.notFound())))
                .compose(rows -> Deadline.of(carts.ownedBy(customerId)).map(owned -> body(rows, owned)))
                .onSuccess(body -> {
                    audit.record(context, "customer.export", customerId, "exported", Map.of());
                    Responses.json(context, 200, body);
                })
                .onFailure(context::fail);
    }

    /** Carts first: what fails half way is asked for again, and only the whole is recorded as done. */
    void erase(RoutingContext context) {
        String customerId = Identifiers.inPath(context);
        Future<Integer> erased = carts.removeOwnedBy(customerId)
                .compose(removed -> held.erase(
                        customerId, audit.recording(context, orders -> orders.map(many -> change(customerId, many)))))
                .map(orders -> orders.orElseThrow(() -> new ProblemException(Problem.notFound())));
        Deadline.of(erased)
                .onSuccess(orders -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }

    private static Change change(String customerId, int orders) {
        return new Change("customer.erase", customerId, "erased", Map.of("orders", orders));
    }

    /** The rows are JSON as Postgres wrote it. */
    private Buffer body(String rows, List<Cart> owned) {
        return json.object(out -> {
            out.writeFieldName("held");
            out.writeRawValue(rows);
            out.writeArrayFieldStart("carts");
            for (Cart cart : owned) {
                out.writeStartObject();
                out.writeStringField("cart_id", cart.id());
                out.writeArrayFieldStart("items");
                for (var line : cart.items()) {
                    out.writeStartObject();
                    out.writeStringField("product_id", line.productId());
                    out.writeNumberField("quantity", line.quantity());
                    out.writeEndObject();
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }
}
