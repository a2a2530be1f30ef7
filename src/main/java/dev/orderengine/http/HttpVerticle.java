package dev.orderengine.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.audit.AuditSearch;
import dev.orderengine.audit.AuditVerifier;
import dev.orderengine.bus.Bus;
import dev.orderengine.cart.Carts;
import dev.orderengine.catalog.Catalog;
import dev.orderengine.catalog.CatalogStore;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.customer.Customers;
import dev.orderengine.customer.PersonalData;
import dev.orderengine.deadletter.DeadLetters;
import dev.orderengine.feed.EventFeed;
import dev.orderengine.feed.EventTail;
import dev.orderengine.feed.StatusWatch;
import dev.orderengine.figures.LiveFigures;
import dev.orderengine.fulfilment.FulfilmentIndex;
import dev.orderengine.inventory.Inventory;
import dev.orderengine.inventory.Stocktaking;
import dev.orderengine.order.OrderStore;
import dev.orderengine.order.PaymentTerms;
import dev.orderengine.order.PlacedOrders;
import dev.orderengine.order.TransferIndex;
import dev.orderengine.payment.reconciliation.ReconciliationReports;
import dev.orderengine.rules.RuleBook;
import dev.orderengine.telemetry.LogLevels;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Listens on the API's port; one instance an event loop, all on the same port. */
public final class HttpVerticle extends VerticleBase {

    /** Where only this machine can call. */
    static final String LOOPBACK = "127.0.0.1";

    private final Services services;
    private final Authentication authentication;
    private final EngineConfig.Http http;
    private StatusWatch watch;
    private StreamRoutes streams;
    private FiguresRoutes figures;
    private Listener listener;

    /**
     * What the API is made of.
     *
     * @param gate of the calls that are worked on
     * @param heldGate of the calls that may wait for a change
     * @param cartGate of the calls on carts
     * @param streamGate of the event streams
     * @param bulkGate of the calls that place many orders
     * @param webhookGate of the calls of payment providers
     * @param ids UUIDv7
     * @param extraRoutes mounted before the API's own: health, and what a launcher adds
     */
    public record Services(
            EngineConfig config,
            Bus bus,
            Spans spans,
            Authentication authentication,
            RateLimits limits,
            AdmissionGate gate,
            AdmissionGate heldGate,
            AdmissionGate cartGate,
            AdmissionGate streamGate,
            AdmissionGate bulkGate,
            AdmissionGate webhookGate,
            Catalog catalog,
            CatalogStore products,
            Inventory inventory,
            Stocktaking stocktaking,
            Customers customers,
            PersonalData personalData,
            OrderStore orders,
            PlacedOrders placedOrders,
            Carts carts,
            EventFeed feed,
            EventTail tail,
            FulfilmentIndex fulfilments,
            TransferIndex transfers,
            AuditTrail audit,
            AuditSearch auditSearch,
            AuditVerifier auditVerifier,
            Documentation documentation,
            Operation operation,
            ObjectMapper json,
            MeterRegistry metrics,
            Supplier<UUID> ids,
            Clock clock,
            Consumer<Router> extraRoutes) {}

    /**
     * What operators look at.
     *
     * @param figures made anew for each event loop
     */
    public record Operation(
            Supplier<LiveFigures> figures,
            Supplier<RuleBook> rules,
            DeadLetters deadLetters,
            ReconciliationReports reconciliation,
            LogLevels logLevels,
            Console console) {}

    public HttpVerticle(Services services) {
        this(services, services.authentication(), services.config().http());
    }

    private HttpVerticle(Services services, Authentication authentication, EngineConfig.Http http) {
        this.services = services;
        this.authentication = authentication;
        this.http = http;
    }

    /** The same API on a free port of the loopback, for callers of its own. */
    static HttpVerticle onLoopback(Services services, Authentication authentication) {
        return new HttpVerticle(
                services, authentication, services.config().http().onLoopback(LOOPBACK));
    }

    @Override
    public Future<?> start() {
        JsonOut json = new JsonOut(services.json());
        listener = new Listener(vertx, http, services.metrics());
        watch = new StatusWatch(vertx, services.tail());
        streams = streams(json);
        figures = figures(json);
        Problems problems = new Problems(json, listener.headers());
        return listener.listen(router(json, problems), problems);
    }

