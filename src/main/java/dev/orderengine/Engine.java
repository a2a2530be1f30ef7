package dev.orderengine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.Generators;
import dev.orderengine.assessment.AssessmentVerticle;
import dev.orderengine.audit.AuditAnchors;
import dev.orderengine.audit.AuditSealVerticle;
import dev.orderengine.audit.AuditSealer;
import dev.orderengine.audit.AuditSearch;
import dev.orderengine.audit.AuditVerifier;
import dev.orderengine.audit.AuditVerticle;
import dev.orderengine.audit.AuditWriter;
import dev.orderengine.batch.GiveWay;
import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.batch.Recurring;
import dev.orderengine.bus.Bus;
import dev.orderengine.cart.Carts;
import dev.orderengine.catalog.Catalog;
import dev.orderengine.catalog.CatalogChanges;
import dev.orderengine.catalog.CatalogStore;
import dev.orderengine.catalog.PgCatalogStore;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.EngineConfig.Role;
import dev.orderengine.config.ReloadableFile;
import dev.orderengine.customer.Customers;
import dev.orderengine.database.AnsweredKeys;
import dev.orderengine.database.Database;
import dev.orderengine.database.DatabaseHealth;
import dev.orderengine.database.Migrations;
import dev.orderengine.database.Queries;
import dev.orderengine.database.ReplicaQueries;
import dev.orderengine.feed.EventFeed;
import dev.orderengine.feed.EventTail;
import dev.orderengine.feed.PgEventFeed;
import dev.orderengine.feed.TailVerticle;
import dev.orderengine.figures.FiguresVerticle;
import dev.orderengine.figures.StockFigures;
import dev.orderengine.figures.WaitingFigures;
import dev.orderengine.fulfilment.DigitalFulfilment;
import dev.orderengine.fulfilment.FulfilDecider;
import dev.orderengine.fulfilment.FulfilOrder;
import dev.orderengine.fulfilment.FulfilmentEffects;
import dev.orderengine.fulfilment.FulfilmentIndex;
import dev.orderengine.fulfilment.FulfilmentVerticle;
import dev.orderengine.fulfilment.UpdateFulfilment;
import dev.orderengine.fulfilment.UpdateFulfilmentDecider;
import dev.orderengine.http.AdmissionGate;
import dev.orderengine.http.AuditTrail;
import dev.orderengine.http.Authentication;
import dev.orderengine.http.Documentation;
import dev.orderengine.http.FirstRequestTransport;
import dev.orderengine.http.HealthRoutes;
import dev.orderengine.http.HttpVerticle;
import dev.orderengine.http.ManagementVerticle;
import dev.orderengine.http.OrderAnswers;
import dev.orderengine.http.RateLimits;
import dev.orderengine.http.Roles;
import dev.orderengine.http.token.TokenKeys;
import dev.orderengine.inventory.Inventory;
import dev.orderengine.inventory.Reservations;
import dev.orderengine.inventory.StockMovements;
import dev.orderengine.inventory.Stocktaking;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.limit.RateLimiter;
import dev.orderengine.money.FxRates;
import dev.orderengine.order.CancelDecider;
import dev.orderengine.order.CancelOrder;
import dev.orderengine.order.CommandStore;
import dev.orderengine.order.Deciders;
import dev.orderengine.order.DetailEffects;
import dev.orderengine.order.EffectWriter;
import dev.orderengine.order.Expiry;
import dev.orderengine.order.ExpiryDecider;
import dev.orderengine.order.MoneyEffects;
import dev.orderengine.order.OrderChanges;
import dev.orderengine.order.OrderCommandVerticle;
import dev.orderengine.order.OrderCounters;
import dev.orderengine.order.PayDecider;
import dev.orderengine.order.PayOrder;
import dev.orderengine.order.PaymentTerms;
import dev.orderengine.order.PgCommandStore;
import dev.orderengine.order.PgOrderStore;
import dev.orderengine.order.PgPlacementStore;
import dev.orderengine.order.PlacedOrders;
import dev.orderengine.order.PlacementVerticle;
import dev.orderengine.order.RefundOrder;
import dev.orderengine.order.RefundOrderDecider;
import dev.orderengine.order.ReviewDecider;
import dev.orderengine.order.ReviewOrder;
import dev.orderengine.order.StockEffects;
import dev.orderengine.order.UpdateDecider;
import dev.orderengine.order.UpdateOrder;
import dev.orderengine.order.VerificationDecider;
import dev.orderengine.order.VerifyOrder;
import dev.orderengine.outbox.OutboxGauges;
import dev.orderengine.outbox.OutboxStore;
import dev.orderengine.outbox.Relay;
import dev.orderengine.outbox.RelaySettings;
import dev.orderengine.outbox.RelayVerticle;
import dev.orderengine.outbox.SqsClients;
import dev.orderengine.outbox.SqsPublisher;
import dev.orderengine.payment.Backlog;
import dev.orderengine.payment.Charges;
import dev.orderengine.payment.Guarded;
import dev.orderengine.payment.JobBacklog;
import dev.orderengine.payment.JobRunner;
import dev.orderengine.payment.Jobs;
import dev.orderengine.payment.PaymentDecider;
import dev.orderengine.payment.PaymentProvider;
import dev.orderengine.payment.PaymentStore;
import dev.orderengine.payment.PaymentVerticle;
import dev.orderengine.payment.PgPayments;
import dev.orderengine.payment.PgRefunds;
import dev.orderengine.payment.RefundDecider;
import dev.orderengine.payment.RefundStore;
import dev.orderengine.payment.Refunds;
import dev.orderengine.payment.paypal.PayPalProvider;
import dev.orderengine.payment.stripe.StripeProvider;
import dev.orderengine.redis.RedisCalls;
import dev.orderengine.returns.ReceiveReturn;
import dev.orderengine.returns.ReceiveReturnDecider;
import dev.orderengine.returns.RegisterReturn;
import dev.orderengine.returns.RegisterReturnDecider;
import dev.orderengine.returns.ReturnEffects;
import dev.orderengine.rules.RuleBook;
import dev.orderengine.sweep.Retention;
import dev.orderengine.sweep.SweepVerticle;
import dev.orderengine.telemetry.EventLoopVerticle;
import dev.orderengine.telemetry.Health;
import dev.orderengine.telemetry.HealthCheck;
import dev.orderengine.telemetry.Lifecycle;
import dev.orderengine.telemetry.Metrics;
import dev.orderengine.telemetry.Tracing;
import dev.orderengine.verification.CodeMail;
import dev.orderengine.verification.VerificationVerticle;
import dev.orderengine.verification.Verifications;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The composition root: everything that an engine is made of, in the order in which it comes up. Stops in reverse. */
public final class Engine {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration BUS_TIMEOUT = Duration.ofMillis(1_900);
    private static final Duration DATABASE_PATIENCE = Duration.ofSeconds(60);
    /** How long a replica that was away is left alone. */
    private static final Duration REPLICA_PAUSE = Duration.ofSeconds(5);

