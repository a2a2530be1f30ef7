package dev.orderengine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.uuid.Generators;
import dev.orderengine.batch.GiveWay;
import dev.orderengine.batch.Recurring;
import dev.orderengine.bus.Bus;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.EngineConfig.Role;
import dev.orderengine.config.ReloadableFile;
import dev.orderengine.config.SecretRefresh;
import dev.orderengine.database.Database;
import dev.orderengine.database.DatabaseHealth;
import dev.orderengine.database.Migrations;
import dev.orderengine.database.Queries;
import dev.orderengine.database.ReplicaQueries;
import dev.orderengine.figures.FiguresVerticle;
import dev.orderengine.figures.StockFigures;
import dev.orderengine.figures.WaitingFigures;
import dev.orderengine.fulfilment.DigitalFulfilment;
import dev.orderengine.fulfilment.Dispatch;
import dev.orderengine.fulfilment.FulfilmentIndex;
import dev.orderengine.fulfilment.FulfilmentUpdates;
import dev.orderengine.fulfilment.FulfilmentVerticle;
import dev.orderengine.http.AdmissionGate;
import dev.orderengine.http.FirstRequestTransport;
import dev.orderengine.http.HealthRoutes;
import dev.orderengine.http.HttpVerticle;
import dev.orderengine.http.ManagementVerticle;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.money.FxRates;
import dev.orderengine.notification.Kind;
import dev.orderengine.notification.Mailer;
import dev.orderengine.notification.NoticeIntake;
import dev.orderengine.notification.NotificationFigures;
import dev.orderengine.notification.NotificationVerticle;
import dev.orderengine.notification.Notifications;
import dev.orderengine.notification.Throttle;
import dev.orderengine.order.Expiry;
import dev.orderengine.order.ExpiryDecider;
import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.OrderCommandVerticle;
import dev.orderengine.outbox.CopyingPublisher;
import dev.orderengine.outbox.EventPublisher;
import dev.orderengine.outbox.OutboxGauges;
import dev.orderengine.outbox.OutboxStore;
import dev.orderengine.outbox.Relay;
import dev.orderengine.outbox.RelaySettings;
import dev.orderengine.outbox.RelayVerticle;
import dev.orderengine.outbox.SqsCalls;
import dev.orderengine.outbox.SqsHttp;
import dev.orderengine.outbox.SqsPublisher;
import dev.orderengine.payment.PaymentVerticle;
import dev.orderengine.queue.ConsumerSettings;
import dev.orderengine.queue.MessageHandler;
import dev.orderengine.queue.QueueConsumer;
import dev.orderengine.queue.SqsClients;
import dev.orderengine.queue.TracedHandler;
import dev.orderengine.redis.RedisCalls;
import dev.orderengine.rules.RuleBook;
import dev.orderengine.seal.TokenSeal;
import dev.orderengine.secrets.SecretStores;
import dev.orderengine.sweep.OrderArchive;
import dev.orderengine.sweep.Retention;
import dev.orderengine.sweep.SweepVerticle;
import dev.orderengine.telemetry.EventLoopVerticle;
import dev.orderengine.telemetry.Health;
import dev.orderengine.telemetry.HealthCheck;
import dev.orderengine.telemetry.Lifecycle;
import dev.orderengine.telemetry.Metrics;
import dev.orderengine.telemetry.Spans;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The composition root: everything that an engine is made of, in the order in which it comes up. Stops in reverse. */
public final class Engine {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration BUS_TIMEOUT = Duration.ofMillis(1_900);
    private static final Duration DATABASE_PATIENCE = Duration.ofSeconds(60);
    /** How long a replica that was away is left alone. */
    private static final Duration REPLICA_PAUSE = Duration.ofSeconds(5);

    private static final Duration RELOAD_INTERVAL = Duration.ofSeconds(1);
    private static final Duration ARCHIVE_INTERVAL = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
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
    private final Spans spans;
    private final Vertx vertx;
    private final Database database;
    private final Queries lists;
    private final Bus bus;
    private final AdmissionGate working;
    private final AdmissionGate bulk;
    private final GiveWay background;
    private final Foundation foundation;
    private final OrderParts orders;
    private final PaymentParts payments;
    private final SecurityParts security;
    private final Stops stops = new Stops();
    private volatile String schemaVersion = "none";
    private RedisCalls redis;
    private ReloadableFile<RuleBook> rules;
    private ReloadableFile<FxRates> rates;
    private HttpVerticle api;
    private ManagementVerticle management;

