package dev.orderengine.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionsTest {

    private final Vertx vertx = Vertx.vertx();
    private final Transactions transactions = new Transactions(vertx, null);
    private final AtomicInteger runs = new AtomicInteger();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void retried_aVictimOfTheDatabase_isRunAgain(String state) {
        String result = transactions.retried(failing(2, reported(state))).await();

        assertThat(result).isEqualTo("done");
        assertThat(runs).hasValue(3);
    }

    @Test
    void retried_aVictimAgainAndAgain_failsAfterFiveRuns() {
        PgException fault = reported("40P01");

        assertThatThrownBy(() -> transactions.retried(failing(99, fault)).await())
                .isSameAs(fault);
        assertThat(runs).hasValue(5);
    }

    @Test
    void retried_theFifthRun_counts() {
        assertThat(transactions.retried(failing(4, reported("40001"))).await()).isEqualTo("done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "55P03", "57P01", "OE001"})
    void retried_anotherFailure_isNotRunAgain(String state) {
        assertThatThrownBy(
                        () -> transactions.retried(failing(1, reported(state))).await())
                .isInstanceOf(PgException.class);
        assertThat(runs).hasValue(1);
    }

    @Test
    void retried_aLostConnection_isNotRunAgain() {
        assertThatThrownBy(() -> transactions
                        .retried(failing(1, new IOException("lost")))
                        .await())
                .isInstanceOf(IOException.class);
        assertThat(runs).hasValue(1);
    }

    private Supplier<Future<String>> failing(int times, Exception fault) {
        return () -> runs.incrementAndGet() <= times ? Future.failedFuture(fault) : Future.succeededFuture("done");
    }

    private static PgException reported(String state) {
        return new PgException("message", "ERROR", state, "detail");
    }
}
