package dev.orderengine.support;

import dev.orderengine.dev.PostgresServer;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;

/** Databases with the schema of now: copies of one that is migrated when it is first needed, for a copy is made much faster. */
final class MigratedDatabases {

    private static final String TEMPLATE = "migrated";
    private static final String UNFINISHED = "migrating";

    private MigratedDatabases() {}

    /** Makes one, in place of an earlier one of that name. */
    static String create(PostgresServer server, String name) {
        try {
            makeTemplate(server);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot migrate a database", e);
        }
        return server.copyDatabase(TEMPLATE, name);
    }

    private static void makeTemplate(PostgresServer server) throws SQLException {
        var endpoint = server.endpoint();
        try (var connection = endpoint.connect("postgres");
                var statement = connection.createStatement()) {
            if (statement
                    .executeQuery("SELECT FROM pg_database WHERE datname = '" + TEMPLATE + "'")
                    .next()) {
                return;
            }
            var database = server.createDatabase(UNFINISHED);
            Flyway.configure()
                    .dataSource(endpoint.jdbcUrl(database), endpoint.user(), endpoint.password())
                    .load()
                    .migrate();
            statement.execute("ALTER DATABASE " + database + " RENAME TO " + TEMPLATE);
        }
    }
}