    private Engine(EngineConfig config) {
        this.config = config;
        this.spans = Spans.of(config.tracing());
        Supplier<UUID> ids = Generators.timeBasedEpochGenerator()::generate;
        TokenSeal tokens = new TokenSeal(() -> config.payments().tokenKeys().value());
        this.vertx = vertx();
        this.database = new Database(vertx, config.database());
        this.lists = lists();
        this.bus = new Bus(vertx, BUS_TIMEOUT, spans);
        this.working = new AdmissionGate("working", config.http().maxInFlight(), metrics);
        this.bulk = new AdmissionGate("bulk", BULK_CALLS, metrics);
        this.background = new GiveWay(
                () -> working.isBusy() || bulk.isBusy(), config.engine().backgroundDelay());
        this.foundation = new Foundation(
                config,
                vertx,
                database,
                bus,
                spans,
                background,
                metrics,
                json,
                tokens,
                clock,
                ids,
                this::announceChanges);
        this.orders = new OrderParts(foundation, lists);
        this.payments = new PaymentParts(foundation, orders);
        this.security = new SecurityParts(foundation);
    }

    /**
     * Brings an engine up on a migrated database; completes when it serves. A failed start leaves nothing running.
     *
     * @param extraRoutes what a launcher adds to the API's port
     */
    public static Future<Engine> start(EngineConfig config, Consumer<Router> extraRoutes) {
        Engine engine = new Engine(config);
        // By stages: a future of an event loop's would tell of the failure on that loop, which has ended by then.
        return Future.fromCompletionStage(
                engine.start(extraRoutes).map(engine).toCompletionStage().exceptionallyCompose(engine::stopAfter));
    }

