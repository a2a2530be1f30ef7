package dev.orderengine.database;

import dev.orderengine.config.EngineConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The pools. Writers are few and not pipelined, for durable transactions queue behind each other on a connection; readers are
 * few and deeply pipelined (performance.md, "What follows", 3).
 */
public final class Database {

    /** One for each shard of the outbox. */
    private static final int RELAY_CONNECTIONS = 4;

    /** A host that acknowledges nothing for so long is gone, though nobody said so: the kernel would wait for a quarter of an hour. */
    private static final Duration VANISHED_AFTER = Duration.ofSeconds(5);

    /**
     * Who waits for a connection is not given up by the pool: a connection that is granted as the wait times out would never come back
     * (Vert.x 5.0.7), until none is left. Callers have their own limits.
     */
    private static final int MOST_WAITING = 2_000;

    /** Of the subscriber that hears of changes of the catalogue. */
    private static final int LISTENING_CONNECTIONS = 1;

    private final Pool writers;
    private final Pool readers;
    private final Pool relay;
    private final Optional<Pool> replica;
    private final Transactions transactions;

    public Database(Vertx vertx, EngineConfig.Database config) {
        this.writers = pool(vertx, config, "writers", config.writerConnections(), 1);
        this.readers = pool(vertx, config, "readers", config.readerConnections(), config.pipelining());
        this.relay = pool(vertx, config, "relay", RELAY_CONNECTIONS, 1);
        this.replica = Optional.ofNullable(config.replicaHost())
                .map(host -> pool(
                        vertx,
                        config.timeout(),
                        () -> connectOptions(config).setHost(host).setPort(config.replicaPort()),
                        "replica",
                        config.readerConnections(),
                        config.pipelining()));
        this.transactions = new Transactions(vertx, writers);
    }

    /**
     * How many connections one engine has open to the primary at most. Its migrations use fewer, and are over before it opens these.
     */
    public static int connectionsOf(EngineConfig.Database config) {
        return config.writerConnections() + config.readerConnections() + RELAY_CONNECTIONS + LISTENING_CONNECTIONS;
    }

    /** Connections for transactions that write. */
    public Pool writers() {
        return writers;
    }

    /** Connections for single reading statements. */
    public Pool readers() {
        return readers;
    }

    /** Connections for the relay, whose transactions stay open while the queue is written to. */
    public Pool relay() {
        return relay;
    }

    /** Connections to the replica, for what may be some moments old; empty if there is none. */
    public Optional<Pool> replica() {
        return replica;
    }

    /** Transactions on the writers. */
    public Transactions transactions() {
        return transactions;
    }

    /** Closes the pools; statements under way are finished first. */
    public Future<Void> close() {
        return Future.all(
                        writers.close(),
                        readers.close(),
                        relay.close(),
                        replica.map(Pool::close).orElseGet(Future::succeededFuture))
                .mapEmpty();
    }

    /** How to reach the database. */
    public static PgConnectOptions connectOptions(EngineConfig.Database config) {
        PgConnectOptions options = new PgConnectOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setDatabase(config.name())
                .setUser(config.user())
                .setPassword(config.password().value())
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(256);
        options.getProperties().put("application_name", "order-engine");
        return switch (config.tls()) {
            case OFF -> options;
            case REQUIRE -> options.setSslMode(SslMode.REQUIRE).setSslOptions(new ClientSSLOptions().setTrustAll(true));
            case VERIFY ->
                options.setSslMode(SslMode.VERIFY_FULL)
                        .setSslOptions(new ClientSSLOptions()
                                .setHostnameVerificationAlgorithm("HTTPS")
                                .setTrustOptions(new PemTrustOptions()
                                        .addCertPath(config.tlsCaFile().toString())));
        };
    }

    private static Pool pool(Vertx vertx, EngineConfig.Database config, String name, int size, int pipelining) {
        return pool(vertx, config.timeout(), () -> connectOptions(config), name, size, pipelining);
    }

    private static Pool pool(
            Vertx vertx, Duration timeout, Supplier<PgConnectOptions> server, String name, int size, int pipelining) {
        NetClientOptions transport = new NetClientOptions();
        transport.setConnectTimeout((int) timeout.toMillis()).setTcpUserTimeout((int) VANISHED_AFTER.toMillis());
        return PgBuilder.pool()
                .with(new PoolOptions()
                        .setName(name)
                        .setShared(true)
                        .setMaxSize(size)
                        .setMaxWaitQueueSize(MOST_WAITING))
                .with(transport)
                // Asked for each connection: the password may have been rotated.
                .connectingTo(() -> Future.succeededFuture(
                        server.get().setPipeliningLimit(pipelining).setMetricsName(name)))
                .using(vertx)
                .build();
    }
}
