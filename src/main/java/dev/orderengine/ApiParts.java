package dev.orderengine;

import dev.orderengine.assessment.AssessmentVerticle;
import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.cart.Carts;
import dev.orderengine.catalog.Catalog;
import dev.orderengine.catalog.CatalogChanges;
import dev.orderengine.catalog.CatalogStore;
import dev.orderengine.catalog.PgCatalogStore;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.customer.Customers;
import dev.orderengine.customer.PersonalData;
import dev.orderengine.database.AnsweredKeys;
import dev.orderengine.database.Database;
import dev.orderengine.database.Queries;
import dev.orderengine.deadletter.DeadLetters;
import dev.orderengine.feed.EventFeed;
import dev.orderengine.feed.EventTail;
import dev.orderengine.feed.PgEventFeed;
import dev.orderengine.feed.TailVerticle;
import dev.orderengine.figures.LiveFigures;
import dev.orderengine.fulfilment.FulfilmentIndex;
import dev.orderengine.http.AdmissionGate;
import dev.orderengine.http.Authentication;
import dev.orderengine.http.Console;
import dev.orderengine.http.Documentation;
import dev.orderengine.http.HttpVerticle;
import dev.orderengine.http.Roles;
import dev.orderengine.http.WarmUp;
import dev.orderengine.http.token.TokenKeys;
import dev.orderengine.inventory.Inventory;
import dev.orderengine.inventory.Stocktaking;
import dev.orderengine.money.FxRates;
import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.PgOrderStore;
import dev.orderengine.order.PgPlacementStore;
import dev.orderengine.order.PlacedOrders;
import dev.orderengine.order.PlacementVerticle;
import dev.orderengine.order.TransferIndex;
import dev.orderengine.outbox.RelayVerticle;
import dev.orderengine.payment.reconciliation.ReconciliationReports;
import dev.orderengine.queue.DeadLetterQueue;
import dev.orderengine.redis.RedisCalls;
import dev.orderengine.rules.RuleBook;
import dev.orderengine.telemetry.LogLevels;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** What the API answers with, and what places the orders that it takes. */
final class ApiParts {

    private static final Duration KEYS_PAUSE = Duration.ofSeconds(10);

    /** Calls of payment providers at once; what is over it they send again. */
    private static final int WEBHOOK_CALLS = 100;

    /** A call that waits for a change costs little: a timer, and a share of one statement a tick. */
    private static final int HELD_PER_WORKING = 10;

    private final Foundation on;
    private final Database database;
    private final EngineConfig config;
    private final Queries lists;
    private final SecurityParts security;
    private final RedisCalls redis;
    private final SqsAsyncClient sqs;
    private final CatalogStore products;
    private final Catalog catalog;
    private final CatalogChanges changes;
    private final TokenKeys keys;
    private final PgPlacementStore placements;
    private final EventFeed feed;
    private final EventTail tail;
    private final LogLevels levels;

    ApiParts(Foundation on, Queries lists, SecurityParts security, RedisCalls redis, SqsAsyncClient sqs) {
        this.on = on;
        this.database = on.database();
        this.config = on.config();
        this.lists = lists;
        this.security = security;
        this.redis = redis;
        this.sqs = sqs;
        this.products = new PgCatalogStore(database.readers(), lists, database.transactions());
        this.catalog = new Catalog(products);
        this.changes = new CatalogChanges(on.vertx(), config.database(), catalog);
        this.keys = new TokenKeys(on.vertx(), config.auth(), KEYS_PAUSE, on.metrics());
        this.placements = new PgPlacementStore(database.writers(), database.transactions(), on.tokens(), on.json());
        this.feed = new PgEventFeed(database.writers(), database.readers());
        this.tail = new EventTail(on.vertx(), feed, on.metrics(), on.clock());
        this.levels = new LogLevels(on.vertx(), on.clock());
    }

    /** Listens for changes of the catalogue, and has the keys of tokens. */
    Future<Void> load(Stops stops) {
        stops.add(changes::stop);
        stops.add(keys::stop);
        stops.add(() -> {
            levels.restore();
            return Future.succeededFuture();
        });
        return changes.start().compose(listening -> keys.load()).mapEmpty();
    }