    private static final Duration KEYS_PAUSE = Duration.ofSeconds(10);
    private static final Duration RELOAD_INTERVAL = Duration.ofSeconds(1);
    /** A call that waits for a change costs little: a timer, and a share of one statement a tick. */
    private static final int HELD_PER_WORKING = 10;
    /** Each may hold 4 MiB of body, and some hundred orders at work. */
    private static final int BULK_CALLS = 4;

    /** One a core, and on each an instance of the API: more would only pass work from thread to thread. */
    private static final int EVENT_LOOPS = Runtime.getRuntime().availableProcessors();

    private final EngineConfig config;
    private final Clock clock = Clock.systemUTC();
    private final Lifecycle lifecycle = new Lifecycle();
    private final Metrics metricsExport = new Metrics();
    private final MeterRegistry metrics = metricsExport.registry();
    private final ObjectMapper json = JsonMapping.create();
    private final Reservations reservations = new Reservations();
    private final Supplier<UUID> ids = Generators.timeBasedEpochGenerator()::generate;
    private final Optional<Tracing> tracing;
    private final Vertx vertx;
    private final Database database;
    private final Queries lists;
    private final Bus bus;
    private final AdmissionGate working;
    private final AdmissionGate bulk;
    private final GiveWay background;
    private final Stops stops = new Stops();
    private volatile String schemaVersion = "none";
    private RedisCalls redis;
    private ReloadableFile<RuleBook> rules;
    private ReloadableFile<FxRates> rates;
    private HttpVerticle api;
    private ManagementVerticle management;

