package dev.orderengine.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ReplicaQueriesTest {

    private static final Future<RowSet<Row>> ROWS = Future.succeededFuture();

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Supplier<Future<RowSet<Row>>> replica = () -> ROWS;

    private final ReplicaQueries queries = new ReplicaQueries(
            (statement, parameters) -> {
                asked.add("replica");
                return replica.get();
            },
            (statement, parameters) -> {
                asked.add("primary");
                return ROWS;
            },
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            metrics);

    @Test
    void query_isAnsweredByTheReplica() {
        query();

        assertThat(asked).containsExactly("replica");
        assertThat(fallbacks()).isZero();
    }

    @Test
    void query_thatTheReplicaDoesNotAnswer_isAnsweredByThePrimary() {
        replica = () -> Future.failedFuture("connection refused");
        query();
        assertThat(asked).containsExactly("replica", "primary");

        replica = () -> Future.failedFuture(new PgException("conflict with recovery", "ERROR", "40001", null));
        query();
        assertThat(asked).containsExactly("replica", "primary", "replica", "primary");
        assertThat(fallbacks()).isEqualTo(2);
    }

    @Test
    void query_thatTakesTooLong_isAnsweredByThePrimary() {
        replica = () -> Promise.<RowSet<Row>>promise().future();

        query();

        assertThat(asked).containsExactly("replica", "primary");
    }

    @Test
    void query_thatIsWrong_fails_andIsNotRepeated() {
        replica = () -> Future.failedFuture(new PgException("no such column", "ERROR", "42703", null));

        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(this::query).isInstanceOf(PgException.class);
        }

        assertThat(asked).hasSize(10).containsOnly("replica");
    }

    @Test
    void replica_thatFailsAgainAndAgain_isLeftAlone_untilItIsBack() {
        replica = () -> Future.failedFuture("connection refused");
        query();
        query();
        asked.clear();
        query();
        assertThat(asked).as("nobody waits for it any more").containsExactly("primary");

        replica = () -> ROWS;
        await().until(() -> {
            asked.clear();
            query();
            return asked.equals(List.of("replica"));
        });
        asked.clear();
        query();
        assertThat(asked).containsExactly("replica");
    }

    private void query() {
        queries.query("SELECT 1", Tuple.tuple()).await();
    }

    private double fallbacks() {
        return metrics.get("database.replica.fallbacks").counter().count();
    }
}
