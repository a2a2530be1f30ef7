package dev.orderengine.database;

import dev.orderengine.config.EngineConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema to what this engine needs, from {@code db/migration}. Any number of engines may do so at once: Flyway holds
 * an advisory lock, and who comes later waits and finds the work done. A schema that is newer than this engine is accepted, also
 * where it has a migration between two of ours, for migrations expand before they contract: during a deployment and after a
 * rollback two releases serve on one schema. Blocks: for the main thread, before anything is deployed.
 */
public final class Migrations {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final double GROWTH = 1.5;
    private static final double JITTER = 0.3;
    private static final int LOCK_ATTEMPTS = 120;

    // SQLSTATE: starting up or shutting down, too many connections, and class 08, no connection at all.
    private static final Set<String> WORTH_ANOTHER_TRY = Set.of("57P03", "57P01", "53300");
    private static final String NO_CONNECTION_CLASS = "08";

    // Applied by a release that we are not: later than all of ours, or between two of ours.
    private static final String[] OF_NEWER_ENGINES = {"*:future", "*:missing"};

    private final EngineConfig.Database config;
    private final Duration patience;

    /**
     * @param config of the database; who migrates must own the tables
     * @param patience how long to wait for a database that does not answer
     */
    public Migrations(EngineConfig.Database config, Duration patience) {
        this.config = config;
        this.patience = patience;
    }

    /**
     * Applies what is missing.
     *
     * @return the version that the schema now has
     * @throws DatabaseUnavailableException when the database does not answer, refuses this user, or a migration fails
     */
    public String migrate() {
        awaitDatabase();
        Flyway flyway = Flyway.configure()
                .dataSource(url(), user(), password())
                .locations("classpath:db/migration")
                .lockRetryCount(LOCK_ATTEMPTS)
                .outOfOrder(true)
                .ignoreMigrationPatterns(OF_NEWER_ENGINES)
                .load();
        try {
            int applied = flyway.migrate().migrationsExecuted;
            String version = flyway.info().current().getVersion().getVersion();
            LOG.info("The schema is at version {}, {} migrations applied", version, applied);
            return version;
        } catch (FlywayException fault) {
            throw new DatabaseUnavailableException("The schema of " + where() + " cannot be migrated", fault);
        }
    }

    private void awaitDatabase() {
        long deadline = System.nanoTime() + patience.toNanos();
        RetryConfig policy = RetryConfig.custom()
                .maxAttempts(Integer.MAX_VALUE)
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(FIRST_WAIT, GROWTH, JITTER, LONGEST_WAIT))
                .retryOnException(fault -> isWorthAnotherTry(fault) && System.nanoTime() - deadline < 0)
                .build();
        Retry retry = Retry.of("database", policy);
        retry.getEventPublisher()
                .onRetry(event -> LOG.warn(
                        "The database at {} does not answer, next attempt in {} ms: {}",
                        where(),
                        event.getWaitInterval().toMillis(),
                        event.getLastThrowable().getMessage()));
        try {
            retry.executeCallable(this::connect);
        } catch (Exception fault) {
            throw new DatabaseUnavailableException(
                    "The database at " + where() + " cannot be used: " + fault.getMessage(), fault);
        }
    }

    private Void connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user());
        properties.setProperty("password", password());
        properties.setProperty("connectTimeout", seconds());
        properties.setProperty("socketTimeout", seconds());
        properties.setProperty("loginTimeout", seconds());
        try (Connection connection = DriverManager.getConnection(url(), properties)) {
            connection.getMetaData().getDatabaseProductVersion();
            return null;
        }
    }

    private static boolean isWorthAnotherTry(Throwable fault) {
        return fault instanceof SQLException sql
                && (WORTH_ANOTHER_TRY.contains(sql.getSQLState())
                        || sql.getSQLState().startsWith(NO_CONNECTION_CLASS));
    }

    private String user() {
        return config.migrationUser() == null ? config.user() : config.migrationUser();
    }

    private String password() {
        return config.migrationUser() == null
                ? config.password().value()
                : config.migrationPassword().value();
    }

    private String seconds() {
        return String.valueOf(Math.max(1, config.timeout().toSeconds()));
    }

    private String url() {
        return "jdbc:postgresql://" + config.host() + ":" + config.port() + "/" + config.name()
                + "?ApplicationName=order-engine-migrations" + tls();
    }

    private String tls() {
        return switch (config.tls()) {
            case OFF -> "";
            case REQUIRE -> "&sslmode=require";
            case VERIFY ->
                "&sslmode=verify-full&sslrootcert="
                        + URLEncoder.encode(config.tlsCaFile().toString(), StandardCharsets.UTF_8);
        };
    }

    private String where() {
        return config.host() + ":" + config.port() + ", database " + config.name();
    }
}
