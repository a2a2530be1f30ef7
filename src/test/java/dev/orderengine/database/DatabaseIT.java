package dev.orderengine.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.dev.Services;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The pools, on a real Postgres that is slow. */
@ExtendWith(SharedServices.class)
class DatabaseIT {

    private static final int CONNECTIONS = 2;
    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final String LONGER_THAN_THE_TIMEOUT = "SELECT pg_sleep(0.4)";

    private static Vertx vertx;
    // Pools are shared by name within a Vertx: those of the test's own database are another's.
    private static Vertx other;
    private static TestDatabase own;
    private static Database database;

    @BeforeAll
    static void open(Services services) {
        vertx = Vertx.vertx();
        other = Vertx.vertx();
        own = new TestDatabase(services, other, DatabaseIT.class);
        EngineConfig.Database config = own.config();
        database = new Database(
                vertx,
                new EngineConfig.Database(
                        config.host(),
                        config.port(),
                        config.name(),
                        config.user(),
                        config.password(),
                        null,
                        5432,
                        CONNECTIONS,
                        1,
                        1,
                        TIMEOUT,
                        EngineConfig.Encryption.OFF,
                        null,
                        null,
                        null));
    }

    @AfterAll
    static void close() {
        database.close().await();
        own.close();
        other.close().await();
        vertx.close().await();
    }

    @Test
    void writers_whoWaitLongerThanTheTimeout_getTheirConnection_andNoneIsLost() {
        for (int round = 0; round < 3; round++) {
            List<Future<RowSet<Row>>> holders = Stream.generate(() -> run(LONGER_THAN_THE_TIMEOUT))
                    .limit(CONNECTIONS)
                    .toList();
            List<Future<RowSet<Row>>> waiters =
                    IntStream.range(0, 50).mapToObj(n -> run("SELECT 1")).toList();

            Future.join(holders).await();
            Future.join(waiters).await();
        }

        assertThat(Future.join(Stream.generate(() -> run("SELECT 1")).limit(20).toList())
                        .await()
                        .succeeded())
                .isTrue();
    }

    private static Future<RowSet<Row>> run(String statement) {
        return database.writers()
                .withTransaction(connection -> connection.query(statement).execute());
    }
}
