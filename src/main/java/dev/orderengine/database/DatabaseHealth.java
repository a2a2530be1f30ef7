package dev.orderengine.database;

import dev.orderengine.telemetry.HealthCheck;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Supplier;

/**
 * What readiness asks Postgres.
 *
 * @param readers the pool that reads use
 * @param writers the pool that placements use
 * @param schemaVersion what {@link Migrations#migrate()} returned
 */
public record DatabaseHealth(Pool readers, Pool writers, Supplier<String> schemaVersion) {

    private static final String ANSWER = "SELECT 1";

    private static final String HAS_MIGRATION =
            "SELECT 1 FROM flyway_schema_history WHERE version = $1 AND success LIMIT 1";

    /** That it answers on both pools, and that its schema is still the one that this engine started on. */
    public List<HealthCheck> checks() {
        return List.of(
                new HealthCheck("postgres", true, this::answer), new HealthCheck("migrations", true, this::migrations));
    }

    private Future<?> answer() {
        return Future.all(
                readers.preparedQuery(ANSWER).execute(),
                writers.preparedQuery(ANSWER).execute());
    }

    private Future<?> migrations() {
        return readers.preparedQuery(HAS_MIGRATION)
                .execute(Tuple.of(schemaVersion.get()))
                .compose(this::requireMigration);
    }

    private Future<Void> requireMigration(RowSet<Row> found) {
        return found.size() == 1
                ? Future.succeededFuture()
                : Future.failedFuture("The schema lacks version " + schemaVersion.get());
    }
}
