package dev.orderengine.http;

import dev.orderengine.order.OrderStatusView;
import dev.orderengine.order.OrderStore;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** The order that a path names, if the caller may see it. */
record OrderAccess(OrderStore orders) {

    /** Its state now; fails with 404 if there is none, or it is not the caller's to see. */
    Future<OrderStatusView> visible(RoutingContext context) {
        return Deadline.of(orders.statuses(List.of(OrderIds.inPath(context))))
                .map(found -> found.values().stream()
                        .filter(order -> sees(context, order.customerId()))
                        .findFirst()
                        .orElseThrow(() -> new ProblemException(Problem.notFound())));
    }

    static boolean sees(RoutingContext context, String customerId) {
        return RequestContext.of(context).caller().sees(customerId);
    }
}
