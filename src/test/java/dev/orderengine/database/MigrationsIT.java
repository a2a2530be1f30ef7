package dev.orderengine.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secret;
import dev.orderengine.dev.PostgresServer.Endpoint;
import dev.orderengine.dev.Services;
import dev.orderengine.support.SharedServices;
import dev.orderengine.telemetry.HealthCheck;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(SharedServices.class)
class MigrationsIT {

    private static final Duration SHORT = Duration.ofMillis(700);

    private final Endpoint postgres;
    private final String database;

    MigrationsIT(Services services) {
        this.postgres = services.postgres().endpoint();
        this.database = services.postgres().createDatabase("MigrationsIT");
    }

    @Test
    void migrate_fourEnginesAtOnceOnAnEmptyDatabase_allSucceedAndEachMigrationRunsOnce() throws Exception {
        int engines = 4;
        CyclicBarrier together = new CyclicBarrier(engines);
        Callable<String> engine = () -> {
            together.await();
            return new Migrations(config(postgres.port(), postgres.password()), SHORT).migrate();
        };
        ExecutorService threads = Executors.newFixedThreadPool(engines);
        List<String> versions = new ArrayList<>();
        try {
            for (var outcome : threads.invokeAll(List.of(engine, engine, engine, engine))) {
                versions.add(outcome.get());
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(versions).hasSize(engines).containsOnly(versions.get(0));
        assertThat(count("SELECT count(*) FROM flyway_schema_history WHERE success AND version IS NOT NULL"))
                .isEqualTo(count("SELECT count(DISTINCT version) FROM flyway_schema_history"))
                .isPositive();
        assertThat(count("SELECT count(*) FROM orders")).isZero();
    }

    @Test
    void migrate_again_changesNothing() throws SQLException {
        Migrations migrations = new Migrations(config(postgres.port(), postgres.password()), SHORT);
        String version = migrations.migrate();
        long rows = count("SELECT count(*) FROM flyway_schema_history");

        assertThat(migrations.migrate()).isEqualTo(version);
        assertThat(count("SELECT count(*) FROM flyway_schema_history")).isEqualTo(rows);
    }

    @Test
    void migrate_schemaOfANewerEngine_isAccepted() throws SQLException {
        Migrations migrations = new Migrations(config(postgres.port(), postgres.password()), SHORT);
        migrations.migrate();
        execute("""
                INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,
                    installed_by, execution_time, success)
                VALUES (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'newer', 1, true)
                """);

        assertThat(migrations.migrate()).isEqualTo("999");
    }

    @Test
    void migrate_schemaWithAMigrationBetweenTwoOfOurs_isAccepted() throws SQLException {
        Migrations migrations = new Migrations(config(postgres.port(), postgres.password()), SHORT);
        String version = migrations.migrate();
        execute("""
                INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,
                    installed_by, execution_time, success)
                VALUES (999, '1.5', 'between', 'SQL', 'V1_5__between.sql', 1, 'newer', 1, true)
                """);

        assertThat(migrations.migrate()).isEqualTo(version);
    }

    @Test
    void migrate_schemaOfAnEngineThatLackedAMigrationBetween_getsIt() throws SQLException {
        Migrations migrations = new Migrations(config(postgres.port(), postgres.password()), SHORT);
        String version = migrations.migrate();
        execute("DELETE FROM flyway_schema_history WHERE version = '4'");
        execute("DROP TABLE verifications");

        assertThat(migrations.migrate()).isEqualTo(version);
        assertThat(count("SELECT count(*) FROM verifications")).isZero();
    }

    @Test
    void migrate_failingMigration_isRefusedNamingTheDatabase() throws SQLException {
        execute("CREATE TABLE orders (this_is_not_ours int)");

        assertThatThrownBy(() -> new Migrations(config(postgres.port(), postgres.password()), SHORT).migrate())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("migrationsit")
                .hasMessageContaining("cannot be migrated");
    }

    @Test
    void migrate_absentDatabase_isRefusedAtOnce() {
        EngineConfig.Database wrong = new EngineConfig.Database(
                postgres.host(),
                postgres.port(),
                "no_such_database",
                postgres.user(),
                new Secret(postgres.password()),
                null,
                5432,
                1,
                1,
                1,
                Duration.ofSeconds(1),
                EngineConfig.Encryption.OFF,
                null,
                null,
                null);
        long start = System.nanoTime();

        assertThatThrownBy(() -> new Migrations(wrong, Duration.ofMinutes(5)).migrate())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("no_such_database");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void migrate_nothingListens_isTriedAgainAndThenRefusedNamingHostAndPort() throws Exception {
        int port = freePort();
        long start = System.nanoTime();

        assertThatThrownBy(() -> new Migrations(config(port, postgres.password()), SHORT).migrate())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining(postgres.host() + ":" + port);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(SHORT);
    }

    @Test
    void migrate_databaseComesUpLater_waitsForIt() throws Exception {
        int port = freePort();
        Vertx vertx = Vertx.vertx();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            var migrated = thread.submit(
                    () -> new Migrations(config(port, postgres.password()), Duration.ofSeconds(30)).migrate());
            await().during(Duration.ofMillis(500)).until(() -> !migrated.isDone());

            result(forward(vertx, port));

            assertThat(migrated.get(30, TimeUnit.SECONDS)).isNotBlank();
        } finally {
            thread.shutdownNow();
            result(vertx.close());
        }
    }

    @Test
    void checks_databaseWithAndWithoutTheSchema_tellThemApart() throws Exception {
        EngineConfig.Database config = config(postgres.port(), postgres.password());
        Vertx vertx = Vertx.vertx();
        Database pools = new Database(vertx, config);
        try {
            String version = new Migrations(config, SHORT).migrate();
            List<HealthCheck> checks = new DatabaseHealth(pools.readers(), pools.writers(), () -> version).checks();
            assertThat(checks).allMatch(check -> check.required() && answers(check));

            execute("DELETE FROM flyway_schema_history WHERE version = '" + version + "'");
            assertThat(checks)
                    .filteredOn(check -> !answers(check))
                    .extracting(HealthCheck::id)
                    .containsExactly("migrations");
        } finally {
            result(pools.close());
            result(vertx.close());
        }
    }

    private static boolean answers(HealthCheck check) {
        Future<?> answer = check.probe().get();
        await().until(answer::isComplete);
        return answer.succeeded();
    }

    private Future<?> forward(Vertx vertx, int port) {
        NetClient client = vertx.createNetClient();
        return vertx.createNetServer()
                .connectHandler(front -> pipe(front, client))
                .listen(port, postgres.host());
    }

    private void pipe(NetSocket front, NetClient client) {
        front.pause();
        client.connect(postgres.port(), postgres.host()).onSuccess(back -> {
            front.pipeTo(back);
            back.pipeTo(front);
        });
    }

    private static void result(Future<?> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private EngineConfig.Database config(int port, String password) {
        return new EngineConfig.Database(
                postgres.host(),
                port,
                database,
                postgres.user(),
                new Secret(password),
                null,
                5432,
                1,
                1,
                1,
                Duration.ofSeconds(1),
                EngineConfig.Encryption.OFF,
                null,
                null,
                null);
    }

    private long count(String query) throws SQLException {
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