    private CompletionStage<Engine> stopAfter(Throwable fault) {
        LOG.error("the start failed, stopping what is up already", fault);
        return stop().<Engine>transform(stopped -> Future.failedFuture(fault)).toCompletionStage();
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
                    spans.close();
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
        AwsCredentialsProvider credentials =
                DefaultCredentialsProvider.builder().build();
        SqsAsyncClient sqs = SqsClients.create(config.sqs(), credentials);
        stops.add(() -> vertx.executeBlocking(() -> {
            sqs.close();
            return null;
        }));
        stops.add(redis::close);
        HealthRoutes health = new HealthRoutes(vertx, health(sqs));
        return deployManagement(health)
                .compose(deployed -> config.secrets().isOn() ? refreshSecrets() : nothing())
                .compose(deployed -> Future.all(migrate(), readRules(), readRates()))
                .compose(prepared ->
                        has(Role.RELAY) ? deployRelay(new SqsHttp(vertx, config.sqs(), credentials)) : nothing())
                .compose(deployed -> has(Role.PAYMENTS) ? deploy(payments.charging()) : nothing())
                .compose(deployed -> has(Role.PAYMENTS) ? deploy(payments.reconciling()) : nothing())
                .compose(deployed -> has(Role.API) || has(Role.FULFILMENT) ? deploy(orders.commands()) : nothing())
                .compose(deployed -> has(Role.FULFILMENT) ? deployFulfilment(sqs) : nothing())
                .compose(deployed -> has(Role.SWEEPER) ? deploySweeper() : nothing())
                .compose(deployed -> has(Role.SWEEPER) ? deploy(security.sealing()) : nothing())
                .compose(deployed -> has(Role.NOTIFICATIONS) ? deployNotifications(sqs) : nothing())
                .compose(deployed -> has(Role.API) ? deployApi(sqs, health, extraRoutes) : nothing())
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

    private Future<Void> refreshSecrets() {
        SecretRefresh refresh = new SecretRefresh(config, SecretStores.open(config.secrets()), metrics);
        Recurring refreshing = new Recurring(
                vertx,
                "secrets",
                config.secrets().refresh(),
                metrics,
                () -> vertx.executeBlocking(() -> {
                    refresh.run();
                    return null;
                }));
        refreshing.start();
        stops.add(refreshing::stop);
        return nothing();
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

    private Future<Void> deployRelay(SqsCalls sqs) {
        OutboxStore store = new OutboxStore();
        OutboxGauges gauges = new OutboxGauges(database.readers(), store, metrics);
        Relay relay = new Relay(
                vertx,
                database.relay(),
                store,
                publisher(sqs),
                RelaySettings.withBatch(config.outbox().batch()),
                background.whileBehind(gauges::lag),
                metrics);
        return deploy(new RelayVerticle(bus, relay, gauges, config.outbox().pollInterval(), metrics));
    }

    /** All events go to the public queue; those that somebody here or in a warehouse works on to a queue of his own first. */
    private EventPublisher publisher(SqsCalls sqs) {
        String events = config.sqs().eventsQueue();
        String notices = config.notifications().queue();
        EventPublisher publisher = new SqsPublisher(sqs, spans, events);
        if (!notices.equals(events)) {
            publisher = new CopyingPublisher(
                    publisher, new SqsPublisher(sqs, spans, notices), event -> Kind.concerns(event.type()));
        }
        Dispatch dispatch = new Dispatch(json);
        for (FulfillmentChannel channel : FulfillmentChannel.values()) {
            String queue = config.fulfilment().queuePrefix() + channel.wire();
            publisher = new CopyingPublisher(
                    publisher,
                    new SqsPublisher(sqs, spans, queue),
                    event -> dispatch.concerns(channel, event.type(), event.data()));
        }
        return publisher;
    }

    private Future<Void> deployFulfilment(SqsAsyncClient sqs) {
        DigitalFulfilment digital = new DigitalFulfilment(database.writers(), orders.commandStore(), clock, metrics);
        FulfilmentUpdates updates = new FulfilmentUpdates(
                command -> bus.ask(OrderCommandVerticle.EXECUTE, command.traceparent(), command::within),
                new FulfilmentIndex(database.writers()),
                json);
        QueueConsumer told = consumer(sqs, config.fulfilment().updatesQueue(), updates);
        return deploy(new FulfilmentVerticle(digital, told, this::announceChanges, metrics));
    }

    private Future<Void> deploySweeper() {
        Expiry expiry =
                new Expiry(database.transactions(), orders.changes(), json, new ExpiryDecider(), clock, metrics);
        Retention retention =
                new Retention(database.writers(), clock, config.orders().eventWindow());
        return deploy(new SweepVerticle(bus, expiry, retention, config.orders().sweepInterval(), metrics))
                .onSuccess(deployed -> archiveOrders())
                .compose(deployed -> deployFigures());
    }

    private void archiveOrders() {
        EngineConfig.Orders settings = config.orders();
        if (settings.archiveAfter() == null) {
            return;
        }
        OrderArchive archive = new OrderArchive(
                vertx, database.transactions(), settings.archiveFolder(), settings.archiveAfter(), clock);
        Recurring archiving = new Recurring(vertx, "archive", ARCHIVE_INTERVAL, metrics, archive::run);
        archiving.start();
        stops.add(archiving::stop);
    }

    private Future<Void> deployFigures() {
        return deploy(new FiguresVerticle(
                new WaitingFigures(database.readers(), metrics, clock),
                new StockFigures(lists, metrics),
                config.orders().stockCheckInterval(),
                metrics));
    }

    private Future<Void> deployNotifications(SqsAsyncClient sqs) {
        EngineConfig.Smtp smtp = config.smtp();
        MailClient mail = mailClient(smtp);
        stops.add(mail::close);
        return deployVerifications(mail, smtp).compose(deployed -> deployNotices(sqs, mail, smtp));
    }

    /** Sockets that nothing comes from are closed, so that a server that went away silently does not hold them for good. */
    private MailClient mailClient(EngineConfig.Smtp smtp) {
        MailConfig server = new MailConfig().setHostname(smtp.host()).setPort(smtp.port());
        server.setConnectTimeout((int) smtp.timeout().toMillis());
        server.setIdleTimeout(2 * (int) smtp.timeout().toMillis()).setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        return MailClient.create(vertx, server);
    }

    private Future<Void> deployVerifications(MailClient mail, EngineConfig.Smtp smtp) {
        Verifications verifications =
                new Verifications(database.writers(), new CodeMail(mail, smtp.from()), smtp.timeout(), clock, metrics);
        return deploy(new VerificationVerticle(verifications, metrics));
    }

    private Future<Void> deployNotices(SqsAsyncClient sqs, MailClient mail, EngineConfig.Smtp smtp) {
        EngineConfig.Notifications settings = config.notifications();
        NotificationFigures figures = new NotificationFigures(metrics);
        NoticeIntake intake = new NoticeIntake(database.writers(), json, clock, figures, metrics, spans);
        Throttle throttle = new Throttle(redis, settings.perMinute(), settings.instances(), MINUTE, clock, metrics);
        Mailer mailer = new Mailer(mail, smtp.from(), smtp.timeout());
        Notifications notifications =
                new Notifications(database.writers(), throttle, mailer, json, clock, figures, spans);
        return deploy(new NotificationVerticle(consumer(sqs, settings.queue(), intake), notifications, metrics));
    }

    private QueueConsumer consumer(SqsAsyncClient sqs, String queue, MessageHandler handler) {
        MessageHandler traced = new TracedHandler(spans, queue, handler);
        return new QueueConsumer(vertx, sqs, ConsumerSettings.of(queue), traced, background, clock, metrics);
    }

    private Future<Void> deployApi(SqsAsyncClient sqs, HealthRoutes health, Consumer<Router> extraRoutes) {
        ApiParts parts = new ApiParts(foundation, lists, security, redis, sqs);
        HttpVerticle.Services services = parts.services(working, bulk, rules::current, router -> {
            health.mount(router);
            extraRoutes.accept(router);
        });
        return parts.load(stops)
                .compose(loaded -> deploy(security.appending()))
                .compose(deployed -> deploy(parts.assessment(rules::current, rates::current)))
                .compose(deployed -> deploy(parts.placement()))
                .compose(deployed -> deploy(payments.webhooks()))
                .compose(deployed -> deploy(parts.tail()))
                .compose(deployed -> parts.warmUp(services).run())
                .compose(warm -> deployHttp(services));
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
        List<HealthCheck> checks = new ArrayList<>(
                new DatabaseHealth(database.readers(), database.writers(), () -> schemaVersion).checks());
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
