package dev.orderengine.http;

import dev.orderengine.fulfilment.FulfilmentIndex;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** Parcels and returns of orders (specification, section 3). */
final class FulfilmentRoutes {

    private final OrderCommandCalls calls;
    private final FulfilmentIndex fulfilments;

    FulfilmentRoutes(OrderCommandCalls calls, FulfilmentIndex fulfilments) {
        this.calls = calls;
        this.fulfilments = fulfilments;
    }

    void fulfil(RoutingContext context) {
        calls.post(context, "order.fulfil", FulfilmentDecoders::fulfil);
    }

    /** {@code If-Match} names a version of the order; it is not required, for carriers know parcels only. */
    void update(RoutingContext context) {
        UUID fulfilmentId = OrderIds.inPath(context);
        calls.run(
                context,
                new OrderCommandCalls.Subject("fulfillment.update", fulfilmentId),
                () -> fulfilments.orderOf(fulfilmentId),
                Preconditions.of(context),
                (body, faults) -> FulfilmentDecoders.update(fulfilmentId, body, faults));
    }

    void registerReturn(RoutingContext context) {
        calls.post(context, "return.register", FulfilmentDecoders::registerReturn);
    }

    void receiveReturn(RoutingContext context) {
        UUID returnId = OrderIds.inPath(context, "return_id");
        calls.post(
                context, "return.receive", (body, faults) -> FulfilmentDecoders.receiveReturn(returnId, body, faults));
    }
}
