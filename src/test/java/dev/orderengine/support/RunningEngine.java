package dev.orderengine.support;

import dev.orderengine.Engine;
import dev.orderengine.config.ConfigLoader;
import dev.orderengine.contract.Witness;
import dev.orderengine.dev.DevCatalogue;
import dev.orderengine.dev.DevEnvironment;
import dev.orderengine.dev.DevQueues;
import dev.orderengine.dev.DevTokens;
import dev.orderengine.dev.PostgresServer;
import dev.orderengine.dev.Services;
import dev.orderengine.secrets.SecretStores;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An engine in this JVM, on a database and queues of its own with the catalogue of development, called through its public doors.
 * Calls block.
 */
public final class RunningEngine implements AutoCloseable {

    /** For tests that want orders to stay as they were placed. */
    public static final Map<String, String> API_ONLY = Map.of("ENGINE_ENGINE_ROLES", "api");

    private final PostgresServer.Endpoint postgres;
    private final String database;
    private final Map<String, String> environment;
    private final Vertx signing = Vertx.vertx();
    private final DevTokens tokens = DevTokens.create(signing);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Witness witness = new Witness();
    private final List<Engine> engines = new ArrayList<>();
    private volatile Router router;

    private RunningEngine(Services services, Class<?> test, Map<String, String> overrides) {
        this.postgres = services.postgres().endpoint();
        this.database = MigratedDatabases.create(services.postgres(), test.getSimpleName());
        DevCatalogue.seed(postgres, database);
        this.environment = new LinkedHashMap<>(DevEnvironment.of(services, database, publicKey()));
        environment.put("ENGINE_HTTP_HOST", "127.0.0.1");
        environment.put("ENGINE_HTTP_PORT", "0");
        environment.put("ENGINE_HTTP_MANAGEMENT_PORT", "0");
        // A machine under load is slow; what times out is a matter of other tests.
        environment.put("ENGINE_DATABASE_TIMEOUT", "PT10S");
        environment.put("ENGINE_REDIS_TIMEOUT", "PT10S");
        environment.put("ENGINE_ENGINE_WARM_UP", "PT0S");
        Map<String, URI> queues = DevQueues.create(services.sqs(), test.getSimpleName() + "-");
        environment.put("ENGINE_SQS_EVENTS_QUEUE", queues.get("order-events").toString());
        environment.put(
                "ENGINE_NOTIFICATIONS_QUEUE",
                queues.get("order-events-notifications").toString());
        environment.put("ENGINE_FULFILMENT_QUEUE_PREFIX", test.getSimpleName() + "-fulfillment-");
        environment.put(
                "ENGINE_FULFILMENT_UPDATES_QUEUE",
                queues.get("fulfillment-updates").toString());
        environment.putAll(overrides);
        startAnother();
    }

    /**
     * Starts one.
     *
     * @param test whose database it is
     * @param overrides variables as in {@code ENGINE_HTTP_PORT}
     */
    public static RunningEngine start(Services services, Class<?> test, Map<String, String> overrides) {
        return new RunningEngine(services, test, overrides);
    }

    /** Starts one more engine on the same database; calls by {@link #as(int, String)}. */
    public void startAnother() {
        // ElasticMQ takes any credentials, but the AWS SDK sends none without some.
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        engines.add(Engine.start(
                        ConfigLoader.load(Path.of(""), environment, SecretStores::open), mounted -> router = mounted)
                .await());
    }

    /** The API, called by that role's usual subject. */
    public Api as(String role) {
        return as(0, role);
    }

    /** The API of the n-th engine. */
    public Api as(int engine, String role) {
        return withToken(engine, tokens.token(role));
    }

    /** The API of the n-th engine, called in that role by that subject. */
    public Api as(int engine, String role, String subject) {
        return withToken(engine, tokens.token(role, subject));
    }

    /** The API, called by a customer. */
    public Api asCustomer(String customerId) {
        return withToken(0, tokens.token("customer", customerId));
    }

    /** The API, called with that token; null for none. */
    public Api withToken(String token) {
        return withToken(0, token);
    }

    private Api withToken(int engine, String token) {
        return new Api(
                http, URI.create("http://127.0.0.1:" + engines.get(engine).port()), token, witness::see);
    }

    /** Sees every call of {@link Api}, and fails those that are not answered as openapi.yaml says. */
    public Witness witness() {
        return witness;
    }

    /** The router of one of the engine's listeners. */
    public Router router() {
        return router;
    }

    /** Makes tokens that this engine accepts. */
    public DevTokens tokens() {
        return tokens;
    }

    /** The management port. */
    public int managementPort() {
        return engines.get(0).managementPort();
    }

    /** The variables that the engine was started with. */
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** A connection of the test's own to the engine's database. */
    public Connection connect() throws SQLException {
        return postgres.connect(database);
    }

    /** The first column of the first row as text. */
    public String text(String sql, Object... parameters) {
        return texts(sql, parameters).get(0);
    }

    /** The first column of all rows as text. */
    public List<String> texts(String sql, Object... parameters) {
        try (Connection connection = postgres.connect(database);
                PreparedStatement statement = prepared(connection, sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** The first column of the first row as a number. */
    public long number(String sql, Object... parameters) {
        return Long.parseLong(text(sql, parameters));
    }

    /** Runs a statement that changes something. */
    public void change(String sql, Object... parameters) {
        try (Connection connection = postgres.connect(database);
                PreparedStatement statement = prepared(connection, sql, parameters)) {
            statement.execute();
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** The number of rows in each table that orders are written to. */
    public Map<String, Long> rows() {
        Map<String, Long> rows = new LinkedHashMap<>();
        for (String table : List.of(
                "orders", "order_events", "outbox", "payments", "reservations", "customers", "idempotency_keys")) {
            rows.put(table, number("SELECT count(*) FROM " + table));
        }
        rows.put("stock.reserved", number("SELECT sum(reserved) FROM stock"));
        return rows;
    }

    @Override
    public void close() {
        engines.forEach(engine -> engine.stop().await());
        signing.close().await();
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    private Path publicKey() {
        try {
            return tokens.writePublicKey(Files.createTempFile("public-key", ".pem"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
