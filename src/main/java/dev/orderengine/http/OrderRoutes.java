package dev.orderengine.http;

import dev.orderengine.feed.StatusWatch;
import dev.orderengine.order.FulfillmentStatus;
import dev.orderengine.order.Order;
import dev.orderengine.order.OrderEvent;
import dev.orderengine.order.OrderFilter;
import dev.orderengine.order.OrderStatus;
import dev.orderengine.order.OrderStatusView;
import dev.orderengine.order.OrderStore;
import dev.orderengine.order.PaymentStatus;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The reads of orders. */
final class OrderRoutes {

    private static final Pattern WAIT = Pattern.compile("(?:^|[,;]\\s*)wait=(\\d{1,4})(?:$|[,;\\s])");
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Set<String> LIST_PARAMETERS = Set.of(
            "customer_id",
            "status",
            "payment_status",
            "fulfillment_status",
            "created_from",
            "created_to",
            "limit",
            "cursor");
    private static final Set<String> EVENT_PARAMETERS = Set.of("after", "limit");

    private final OrderStore orders;
    private final OrderAccess access;
    private final StatusWatch watch;
    private final JsonOut json;

    OrderRoutes(OrderStore orders, OrderAccess access, StatusWatch watch, JsonOut json) {
        this.orders = orders;
        this.access = access;
        this.watch = watch;
        this.json = json;
    }

    void get(RoutingContext context) {
        Deadline.of(orders.find(OrderIds.inPath(context)))
                .map(found -> found.filter(
                                order -> OrderAccess.sees(context, order.state().customerId()))
                        .orElseThrow(() -> new ProblemException(Problem.notFound())))
                .onSuccess(order -> Responses.versioned(
                        context,
                        String.valueOf(order.state().version()),
                        json.object(out -> OrderJson.order(order, out))))
                .onFailure(context::fail);
    }

    void status(RoutingContext context) {
        Duration patience = patience(context.request().getHeader("Prefer"));
        boolean mayWait = !patience.isZero() && context.request().headers().contains(HttpHeaders.IF_NONE_MATCH);
        Future<OrderStatusView> status = mayWait ? changed(context, patience) : access.visible(context);
        status.onSuccess(order -> answer(context, order, patience)).onFailure(context::fail);
    }

    void events(RoutingContext context) {
        UUID orderId = OrderIds.inPath(context);
        Query query = new Query(context, EVENT_PARAMETERS);
        int after = query.integer("after", 0, 0, Integer.MAX_VALUE);
        int limit = query.limit();
        query.check();
        Deadline.of(access.visible(context).compose(order -> orders.events(orderId, after, limit + 1)))
                .onSuccess(events -> answer(context, events, limit))
                .onFailure(context::fail);
    }

    void list(RoutingContext context) {
        Query query = new Query(context, LIST_PARAMETERS);
        Caller caller = RequestContext.of(context).caller();
        String customerId = query.identifier("customer_id");
        OrderFilter filter = new OrderFilter(
                caller.may(Scope.ORDERS_ALL) ? customerId : caller.subject(),
                query.parsed("status", OrderStatus::of, "a status of orders"),
                query.parsed("payment_status", PaymentStatus::of, "a payment status"),
                query.parsed("fulfillment_status", FulfillmentStatus::of, "a fulfilment status"),
                query.time("created_from"),
                query.time("created_to"),
                query.cursor());
        int limit = query.limit();
        query.check();
        boolean foreign = customerId != null && !caller.sees(customerId);
        Future<List<Order>> page = foreign ? Future.succeededFuture(List.of()) : orders.list(filter, limit + 1);
        Deadline.of(page).onSuccess(found -> answerPage(context, found, limit)).onFailure(context::fail);
    }

    private void answerPage(RoutingContext context, List<Order> found, int limit) {
        List<Order> page = found.size() > limit ? found.subList(0, limit) : found;
        String next = found.size() > limit
                ? Cursors.encode(page.get(limit - 1).state().id())
                : null;
        Pages.answer(context, json, page, next, OrderJson::order);
    }

    private void answer(RoutingContext context, List<OrderEvent> events, int limit) {
        List<OrderEvent> page = events.size() > limit ? events.subList(0, limit) : events;
        Responses.json(context, 200, json.object(out -> {
            Pages.items(page, OrderJson::event, out);
            if (events.size() > limit) {
                out.writeNumberField("next_after", page.get(limit - 1).sequence());
            }
        }));
    }

    private void answer(RoutingContext context, OrderStatusView order, Duration patience) {
        if (!patience.isZero()) {
            context.response().putHeader("Preference-Applied", "wait=" + patience.toSeconds());
        }
        Responses.versioned(context, String.valueOf(order.version()), json.object(out -> OrderJson.status(order, out)));
    }

    /** Watches from before the version is read, so that no change is missed. */
    private Future<OrderStatusView> changed(RoutingContext context, Duration patience) {
        Future<StatusWatch.Watching> watching = watch.watch(OrderIds.inPath(context));
        context.addEndHandler(answered -> watching.onSuccess(StatusWatch.Watching::end));
        return Deadline.of(watching)
                .compose(begun ->
                        access.visible(context).compose(order -> awaitChange(context, order, begun, patience)));
    }

    /** Holds the answer while the caller has the order's version already. */
    private Future<OrderStatusView> awaitChange(
            RoutingContext context, OrderStatusView order, StatusWatch.Watching watching, Duration patience) {
        boolean current = Responses.matches(
                context.request().getHeader(HttpHeaders.IF_NONE_MATCH),
                Responses.etag(String.valueOf(order.version())));
        if (!current) {
            return Future.succeededFuture(order);
        }
        RequestContext.of(context).held();
        return watching.beyond(order.version(), patience)
                .compose(changed -> changed ? access.visible(context) : Future.succeededFuture(order));
    }

    /** How long the caller is willing to wait (RFC 7240), bounded. */
    private static Duration patience(String prefer) {
        if (prefer == null) {
            return Duration.ZERO;
        }
        Matcher wait = WAIT.matcher(prefer);
        if (!wait.find()) {
            return Duration.ZERO;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(wait.group(1)));
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }
}