    /** Judges orders by the rules and rates in force. */
    AssessmentVerticle assessment(Supplier<RuleBook> rules, Supplier<FxRates> rates) {
        return new AssessmentVerticle(on.bus(), on.spans(), catalog, rules, rates, database.readers(), on.metrics());
    }

    /** Places orders, many in a transaction. */
    PlacementVerticle placement() {
        EngineConfig.Placement settings = config.placement();
        return new PlacementVerticle(
                on.bus(),
                on.spans(),
                placements,
                new MicroBatcher.Limits(settings.maxBatch(), settings.batchesInFlight(), settings.maxQueue()),
                config.database().timeout(),
                on.metrics(),
                on.afterCommit());
    }

    /** Follows the events, for streams and held calls. */
    TailVerticle tail() {
        return new TailVerticle(on.bus(), RelayVerticle.READY, tail, on.metrics());
    }

    /**
     * What the routes need.
     *
     * @param working holds how many requests are at work, {@code bulk} those with many orders
     * @param routes further ones, on the same port
     */
    HttpVerticle.Services services(
            AdmissionGate working, AdmissionGate bulk, Supplier<RuleBook> rules, Consumer<Router> routes) {
        PlacedOrders placedOrders = new PlacedOrders(database.readers(), database.writers(), on.json(), on.clock());
        return new HttpVerticle.Services(
                config,
                on.bus(),
                on.spans(),
                new Authentication(keys, Roles.read(config.auth().rolesFile()), security.trail(), on.clock()),
                security.limits(redis),
                working,
                new AdmissionGate("held", HELD_PER_WORKING * config.http().maxInFlight(), on.metrics()),
                new AdmissionGate("carts", config.http().maxInFlight(), on.metrics()),
                new AdmissionGate("streams", config.http().maxStreams(), on.metrics()),
                bulk,
                new AdmissionGate("webhooks", WEBHOOK_CALLS, on.metrics()),
                catalog,
                products,
                new Inventory(database.readers()),
                new Stocktaking(database.transactions(), new AnsweredKeys()),
                new Customers(database.readers(), database.transactions()),
                new PersonalData(database.readers(), database.transactions()),
                new PgOrderStore(database.readers(), lists, on.json()),
                placedOrders,
                new Carts(redis, placedOrders, config.carts().expiry(), on.json(), UUID::randomUUID),
                feed,
                tail,
                new FulfilmentIndex(database.readers()),
                new TransferIndex(database.readers()),
                security.trail(),
                security.search(),
                security.verifier(),
                Documentation.load(),
                operation(rules),
                on.json(),
                on.metrics(),
                on.ids(),
                on.clock(),
                routes);
    }

    /** Calls the API until its code is compiled. */
    WarmUp warmUp(HttpVerticle.Services services) {
        return new WarmUp(
                on.vertx(),
                services,
                () -> placements.prepare(config.database().writerConnections()),
                config.engine().warmUp(),
                on.metrics());
    }

    /** What operators look at, and the dead letters of all queues that the engine knows. */
    private HttpVerticle.Operation operation(Supplier<RuleBook> rules) {
        Set<String> queues = new LinkedHashSet<>(
                List.of(config.sqs().eventsQueue(), config.notifications().queue()));
        for (FulfillmentChannel channel : FulfillmentChannel.values()) {
            queues.add(config.fulfilment().queuePrefix() + channel.wire());
        }
        queues.add(config.fulfilment().updatesQueue());
        DeadLetters deadLetters = new DeadLetters(
                database.readers(),
                database.transactions(),
                new AnsweredKeys(),
                queues.stream()
                        .map(queue -> new DeadLetterQueue(on.vertx(), sqs, queue))
                        .toList(),
                on.clock());
        return new HttpVerticle.Operation(
                () -> new LiveFigures(database.readers(), on.metrics(), on.clock()),
                rules,
                deadLetters,
                new ReconciliationReports(
                        config.payments().paypal().isOn() ? Set.of("stripe", "paypal") : Set.of("stripe"),
                        database.readers(),
                        database.transactions(),
                        new AnsweredKeys()),
                levels,
                Console.load());
    }
}
