package dev.orderengine.dev;

import dev.orderengine.Engine;
import dev.orderengine.config.ConfigLoader;
import dev.orderengine.secrets.SecretStores;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;

/**
 * The development launcher: servers, database, catalogue, then the engine; or, with {@code --services-only}, all but the
 * engine. Ctrl-C stops the engine first, so that it can drain, then the servers.
 */
public final class DevServer implements AutoCloseable {

    private static final Path PUBLIC_KEY = Path.of("target", "dev", "public-key.pem");
    private static final Path ENVIRONMENT_FILE = Path.of("target", "dev.env");
    private static final String DATABASE = "order_engine";
    private static final String ENGINE = "engine";
    private static final String HOST = "127.0.0.1";

    private final DevSettings settings;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final DevTokens tokens = DevTokens.create(vertx);
    private Services services;
    private AutoCloseable front = () -> {};
    private boolean closed;

    private DevServer(DevSettings settings) {
        this.settings = settings;
    }

    /** Runs until the process is told to stop. */
    public static void main(String[] arguments) throws InterruptedException {
        // Maven's exec:java runs this in Maven's JVM, where the libraries are not in the system class loader.
        Thread.currentThread().setContextClassLoader(DevServer.class.getClassLoader());
        var settings = settingsOrExit(List.of(arguments));
        var server = new DevServer(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop development servers"));
        try {
            server.start();
        } catch (Exception e) {
            e.printStackTrace();
            exit("Cannot start: " + e.getMessage());
        }
        new CountDownLatch(1).await();
    }

    private static DevSettings settingsOrExit(List<String> arguments) {
        try {
            var settings = DevSettings.of(arguments, System.getenv());
            var taken = PortsTaken.among(settings.needed());
            if (!taken.isEmpty()) {
                exit(String.join("\n", taken));
            }
            return settings;
        } catch (IllegalArgumentException e) {
            exit(e.getMessage());
            throw e;
        }
    }

    /** The shutdown hook stops what was started. */
    private static void exit(String message) {
        System.err.println(message);
        System.exit(1);
    }

    private void start() throws Exception {
        var begin = System.nanoTime();
        startServices();
        var environment = DevEnvironment.of(services, DATABASE, tokens.writePublicKey(PUBLIC_KEY));
        prepareServices();
        runAsTheEnginesRole(environment);
        var variables = new LinkedHashMap<>(environment);
        variables.putAll(DevEnvironment.tokens(tokens));
        DevEnvironment.write(ENVIRONMENT_FILE, DevEnvironment.exports(variables));
        if (settings.servicesOnly()) {
            serveTokens();
        } else {
            environment.put("ENGINE_HTTP_PORT", Integer.toString(settings.httpPort()));
            environment.put("ENGINE_HTTP_MANAGEMENT_PORT", Integer.toString(settings.managementPort()));
            front(startEngine(environment, new DevTokenRoutes(tokens)));
        }
        System.out.println(
                DevGreeting.of(settings, services, tokens, variables, Duration.ofNanos(System.nanoTime() - begin)));
    }

    /**
     * Starts the engine in this JVM.
     *
     * @param environment the variables that it would read from its environment
     * @param extraRoutes what only development serves on the API's port
     * @return closes when the engine has drained
     */
    private static AutoCloseable startEngine(Map<String, String> environment, Consumer<Router> extraRoutes)
            throws Exception {
        Map<String, String> variables = new LinkedHashMap<>(System.getenv());
        variables.putAll(environment);
        // Whoever develops waits for the start oftener than for the first call.
        variables.putIfAbsent("ENGINE_ENGINE_WARM_UP", "PT0S");
        // ElasticMQ takes any credentials, but the AWS SDK sends none without some.
        System.setProperty("aws.accessKeyId", "development");
        System.setProperty("aws.secretAccessKey", "development");
        Engine engine = Engine.start(ConfigLoader.load(Path.of(""), variables, SecretStores::open), extraRoutes)
                .await();
        return () -> engine.stop().await();
    }

    private synchronized void startServices() {
        var webhooks = URI.create("http://" + HOST + ":" + settings.httpPort() + "/api/v1/webhooks");
        services = EmbeddedServices.start(
                settings.ports(), PaymentSimulator.Options.defaults().sendingTo(webhooks));
    }

    private void prepareServices() {
        var steps = new Together();
        steps.run("the queues", () -> DevQueues.create(services.sqs()));
        steps.run("the database", this::prepareDatabase);
        steps.awaitAll();
    }

    /** The engine migrates too, and finds nothing to do; without it the catalogue still has to be there. */
    private void prepareDatabase() {
        var postgres = services.postgres();
        var database = postgres.createDatabase(DATABASE);
        var endpoint = postgres.endpoint();
        Flyway.configure(DevServer.class.getClassLoader())
                .dataSource(endpoint.jdbcUrl(database), endpoint.user(), endpoint.password())
                .load()
                .migrate();
        DevCatalogue.seed(endpoint, database);
    }

    /** As in production: who serves cannot change the audit log, and who can only migrates. */
    private void runAsTheEnginesRole(Map<String, String> environment) throws SQLException {
        try (var connection = services.postgres().endpoint().connect(DATABASE)) {
            connection
                    .createStatement()
                    .execute("CREATE ROLE " + ENGINE + " LOGIN PASSWORD '" + ENGINE + "' IN ROLE order_engine");
        }
        environment.put("ENGINE_DATABASE_MIGRATION_USER", environment.put("ENGINE_DATABASE_USER", ENGINE));
        environment.put("ENGINE_DATABASE_MIGRATION_PASSWORD", environment.put("ENGINE_DATABASE_PASSWORD", ENGINE));
    }

    private void serveTokens() {
        var router = Router.router(vertx);
        new DevTokenRoutes(tokens).accept(router);
        vertx.createHttpServer(new HttpServerOptions().setHost(HOST).setPort(settings.tokenPort()))
                .requestHandler(router)
                .listen()
                .await();
    }

    private synchronized void front(AutoCloseable engine) {
        front = engine;
    }

    /** The engine first, then what it needs. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            front.close();
        } catch (Exception e) {
            System.err.println("The engine did not stop in order: " + e);
        } finally {
            if (services != null) {
                services.close();
            }
            vertx.close().await();
        }
    }
}
