package dev.orderengine.http;

import io.vertx.ext.web.RoutingContext;

/** Commands on existing orders (specification, section 3). */
final class OrderCommandRoutes {

    private final OrderCommandCalls calls;

    OrderCommandRoutes(OrderCommandCalls calls) {
        this.calls = calls;
    }

    void cancel(RoutingContext context) {
        calls.post(context, "order.cancel", CommandDecoders::cancel);
    }
}
