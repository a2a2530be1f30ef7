package dev.orderengine.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/** The table of the API's routes: method, path, scope, handler. */
final class ApiRoutes {

    private static final int MAX_BODY_BYTES = 256 * 1024;
    private static final String JSON = "application/json";

    private final Router router;
    private final Authentication authentication;
    private final AdmissionGate gate;
    private final AdmissionGate heldGate;
    private final MeterRegistry metrics;
    private final BodyHandler bodies = BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES);

    ApiRoutes(
            Router router,
            Authentication authentication,
            AdmissionGate gate,
            AdmissionGate heldGate,
            MeterRegistry metrics) {
        this.router = router;
        this.authentication = authentication;
        this.gate = gate;
        this.heldGate = heldGate;
        this.metrics = metrics;
    }

    void mount(PlacementRoutes placements, OrderRoutes orders, CatalogRoutes catalog, InventoryRoutes inventory) {
        post("/orders", Scope.ORDERS_WRITE, placements::place);
        post("/orders/validate", Scope.ORDERS_WRITE, placements::validate);
        get("/orders", Scope.ORDERS_READ, orders::list);
        get("/orders/:id", Scope.ORDERS_READ, orders::get);
        waiting("/orders/:id/status", Scope.ORDERS_READ, orders::status);
        get("/orders/:id/events", Scope.ORDERS_READ, orders::events);
        get("/products", Scope.CATALOG_READ, catalog::list);
        get("/products/:id", Scope.CATALOG_READ, catalog::get);
        get("/inventory/:id", Scope.INVENTORY_READ, inventory::get);
    }

    private void post(String path, Scope scope, Handler<RoutingContext> handler) {
        // Wrapped, for vertx-web would have the body read before it is known who sends it.
        guarded(route(HttpMethod.POST, path).consumes(JSON).produces(JSON).handler(gate), scope)
                .handler(ApiRoutes::refuseEncoded)
                .handler(bodies::handle)
                .handler(handler);
    }

    /** Bodies are taken as they are: nothing is unpacked, so that nothing small becomes large. */
    private static void refuseEncoded(RoutingContext context) {
        String encoding = context.request().getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            context.next();
        } else {
            context.fail(415);
        }
    }

    private void get(String path, Scope scope, Handler<RoutingContext> handler) {
        guarded(route(HttpMethod.GET, path).produces(JSON).handler(gate), scope).handler(handler);
    }

    /** A call that may be held for long: it is not counted as one at work, and has a bound of its own. */
    private void waiting(String path, Scope scope, Handler<RoutingContext> handler) {
        guarded(route(HttpMethod.GET, path).produces(JSON).handler(heldGate), scope)
                .handler(handler);
    }

    private Route guarded(Route route, Scope scope) {
        return route.handler(authentication.requires(scope));
    }

    private Route route(HttpMethod method, String path) {
        return router.route(method, Paths.BASE + path)
                .handler(new RequestMetrics(metrics, method.name(), Paths.BASE + path.replace(":id", "{id}")));
    }
}