    /** Finishes what is at work; what only waits is answered or ended now, for its wait may be longer than the drain. */
    @Override
    public Future<?> stop() {
        watch.release();
        streams.release();
        figures.release();
        return listener.stop(http.drainTimeout().minus(http.drainDelay()));
    }

    /** The port that is listened at. */
    public int port() {
        return listener.port();
    }

    private Router router(JsonOut json, Problems problems) {
        RequestBody bodies = new RequestBody(services.json());
        AuditTrail audit = services.audit();
        PlacementAnswers answers = new PlacementAnswers(json, problems, audit);
        OrderIntake intake = intake();
        OrderCommandCalls commands = new OrderCommandCalls(bodies, services.bus(), audit);
        Router router = Router.router(vertx);
        router.route().handler(new RequestStart(listener.headers(), listener.connections(), services.spans()));
        router.route().handler(new CardGuard());
        Set<String> origins = http.corsOrigins();
        if (!origins.isEmpty()) {
            router.route().handler(Cors.of(origins));
        }
        services.extraRoutes().accept(router);
        new ApiRoutes(
                        router,
                        authentication,
                        services.limits(),
                        services.gate(),
                        services.heldGate(),
                        services.cartGate(),
                        services.streamGate(),
                        services.bulkGate(),
                        services.webhookGate(),
                        services.metrics())
                .mount(
                        new PlacementRoutes(bodies, intake, json, answers),
                        new BatchRoutes(new BatchDecoder(bodies), intake, json, problems, answers),
                        new OrderRoutes(services.orders(), access(), watch, json),
                        streams,
                        new OrderCommandRoutes(commands, services.transfers()),
                        new FulfilmentRoutes(commands, services.fulfilments()),
                        new CatalogRoutes(services.products(), services.catalog(), bodies, audit, json),
                        inventory(bodies, audit, problems, json),
                        new CustomerRoutes(services.customers(), bodies, audit, json),
                        new PersonalDataRoutes(services.personalData(), services.carts(), audit, json),
                        new CartRoutes(bodies, services.carts(), services.catalog(), checkout(intake), json, answers),
                        new WebhookRoutes(services.bus(), audit, json),
                        operation(bodies, audit, json),
                        new AuditRoutes(services.auditSearch(), services.auditVerifier(), audit, json),
                        new DocumentationRoutes(services.documentation()));
        router.route().failureHandler(problems);
        for (int status : new int[] {400, 403, 404, 405, 406, 408, 413, 414, 415, 431, 500}) {
            router.errorHandler(status, problems);
        }
        return router;
    }

    private InventoryRoutes inventory(RequestBody bodies, AuditTrail audit, Problems problems, JsonOut json) {
        return new InventoryRoutes(
                services.inventory(),
                services.stocktaking(),
                bodies,
                audit,
                problems,
                json,
                services.ids(),
                services.clock());
    }

    private CartCheckout checkout(OrderIntake intake) {
        return new CartCheckout(services.carts(), services.placedOrders(), intake, services.metrics());
    }

    private StreamRoutes streams(JsonOut json) {
        return new StreamRoutes(
                vertx,
                access(),
                services.feed(),
                services.tail(),
                json,
                services.clock(),
                services.config().http().streamPatience(),
                services.metrics());
    }

    private FiguresRoutes figures(JsonOut json) {
        Operation operation = services.operation();
        return new FiguresRoutes(
                vertx,
                operation.figures().get(),
                operation.rules(),
                json,
                services.clock(),
                services.config().http().streamPatience(),
                services.metrics());
    }

    private OperationRoutes operation(RequestBody bodies, AuditTrail audit, JsonOut json) {
        Operation operation = services.operation();
        return new OperationRoutes(
                figures,
                new DeadLetterRoutes(
                        operation.deadLetters(), bodies, services.bus(), audit, json, services.ids(), services.clock()),
                new ReconciliationRoutes(
                        operation.reconciliation(),
                        bodies,
                        services.bus(),
                        audit,
                        json,
                        services.ids(),
                        services.clock()),
                new LogLevelRoutes(operation.logLevels(), bodies, audit, json),
                operation.console());
    }

    private OrderAccess access() {
        return new OrderAccess(services.orders());
    }

    private OrderIntake intake() {
        EngineConfig.Orders orders = services.config().orders();
        return new OrderIntake(
                services.bus(),
                services.catalog(),
                services.inventory(),
                new PaymentTerms(orders.paymentExpiry(), orders.bankTransferExpiry()),
                services.ids(),
                services.clock());
    }
}
