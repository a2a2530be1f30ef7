package dev.orderengine.support;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secret;
import dev.orderengine.database.Database;
import dev.orderengine.dev.PostgresServer;
import dev.orderengine.dev.Services;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/** A migrated database that a test class has for itself, with the engine's pools on it. Calls block. */
public final class TestDatabase implements AutoCloseable {

    private final PostgresServer.Endpoint endpoint;
    private final String name;
    private final Database database;

    public TestDatabase(Services services, Vertx vertx, Class<?> test) {
        this.endpoint = services.postgres().endpoint();
        this.name = MigratedDatabases.create(services.postgres(), test.getSimpleName());
        this.database = new Database(vertx, config());
    }

    /** How an engine would reach it. */
    public EngineConfig.Database config() {
        return new EngineConfig.Database(
                endpoint.host(),
                endpoint.port(),
                name,
                endpoint.user(),
                new Secret(endpoint.password()),
                null,
                5432,
                4,
                2,
                16,
                Duration.ofSeconds(10),
                EngineConfig.Encryption.OFF,
                null,
                null,
                null);
    }

    /** The engine's pools. */
    public Database pools() {
        return database;
    }

    /** A connection of the test's own. */
    public Connection connect() throws SQLException {
        return endpoint.connect(name);
    }

    /** Runs one statement and gives its rows. */
    public List<Row> query(String sql, Object... parameters) {
        var rows = database.writers()
                .preparedQuery(sql)
                .execute(Tuple.from(parameters))
                .await();
        return StreamSupport.stream(rows.spliterator(), false).toList();
    }

    /** The number in the first column of the first row. */
    public long number(String sql, Object... parameters) {
        return query(sql, parameters).get(0).getLong(0);
    }

    @Override
    public void close() {
        database.close().await();
    }
}
