package dev.orderengine.http;

import io.vertx.ext.web.RoutingContext;

/** Commands on existing orders (specification, section 3). */
final class OrderCommandRoutes {

    private final OrderCommandCalls calls;

    OrderCommandRoutes(OrderCommandCalls calls) {
        this.calls = calls;
    }

    void update(RoutingContext context) {
        calls.patch(context, "order.update", CommandDecoders::update);
    }

    void pay(RoutingContext context) {
        calls.post(context, "order.pay", CommandDecoders::pay);
    }

    void verify(RoutingContext context) {
        calls.post(context, "order.verify", CommandDecoders::verify);
    }

    void review(RoutingContext context) {
        calls.post(context, "order.review", CommandDecoders::review);
    }

    void refund(RoutingContext context) {
        calls.post(context, "order.refund", CommandDecoders::refund);
    }

    void cancel(RoutingContext context) {
        calls.post(context, "order.cancel", CommandDecoders::cancel);
    }
}
