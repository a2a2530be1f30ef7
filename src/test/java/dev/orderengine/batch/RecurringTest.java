package dev.orderengine.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RecurringTest {

    private static final Duration NEVER = Duration.ofDays(1);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<Promise<Void>> runs = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeVertx() {
        vertx.close().await();
    }

    @Test
    void start_shortInterval_runsAgainAndAgainButNeverTwiceAtOnce() {
        Recurring recurring = recurring(Duration.ofMillis(1));

        recurring.start();

        await().until(() -> runs.size() == 1);
        recurring.runNow();
        await().during(Duration.ofMillis(50)).until(() -> runs.size() == 1);
        runs.get(0).complete();
        await().until(() -> runs.size() == 2);
        runs.get(1).complete();
        await().until(() -> runs.size() == 3);
        runs.get(2).complete();
    }

    @Test
    void runNow_severalTimesDuringARun_leadsToOneMoreRunForAll() {
        Recurring recurring = recurring(NEVER);
        Future<Void> first = recurring.runNow();
        await().until(() -> runs.size() == 1);

        Future<Void> second = recurring.runNow();
        Future<Void> third = recurring.runNow();
        runs.get(0).complete();
        first.await();
        await().until(() -> runs.size() == 2);

        assertThat(second.isComplete()).isFalse();
        runs.get(1).complete();
        second.await();
        third.await();
        assertThat(runs).hasSize(2);
    }

    @Test
    void run_failing_isCountedAndTheNextComesAsUsual() {
        Recurring recurring = new Recurring(vertx, "broken", Duration.ofMillis(1), metrics, () -> {
            runs.add(Promise.promise());
            throw new IllegalStateException("broken");
        });

        recurring.start();

        await().until(() -> runs.size() >= 3);
        recurring.stop().await();
        assertThat(metrics.get("recurring.failures")
                        .tag("work", "broken")
                        .counter()
                        .count())
                .isEqualTo(runs.size());
    }

    @Test
    void stop_duringARun_waitsForItAndLetsNoneFollow() {
        Recurring recurring = recurring(Duration.ofMillis(1));
        recurring.start();
        await().until(() -> runs.size() == 1);
        Future<Void> further = recurring.runNow();

        Future<Void> stopped = recurring.stop();

        await().during(Duration.ofMillis(50)).until(() -> !stopped.isComplete());
        runs.get(0).fail("too late");
        stopped.await();
        assertThatThrownBy(further::await).hasMessage("test has stopped");
        assertThatThrownBy(() -> recurring.runNow().await()).hasMessage("test has stopped");
        assertThat(runs).hasSize(1);
    }

    private Recurring recurring(Duration interval) {
        return new Recurring(vertx, "test", interval, metrics, () -> {
            Promise<Void> run = Promise.promise();
            runs.add(run);
            return run.future();
        });
    }
}
