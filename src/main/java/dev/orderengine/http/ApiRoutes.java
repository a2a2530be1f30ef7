package dev.orderengine.http;

import dev.orderengine.http.RateLimits.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The table of the API's routes: method, path, scope, handler. Each route of the router carries its scope as metadata. */
final class ApiRoutes {

    /** The metadata of a route that names the scope it needs. */
    static final String SCOPE = "scope";

    private static final int MAX_BODY_BYTES = 256 * 1024;
    private static final int MAX_BULK_BODY_BYTES = 4 * 1024 * 1024;
    private static final String JSON = "application/json";

    private final Router router;
    private final Authentication authentication;
    private final RateLimits limits;
    private final AdmissionGate gate;
    private final AdmissionGate heldGate;
    private final AdmissionGate cartGate;
    private final AdmissionGate streamGate;
    private final AdmissionGate bulkGate;
    private final AdmissionGate webhookGate;
    private final MeterRegistry metrics;
    private final Map<String, Set<String>> methods = new LinkedHashMap<>();
    private final BodyHandler bodies = BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES);
    private final BodyHandler bulkBodies = BodyHandler.create(false).setBodyLimit(MAX_BULK_BODY_BYTES);

    ApiRoutes(
            Router router,
            Authentication authentication,
            RateLimits limits,
            AdmissionGate gate,
            AdmissionGate heldGate,
            AdmissionGate cartGate,
            AdmissionGate streamGate,
            AdmissionGate bulkGate,
            AdmissionGate webhookGate,
            MeterRegistry metrics) {
        this.router = router;
        this.authentication = authentication;
        this.limits = limits;
        this.gate = gate;
        this.heldGate = heldGate;
        this.cartGate = cartGate;
        this.streamGate = streamGate;
        this.bulkGate = bulkGate;
        this.webhookGate = webhookGate;
        this.metrics = metrics;
    }

    void mount(
            PlacementRoutes placements,
            BatchRoutes batches,
            OrderRoutes orders,
            StreamRoutes streams,
            OrderCommandRoutes commands,
            FulfilmentRoutes fulfilments,
            CatalogRoutes catalog,
            InventoryRoutes inventory,
            CustomerRoutes customers,
            PersonalDataRoutes personalData,
            CartRoutes carts,
            WebhookRoutes webhooks,
            OperationRoutes operation,
            AuditRoutes audit,
            DocumentationRoutes documentation) {
        order("/orders", gate, placements::place);
        order("/orders/validate", gate, placements::validate);
        bulk("/orders/batch", Scope.ORDERS_WRITE, batches::place);
        get("/orders", Scope.ORDERS_READ, orders::list);
        get("/orders/:id", Scope.ORDERS_READ, orders::get);
        patch("/orders/:id", Scope.ORDERS_WRITE, commands::update);
        post("/orders/:id/cancel", Scope.ORDERS_WRITE, commands::cancel);
        post("/orders/:id/payments", Scope.ORDERS_WRITE, commands::pay);
        post("/orders/:id/payments/:payment_id/confirm", Scope.ORDERS_REVIEW, commands::confirm);
        post("/orders/:id/verification", Scope.ORDERS_WRITE, commands::verify);
        post("/orders/:id/review", Scope.ORDERS_REVIEW, commands::review);
        post("/orders/:id/refunds", Scope.ORDERS_REVIEW, commands::refund);
        post("/orders/:id/fulfill", Scope.ORDERS_FULFIL, fulfilments::fulfil);
        post("/orders/:id/returns", Scope.ORDERS_WRITE, fulfilments::registerReturn);
        post("/orders/:id/returns/:return_id/receive", Scope.ORDERS_FULFIL, fulfilments::receiveReturn);
        patch("/fulfillments/:id", Scope.ORDERS_FULFIL, fulfilments::update);
        waiting("/orders/:id/status", Scope.ORDERS_READ, orders::status);
        listOrStream("/orders/:id/events", Scope.ORDERS_READ, orders::events, streams::ofOrder);
        stream("/events", Scope.ORDERS_READ, streams::ofAll);
        get("/products", Scope.CATALOG_READ, catalog::list);
        get("/products/:id", Scope.CATALOG_READ, catalog::get);
        put("/products/:id", Scope.CATALOG_WRITE, catalog::put);
        get("/inventory", Scope.INVENTORY_READ, inventory::list);
        get("/inventory/:id", Scope.INVENTORY_READ, inventory::get);
        put("/inventory/:id/locations/:location", Scope.INVENTORY_WRITE, inventory::put);
        get("/customers/:id", Scope.CUSTOMERS_READ, customers::get);
        put("/customers/:id", Scope.CUSTOMERS_WRITE, customers::put);
        get("/customers/:id/export", Scope.CUSTOMERS_ADMIN, personalData::export);
        bodiless(HttpMethod.DELETE, "/customers/:id/personal-data", gate, Scope.CUSTOMERS_ADMIN)
                .handler(personalData::erase);
        mount(carts);
        signed("/webhooks/stripe", webhooks::stripe);
        signed("/webhooks/paypal", webhooks::paypal);
        mount(operation);
        guarded(
                        route(HttpMethod.GET, "/admin/audit")
                                .produces(JSON)
                                .produces(RequestBody.NDJSON)
                                .handler(gate),
                        Scope.ADMIN,
                        Kind.READS)
                .handler(audit::get);
        bodiless(HttpMethod.POST, "/admin/audit/verify", gate, Scope.ADMIN).handler(audit::verify);
        open("/openapi.yaml", documentation::contract);
        open("/docs", documentation::page);
        open("/docs/:file", documentation::file);
        methods.forEach(this::refuseOtherMethods);
    }

    /** Behind a gate of their own, for they may all wait for Redis, of which placement must not know. */
    private void mount(CartRoutes carts) {
        String cart = "/carts/:cart_id";
        String item = cart + "/items/:product_id";
        bodiless(HttpMethod.GET, cart, cartGate, Scope.CARTS_WRITE).handler(carts::get);
        writing(HttpMethod.PUT, cart, cartGate, Scope.CARTS_WRITE).handler(carts::put);
        bodiless(HttpMethod.DELETE, cart, cartGate, Scope.CARTS_WRITE).handler(carts::delete);
        writing(HttpMethod.PUT, item, cartGate, Scope.CARTS_WRITE).handler(carts::putItem);
        bodiless(HttpMethod.DELETE, item, cartGate, Scope.CARTS_WRITE).handler(carts::deleteItem);
        order(cart + "/checkout", cartGate, carts::checkOut);
    }

    /** What operators see and do, and the page that shows it, which is outside of the base path. */
    private void mount(OperationRoutes operation) {
        listOrStream("/admin/figures", Scope.OPERATIONS, operation.figures()::once, operation.figures()::stream);
        get("/admin/rules", Scope.OPERATIONS, operation.figures()::rules);
        get("/admin/dead-letters", Scope.OPERATIONS, operation.deadLetters()::list);
        post("/admin/dead-letters/redrive", Scope.OPERATIONS, operation.deadLetters()::redrive);
        get("/admin/reconciliation", Scope.OPERATIONS, operation.reconciliation()::list);
        post("/admin/reconciliation", Scope.OPERATIONS, operation.reconciliation()::ask);
        get("/admin/reconciliation/:run_id", Scope.OPERATIONS, operation.reconciliation()::get);
        get("/admin/log-levels", Scope.OPERATIONS, operation.logLevels()::list);
        put("/admin/log-levels/:logger", Scope.OPERATIONS, operation.logLevels()::put);
        router.get("/console").handler(gate).handler(operation.console()::page);
        router.get("/console/:file").handler(gate).handler(operation.console()::file);
    }

    /** A write without a token, behind a gate of its own: anybody may send it, and only its content tells who did. */
    private void signed(String path, Handler<RoutingContext> handler) {
        route(HttpMethod.POST, path)
                .produces(JSON)
                .handler(webhookGate)
                .handler(context -> refuseOtherBodies(context, Set.of(JSON)))
                .handler(bodies::handle)
                .handler(handler);
    }

    /** A read without a token. */
    private void open(String path, Handler<RoutingContext> handler) {
        route(HttpMethod.GET, path).handler(gate).handler(handler);
    }

    private void order(String path, AdmissionGate through, Handler<RoutingContext> handler) {
        Route route = route(HttpMethod.POST, path).produces(JSON).handler(through);
        withBody(guarded(route, Scope.ORDERS_WRITE, Kind.ORDERS)).handler(handler);
    }

    private void post(String path, Scope scope, Handler<RoutingContext> handler) {
        writing(HttpMethod.POST, path, gate, scope).handler(handler);
    }

    private void put(String path, Scope scope, Handler<RoutingContext> handler) {
        writing(HttpMethod.PUT, path, gate, scope).handler(handler);
    }

    private void patch(String path, Scope scope, Handler<RoutingContext> handler) {
        writing(HttpMethod.PATCH, path, gate, scope).handler(handler);
    }

    private Route writing(HttpMethod method, String path, AdmissionGate through, Scope scope) {
        return withBody(bodiless(method, path, through, scope));
    }

    private Route withBody(Route route) {
        // Wrapped, for vertx-web would have the body read before it is known who sends it.
        return route.handler(context -> refuseOtherBodies(context, Set.of(JSON)))
                .handler(bodies::handle);
    }

    private Route bodiless(HttpMethod method, String path, AdmissionGate through, Scope scope) {
        Kind kind = method == HttpMethod.GET ? Kind.READS : Kind.WRITES;
        return guarded(route(method, path).produces(JSON).handler(through), scope, kind);
    }

    /** A call with a large body: only a few at once, and only of callers who are known, are read into memory. */
    private void bulk(String path, Scope scope, Handler<RoutingContext> handler) {
        guarded(route(HttpMethod.POST, path).produces(JSON), scope, Kind.BATCHES)
                .handler(bulkGate)
                .handler(context -> refuseOtherBodies(context, Set.of(JSON, RequestBody.NDJSON)))
                .handler(bulkBodies::handle)
                .handler(handler);
    }

    /** Plain JSON only: nothing is guessed, and nothing is unpacked, so that nothing small becomes large. */
    private static void refuseOtherBodies(RoutingContext context, Set<String> taken) {
        String encoding = context.request().getHeader(HttpHeaders.CONTENT_ENCODING);
        boolean plain = encoding == null || encoding.equalsIgnoreCase("identity");
        if (plain && taken.contains(RequestBody.mediaType(context)) && RequestBody.isUtf8(context)) {
            context.next();
        } else {
            context.fail(415);
        }
    }

    /** RFC 9110 wants the methods that there are named; a known method that got here was not acceptable otherwise. */
    private void refuseOtherMethods(String path, Set<String> allowed) {
        router.route(path).handler(context -> {
            if (allowed.contains(context.request().method().name())) {
                context.fail(406);
            } else {
                context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
                context.fail(405);
            }
        });
    }

    private void get(String path, Scope scope, Handler<RoutingContext> handler) {
        bodiless(HttpMethod.GET, path, gate, scope).handler(handler);
    }

    /** A call that may be held for long: it is not counted as one at work, and has a bound of its own. */
    private void waiting(String path, Scope scope, Handler<RoutingContext> handler) {
        bodiless(HttpMethod.GET, path, heldGate, scope).handler(handler);
    }

    /** The caller's Accept decides; a list for those who do not say. */
    private void listOrStream(String path, Scope scope, Handler<RoutingContext> list, Handler<RoutingContext> stream) {
        Route route = route(HttpMethod.GET, path)
                .produces(JSON)
                .produces(EventStream.MEDIA_TYPE)
                .handler(context -> (isStream(context) ? streamGate : gate).handle(context));
        Handler<RoutingContext> lists = limits.of(Kind.READS);
        Handler<RoutingContext> streams = limits.of(Kind.STREAMS);
        guarded(route, scope)
                .handler(context -> (isStream(context) ? streams : lists).handle(context))
                .handler(context -> (isStream(context) ? stream : list).handle(context));
    }

    /** A stream over the orders of all customers: for staff. */
    private void stream(String path, Scope scope, Handler<RoutingContext> handler) {
        Route route =
                route(HttpMethod.GET, path).produces(EventStream.MEDIA_TYPE).handler(streamGate);
        guarded(route.handler(authentication.requires(Scope.ORDERS_ALL)), scope, Kind.STREAMS)
                .handler(handler);
    }

    private static boolean isStream(RoutingContext context) {
        return EventStream.MEDIA_TYPE.equals(context.getAcceptableContentType());
    }

    private Route guarded(Route route, Scope scope, Kind kind) {
        return guarded(route, scope).handler(limits.of(kind));
    }

    private Route guarded(Route route, Scope scope) {
        return route.putMetadata(SCOPE, scope.wire()).handler(authentication.requires(scope));
    }

    private Route route(HttpMethod method, String path) {
        methods.computeIfAbsent(Paths.BASE + path, unknown -> new TreeSet<>()).add(method.name());
        return router.route(method, Paths.BASE + path)
                .handler(new RequestMetrics(metrics, method.name(), Paths.BASE + path.replaceAll(":(\\w+)", "{$1}")));
    }
}
