package dev.orderengine.catalog;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.database.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for changes of products, whichever engine or tool made them, and drops what is cached of them. */
public final class CatalogChanges {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogChanges.class);
    private static final String CHANNEL = "catalog_changed";
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final EngineConfig.Database config;
    private final Catalog catalog;
    private PgSubscriber subscriber;
    private boolean stopped;

    public CatalogChanges(Vertx vertx, EngineConfig.Database config, Catalog catalog) {
        this.vertx = vertx;
        this.config = config;
        this.catalog = catalog;
    }

    /** Completes when changes are listened for. */
    public synchronized Future<Void> start() {
        // A subscriber keeps the password that it began with, which may have been rotated: each connection gets one of
        // its own.
        subscriber = PgSubscriber.subscriber(vertx, Database.connectOptions(config));
        subscriber.closeHandler(closed -> startAgain());
        // Notifications may have been missed while nobody listened.
        subscriber
                .channel(CHANNEL)
                .subscribeHandler(subscribed -> {
                    LOG.info("listening for changes of the catalogue");
                    catalog.forgetAll();
                })
                .handler(catalog::forget);
        return subscriber.connect();
    }

    private synchronized void startAgain() {
        if (!stopped) {
            vertx.timer(RECONNECT.toMillis(), TimeUnit.MILLISECONDS).onSuccess(waited -> reconnect());
        }
    }

    private synchronized void reconnect() {
        if (!stopped) {
            start().onFailure(fault -> {
                LOG.warn("cannot listen for changes of the catalogue yet: {}", fault.getMessage());
                startAgain();
            });
        }
    }

    /** Stops listening. */
    public synchronized Future<Void> stop() {
        stopped = true;
        return subscriber == null ? Future.succeededFuture() : subscriber.close();
    }
}