    private Engine(EngineConfig config) {
        this.config = config;
        this.tracing = Tracing.start(config.tracing());
        this.vertx = vertx();
        this.database = new Database(vertx, config.database());
        this.lists = lists();
        this.bus = new Bus(vertx, BUS_TIMEOUT);
        this.working = new AdmissionGate("working", config.http().maxInFlight(), metrics);
        this.bulk = new AdmissionGate("bulk", BULK_CALLS, metrics);
        this.background = new GiveWay(
                () -> working.isBusy() || bulk.isBusy(), config.engine().backgroundDelay());
    }

    /**
     * Brings an engine up on a migrated database; completes when it serves. A failed start leaves nothing running.
     *
     * @param extraRoutes what a launcher adds to the API's port
     */
    public static Future<Engine> start(EngineConfig config, Consumer<Router> extraRoutes) {
        Engine engine = new Engine(config);
        return engine.start(extraRoutes).map(engine).recover(fault -> {
            LOG.error("the start failed, stopping what is up already", fault);
            return engine.stop().transform(stopped -> Future.failedFuture(fault));
        });
    }

    /** The port of the API; 0 if this engine has no API. */
    public int port() {
        return api == null ? 0 : api.port();
    }

    /** The port of health and metrics. */
    public int managementPort() {
        return management.port();
    }

    /** Finishes what is in flight, then stops everything; the future completes within the drain timeout and some seconds. */
    public Future<Void> stop() {
        lifecycle.draining();
        LOG.info("draining");
        // Vert.x is closed from a thread that is not its own: an event loop cannot tell of its own end.
        CompletionStage<Void> closed = noticed()
                .compose(unready -> stops.run())
                .compose(stopped -> database.close())
                .onFailure(fault -> LOG.warn("the database's connections did not close in order", fault))
                .otherwiseEmpty()
                .toCompletionStage()
                .thenComposeAsync(quiet -> vertx.close().toCompletionStage())
                .whenComplete((done, fault) -> {
                    tracing.ifPresent(Tracing::close);
                    metricsExport.close();
                    lifecycle.stopped();
                    LOG.info("stopped");
                });
        return Future.fromCompletionStage(closed);
    }

