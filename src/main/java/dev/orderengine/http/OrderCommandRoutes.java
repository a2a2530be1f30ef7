package dev.orderengine.http;

import dev.orderengine.order.TransferIndex;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** Commands on existing orders (specification, section 3). */
final class OrderCommandRoutes {

    private final OrderCommandCalls calls;
    private final TransferIndex transfers;

    OrderCommandRoutes(OrderCommandCalls calls, TransferIndex transfers) {
        this.calls = calls;
        this.transfers = transfers;
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

    void confirm(RoutingContext context) {
        UUID orderId = OrderIds.inPath(context);
        UUID paymentId = OrderIds.inPath(context, "payment_id");
        calls.run(
                context,
                new OrderCommandCalls.Subject("payment.confirm", orderId),
                () -> transfers.orderOf(paymentId, orderId),
                Preconditions.of(context),
                (body, faults) -> CommandDecoders.confirm(paymentId, body, faults));
    }

    void cancel(RoutingContext context) {
        calls.post(context, "order.cancel", CommandDecoders::cancel);
    }
}
