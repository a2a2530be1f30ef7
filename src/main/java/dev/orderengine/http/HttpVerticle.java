package dev.orderengine.http;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import dev.orderengine.rules.RuleBook;
import dev.orderengine.telemetry.LogLevels;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Listens on the API's port; one instance an event loop, all on the same port. */
public final class HttpVerticle extends VerticleBase {

    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_URI_BYTES = 8 * 1024;
    private static final int COMPRESS_FROM_BYTES = 1024;
    private static final int IDLE_SECONDS = 75;

    private static final Pattern MALFORMED_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    /** Where only this machine can call. */
    static final String LOOPBACK = "127.0.0.1";

    private final Services services;
    private final Authentication authentication;
    private final String host;
    private final int wantedPort;
    private StatusWatch watch;
    private StreamRoutes streams;
    private FiguresRoutes figures;
    private HttpServer server;

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
            Authentication authentication,
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
            LogLevels logLevels,
            Console console) {}

    public HttpVerticle(Services services) {
        this(
                services,
                services.authentication(),
                services.config().http().host(),
                services.config().http().port());
    }

    private HttpVerticle(Services services, Authentication authentication, String host, int wantedPort) {
        this.services = services;
        this.authentication = authentication;
        this.host = host;
        this.wantedPort = wantedPort;
    }

    /** The same API on a free port of the loopback, for callers of its own. */
    static HttpVerticle onLoopback(Services services, Authentication authentication) {
        return new HttpVerticle(services, authentication, LOOPBACK, 0);
    }

    @Override
    public Future<?> start() {
        JsonOut json = new JsonOut(services.json());
        watch = new StatusWatch(vertx, services.tail());
        streams = streams(json);
        figures = figures(json);
        Problems problems = new Problems(json);
        server = vertx.createHttpServer(options())
                .requestHandler(wellFormed(router(json, problems), problems))
                .invalidRequestHandler(problems::invalid);
        return server.listen();
    }

    /** Finishes what is at work; what only waits is answered or ended now, for its wait may be longer than the drain. */
    @Override
    public Future<?> stop() {
        watch.release();
        streams.release();
        figures.release();
        EngineConfig.Http http = services.config().http();
        return server.shutdown(http.drainTimeout().minus(http.drainDelay()).toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The port that is listened at. */
    public int port() {
        return server.actualPort();
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setHost(host)
                .setPort(wantedPort)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_URI_BYTES)
                .setIdleTimeout(IDLE_SECONDS)
                .setCompressionSupported(true)
                .setCompressionContentSizeThreshold(COMPRESS_FROM_BYTES)
                .setTcpNoDelay(true);
    }

    /** A path that cannot be decoded matches no route and would fail in the router. */
    private static Handler<HttpServerRequest> wellFormed(Router router, Problems problems) {
        return request -> {
            if (MALFORMED_ESCAPE.matcher(request.path()).find()) {
                problems.invalid(request);
            } else {
                router.handle(request);
            }
        };
    }

    private Router router(JsonOut json, Problems problems) {
        RequestBody bodies = new RequestBody(services.json());
        AuditTrail audit = new AuditTrail(services.bus(), services.clock());
        PlacementAnswers answers = new PlacementAnswers(json, problems, audit);
        OrderIntake intake = intake();
        OrderCommandCalls commands = new OrderCommandCalls(bodies, services.bus(), audit);
        Router router = Router.router(vertx);
        router.route().handler(new RequestStart());
        router.route().handler(new CardGuard());
        services.extraRoutes().accept(router);
        new ApiRoutes(
                        router,
                        authentication,
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
                        new DocumentationRoutes(services.documentation()));
        router.route().failureHandler(problems);
        for (int status : new int[] {400, 404, 405, 406, 413, 414, 415, 431, 500}) {
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
