package dev.orderengine.catalog;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.database.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for changes of products, whichever engine or tool made them, and drops what is cached of them. */
public final class CatalogChanges {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogChanges.class);
    private static final String CHANNEL = "catalog_changed";
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private final PgSubscriber subscriber;

    public CatalogChanges(Vertx vertx, EngineConfig.Database config, Catalog catalog) {
        this.subscriber = PgSubscriber.subscriber(vertx, Database.connectOptions(config))
                .reconnectPolicy(retries -> RECONNECT.toMillis());
        // Notifications may have been missed while nobody listened.
        subscriber
                .channel(CHANNEL)
                .subscribeHandler(subscribed -> {
                    LOG.info("listening for changes of the catalogue");
                    catalog.forgetAll();
                })
                .handler(catalog::forget);
    }

    /** Completes when changes are listened for. */
    public Future<Void> start() {
        return subscriber.connect();
    }

    /** Stops listening. */
    public Future<Void> stop() {
        return subscriber.close();
    }
}