    /** Load balancers need a moment to see that this engine is not ready; until then it serves what they still send. */
    private Future<Void> noticed() {
        long delay = config.http().drainDelay().toMillis();
        return api == null || delay == 0
                ? nothing()
                : vertx.timer(delay, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private Future<Void> start(Consumer<Router> extraRoutes) {
        redis = new RedisCalls(vertx, config.redis(), metrics);
        SqsAsyncClient sqs = SqsClients.create(
                config.sqs(), DefaultCredentialsProvider.builder().build());
        stops.add(() -> vertx.executeBlocking(() -> {
            sqs.close();
            return null;
        }));
        stops.add(redis::close);
        HealthRoutes health = new HealthRoutes(vertx, health(sqs));
        return deployManagement(health)
                .compose(deployed -> Future.all(migrate(), readRules(), readRates()))
                .compose(prepared -> has(Role.RELAY) ? deployRelay(sqs) : nothing())
                .compose(deployed -> has(Role.PAYMENTS) ? deployPayments() : nothing())
                .compose(deployed -> has(Role.FULFILMENT) ? deployFulfilment() : nothing())
                .compose(deployed -> has(Role.SWEEPER) ? deploySweeper() : nothing())
                .compose(deployed -> has(Role.SWEEPER) ? deployAuditSeal() : nothing())
                .compose(deployed -> has(Role.NOTIFICATIONS) ? deployVerifications() : nothing())
                .compose(deployed -> has(Role.API) ? deployApi(health, extraRoutes) : nothing())
                .onSuccess(deployed -> lifecycle.ready());
    }

    private boolean has(Role role) {
        return config.engine().roles().contains(role);
    }

    private Future<Void> migrate() {
        Migrations migrations = new Migrations(config.database(), DATABASE_PATIENCE);
        return vertx.executeBlocking(migrations::migrate, false)
                .onSuccess(version -> schemaVersion = version)
                .mapEmpty();
    }

    private Future<Void> readRules() {
        return read(() -> new ReloadableFile<>("rules", config.rules().file(), RuleBook::parse, metrics))
                .onSuccess(file -> rules = file)
                .mapEmpty();
    }

    private Future<Void> readRates() {
        return read(() -> new ReloadableFile<>("fx", config.fx().file(), FxRates::parse, metrics))
                .onSuccess(file -> rates = file)
                .mapEmpty();
    }

    private Future<Void> deployManagement(HealthRoutes health) {
        management = new ManagementVerticle(config.http(), health, metricsExport);
        return deploy(management).compose(deployed -> deployEventLoops());
    }

    private Future<Void> deployEventLoops() {
        Supplier<EventLoopVerticle> supplier = () -> new EventLoopVerticle(metrics);
        return vertx.deployVerticle(supplier, new DeploymentOptions().setInstances(EVENT_LOOPS))
                .onSuccess(id -> stops.add(() -> vertx.undeploy(id)))
                .mapEmpty();
    }

    private Future<Void> deployRelay(SqsAsyncClient sqs) {
        OutboxStore store = new OutboxStore();
        OutboxGauges gauges = new OutboxGauges(database.readers(), store, metrics);
        Relay relay = new Relay(
                vertx,
                database.relay(),
                store,
                new SqsPublisher(vertx, sqs, config.sqs().eventsQueue()),
                RelaySettings.withBatch(config.outbox().batch()),
                background.whileBehind(gauges::lag),
                metrics);
        return deploy(new RelayVerticle(bus, relay, gauges, config.outbox().pollInterval(), metrics));
    }

    private Future<Void> deployPayments() {
        EngineConfig.Payments payments = config.payments();
        int connections = payments.concurrency() + Guarded.REFUNDS_AT_ONCE;
        EngineConfig.Stripe stripe = payments.stripe();
        EngineConfig.PayPal paypal = payments.paypal();
        List<ProviderJobs> providers = new ArrayList<>();
        providers.add(jobs(
                new StripeProvider(vertx, stripe, payments.capture(), connections, payments.timeout()),
                stripe.lookUpWindow()));
        if (paypal.isOn()) {
            providers.add(jobs(
                    new PayPalProvider(vertx, paypal, payments.capture(), connections, payments.timeout(), clock),
                    paypal.lookUpWindow()));
        } else {
            LOG.warn("payments.paypal.client_id is not set: payments by PayPal wait");
        }
        return deploy(new PaymentVerticle(
                bus,
                providers.stream().flatMap(jobs -> jobs.runners().stream()).toList(),
                providers.stream().flatMap(jobs -> jobs.backlogs().stream()).toList()));
    }

    /** What one provider is asked to do. */
    private record ProviderJobs(List<JobRunner<?, ?>> runners, List<JobBacklog> backlogs) {}

    private ProviderJobs jobs(PaymentProvider bare, Duration lookUpWindow) {
        EngineConfig.Payments payments = config.payments();
        Guarded provider = new Guarded(vertx, bare, Guarded.Settings.of(payments), metrics);
        PaymentStore charges = new PgPayments(
                database, orderChanges(), reservations, new PaymentDecider(payments.lease(), lookUpWindow, ids));
        RefundStore refunds =
                new PgRefunds(database, orderChanges(), new RefundDecider(payments.lease(), lookUpWindow));
        JobBacklog chargesBacklog = backlog("payments", provider, charges::backlog);
        JobBacklog refundsBacklog = backlog("refunds", provider, refunds::backlog);
        return new ProviderJobs(
                List.of(
                        runner(new Charges(charges, provider, clock), payments.concurrency(), chargesBacklog),
                        runner(new Refunds(refunds, provider, clock), Guarded.REFUNDS_AT_ONCE, refundsBacklog)),
                List.of(chargesBacklog, refundsBacklog));
    }

    private JobBacklog backlog(String kind, Guarded provider, BiFunction<String, Instant, Future<Backlog>> reading) {
        return new JobBacklog(kind, provider.name(), now -> reading.apply(provider.name(), now), metrics, clock);
    }

    private <J, A> JobRunner<J, A> runner(Jobs<J, A> jobs, int concurrency, JobBacklog backlog) {
        return new JobRunner<>(
                vertx,
                jobs,
                concurrency,
                config.payments().pollInterval(),
                metrics,
                background.whileBehind(backlog::age),
                () -> bus.nudge(RelayVerticle.READY));
    }

    private Future<Void> deployFulfilment() {
        DigitalFulfilment digital = new DigitalFulfilment(database.writers(), commandStore(), clock, metrics);
        return deploy(new FulfilmentVerticle(digital, this::announceChanges, metrics));
    }

    private Future<Void> deploySweeper() {
        Expiry expiry = new Expiry(database.transactions(), orderChanges(), json, new ExpiryDecider(), clock, metrics);
        Retention retention =
                new Retention(database.writers(), clock, config.orders().eventWindow());
        return deploy(new SweepVerticle(bus, expiry, retention, config.orders().sweepInterval(), metrics))
                .compose(deployed -> deployFigures());
    }

    private Future<Void> deployFigures() {
        return deploy(new FiguresVerticle(
                new WaitingFigures(database.readers(), metrics, clock),
                new StockFigures(lists, metrics),
                config.orders().stockCheckInterval(),
                metrics));
    }

    private Future<Void> deployAuditSeal() {
        EngineConfig.Audit audit = config.audit();
        return deploy(new AuditSealVerticle(
                new AuditSealer(database.transactions(), clock, metrics),
                auditAnchors(),
                audit.sealInterval(),
                audit.anchorInterval(),
                metrics));
    }

    private AuditAnchors auditAnchors() {
        return new AuditAnchors(vertx, database.readers(), config.audit().anchorFile(), json, clock);
    }

    private Future<Void> deployVerifications() {
        EngineConfig.Smtp smtp = config.smtp();
        MailClient mail = MailClient.create(
                vertx, new MailConfig().setHostname(smtp.host()).setPort(smtp.port()));
        stops.add(mail::close);
        Verifications verifications =
                new Verifications(database.writers(), new CodeMail(mail, smtp.from()), smtp.timeout(), clock, metrics);
        return deploy(new VerificationVerticle(verifications, metrics));
    }

    private Future<Void> deployApi(HealthRoutes health, Consumer<Router> extraRoutes) {
        CatalogStore products = new PgCatalogStore(database.readers(), lists, database.transactions());
        PgOrderStore orders = new PgOrderStore(database.readers(), lists, json);
        Catalog catalog = new Catalog(products);
        CatalogChanges changes = new CatalogChanges(vertx, config.database(), catalog);
        stops.add(changes::stop);
        PlacedOrders placedOrders = new PlacedOrders(database.readers(), database.writers(), json, clock);
        EventFeed feed = new PgEventFeed(database.writers(), database.readers());
        EventTail tail = new EventTail(vertx, feed, metrics, clock);
        TokenKeys keys = new TokenKeys(vertx, config.auth(), KEYS_PAUSE, metrics);
        stops.add(keys::stop);
        AuditWriter auditWriter = new AuditWriter(json);
        AuditTrail audit = new AuditTrail(bus, auditWriter, clock);
        HttpVerticle.Services services = new HttpVerticle.Services(
                config,
                bus,
                new Authentication(keys, Roles.read(config.auth().rolesFile()), audit, clock),
                new RateLimits(config.rateLimits(), new RateLimiter(vertx, redis, metrics), metrics),
                working,
                new AdmissionGate("held", HELD_PER_WORKING * config.http().maxInFlight(), metrics),
                new AdmissionGate("carts", config.http().maxInFlight(), metrics),
                new AdmissionGate("streams", config.http().maxStreams(), metrics),
                bulk,
                catalog,
                products,
                new Inventory(database.readers()),
                new Stocktaking(database.transactions(), new AnsweredKeys()),
                new Customers(database.readers(), database.transactions()),
                orders,
                placedOrders,
                new Carts(redis, placedOrders, config.carts().expiry(), json, UUID::randomUUID),
                feed,
                tail,
                new FulfilmentIndex(database.readers()),
                audit,
                new AuditSearch(database.readers()),
                new AuditVerifier(database.readers(), auditAnchors()),
                Documentation.load(),
                json,
                metrics,
                ids,
                clock,
                router -> {
                    health.mount(router);
                    extraRoutes.accept(router);
                });
        return changes.start()
                .compose(listening -> keys.load())
                .compose(loaded -> deploy(new AuditVerticle(bus, database.writers(), auditWriter, metrics)))
                .compose(deployed -> deploy(new AssessmentVerticle(
                        bus, catalog, rules::current, rates::current, database.readers(), metrics)))
                .compose(deployed -> deploy(placement()))
                .compose(deployed -> deploy(orderCommands()))
                .compose(deployed -> deploy(new TailVerticle(bus, RelayVerticle.READY, tail, metrics)))
                .compose(deployed -> deployHttp(services));
    }

    private PlacementVerticle placement() {
        EngineConfig.Placement placement = config.placement();
        return new PlacementVerticle(
                bus,
                new PgPlacementStore(database.writers(), database.transactions(), json),
                new MicroBatcher.Limits(placement.maxBatch(), placement.batchesInFlight(), placement.maxQueue()),
                config.database().timeout(),
                metrics,
                this::announceChanges);
    }

    private OrderCommandVerticle orderCommands() {
        return new OrderCommandVerticle(
                bus, commandStore(), config.database().timeout(), metrics, this::announceChanges);
    }

    private CommandStore commandStore() {
        EngineConfig.Orders orders = config.orders();
        PaymentTerms terms = new PaymentTerms(orders.paymentExpiry(), orders.bankTransferExpiry());
        Deciders deciders = new Deciders()
                .on(UpdateOrder.class, new UpdateDecider())
                .on(CancelOrder.class, new CancelDecider(ids))
                .on(PayOrder.class, new PayDecider(terms, ids))
                .on(VerifyOrder.class, new VerificationDecider(terms))
                .on(ReviewOrder.class, new ReviewDecider(terms))
                .on(RefundOrder.class, new RefundOrderDecider(ids))
                .on(FulfilOrder.class, new FulfilDecider(ids))
                .on(UpdateFulfilment.class, new UpdateFulfilmentDecider())
                .on(RegisterReturn.class, new RegisterReturnDecider(ids))
                .on(ReceiveReturn.class, new ReceiveReturnDecider(ids));
        return new PgCommandStore(
                database.transactions(),
                orderChanges(),
                deciders,
                new PgOrderStore(database.readers(), lists, json),
                new OrderAnswers(json),
                json,
                clock);
    }

    /** Where lists are read: on the replica if there is one. */
    private Queries lists() {
        Queries primary = Queries.on(database.readers());
        Duration patience = config.database().timeout().dividedBy(2);
        return database.replica()
                .map(Queries::on)
                .<Queries>map(replica -> new ReplicaQueries(replica, primary, patience, REPLICA_PAUSE, metrics))
                .orElse(primary);
    }

    private void announceChanges() {
        bus.nudge(PaymentVerticle.NUDGE);
        bus.nudge(RelayVerticle.READY);
    }

    private Future<Void> deployHttp(HttpVerticle.Services services) {
        List<HttpVerticle> instances = new ArrayList<>();
        Supplier<HttpVerticle> supplier = () -> {
            HttpVerticle instance = new HttpVerticle(services);
            instances.add(instance);
            return instance;
        };
        return vertx.deployVerticle(supplier, new DeploymentOptions().setInstances(EVENT_LOOPS))
                .onSuccess(id -> {
                    api = instances.get(0);
                    stops.add(() -> vertx.undeploy(id));
                })
                .mapEmpty();
    }

    private Health health(SqsAsyncClient sqs) {
        List<HealthCheck> checks =
                new ArrayList<>(new DatabaseHealth(database.readers(), () -> schemaVersion).checks());
        database.replica()
                .ifPresent(replica -> checks.add(new HealthCheck(
                        "postgres-replica",
                        false,
                        () -> replica.query("SELECT 1").execute())));
        checks.add(new HealthCheck("redis", false, redis::ping));
        checks.add(new HealthCheck(
                "sqs",
                false,
                () -> Future.fromCompletionStage(
                        sqs.getQueueUrl(
                                request -> request.queueName(config.sqs().eventsQueueName())),
                        vertx.getOrCreateContext())));
        return new Health(lifecycle, checks, metrics, System::nanoTime);
    }

    private OrderChanges orderChanges() {
        List<EffectWriter> writers = List.of(
                new MoneyEffects(),
                new DetailEffects(json),
                new FulfilmentEffects(),
                new ReturnEffects(),
                new StockEffects(reservations, new StockMovements()));
        return new OrderChanges(writers, json, new OrderCounters(metrics));
    }

    /** Reads a file off the event loop, now and every second. */
    private <T> Future<ReloadableFile<T>> read(Callable<ReloadableFile<T>> reading) {
        return vertx.executeBlocking(reading, false).onSuccess(file -> {
            Recurring reloading = new Recurring(
                    vertx,
                    "reload",
                    RELOAD_INTERVAL,
                    metrics,
                    () -> vertx.executeBlocking(file::reload, false).mapEmpty());
            reloading.start();
            stops.add(reloading::stop);
        });
    }

    private Future<Void> deploy(VerticleBase verticle) {
        return vertx.deployVerticle(verticle)
                .onSuccess(id -> stops.add(() -> vertx.undeploy(id)))
                .mapEmpty();
    }

    private Vertx vertx() {
        VertxOptions options =
                new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS).setMetricsOptions(metricsExport.vertxOptions());
        Transport nativeOrNio = Optional.ofNullable(Transport.nativeTransport()).orElse(Transport.NIO);
        VertxBuilder builder = Vertx.builder()
                .with(options)
                .withMetrics(metricsExport.vertxFactory())
                .withTransport(
                        new FirstRequestTransport(nativeOrNio, config.http().headerTimeout()));
        tracing.ifPresent(active -> builder.withTracer(active.vertxFactory()));
        Vertx built = builder.build();
        if (nativeOrNio == Transport.NIO) {
            LOG.warn("native transport is not available, using NIO", built.unavailableNativeTransportCause());
        }
        return built;
    }

    private static Future<Void> nothing() {
        return Future.succeededFuture();
    }
}
