package dev.orderengine.payment;

import static dev.orderengine.payment.Samples.NOW;
import static dev.orderengine.payment.Samples.processing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.bus.Bus;
import dev.orderengine.payment.ChargeOutcome.Captured;
import dev.orderengine.payment.ChargeOutcome.Rejected;
import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.payment.PaymentStore.Settled;
import dev.orderengine.payment.PaymentStore.Settlement;
import dev.orderengine.payment.PaymentStore.Taken;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobRunnerTest {

    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Duration NEVER = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final FakeStore store = new FakeStore();
    private final ScriptedProvider provider = new ScriptedProvider();
    private final AtomicBoolean givesWay = new AtomicBoolean();
    private final AtomicInteger commits = new AtomicInteger();
    private JobRunner<?, ?> runner = runner(NEVER);

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void runNow_duePayments_areChargedSettledAndTold() {
        provider.charging(new Captured("pi_1"));
        due(Step.ASK, 5);

        run();

        assertThat(store.outcomes()).hasSize(5).containsOnly(new Captured("pi_1"));
        assertThat(commits.get()).isPositive();
        assertThat(metrics.get("payments.outcomes")
                        .tags("provider", "stripe", "outcome", "captured")
                        .counter()
                        .count())
                .isEqualTo(5);
    }

    @Test
    void runNow_moreThanABatch_isClaimedInFewBatches() {
        provider.charging(new Captured("pi_1"));
        due(Step.ASK, 500);

        run();

        assertThat(store.outcomes()).hasSize(500);
        assertThat(store.limits).allMatch(limit -> limit <= 200).hasSizeLessThan(10);
    }

    @Test
    void nudge_whileItGivesWay_claimsNothing() {
        provider.charging(new Captured("pi_1"));
        due(Step.ASK, 1_000);
        givesWay.set(true);
        run();
        assertThat(store.limits).as("one batch at the start, one by hand").containsExactly(200, 200);

        runner.nudge();
        runner.stop().await();

        assertThat(store.limits).hasSize(2);
        assertThat(store.outcomes()).hasSize(400);
    }

    @Test
    void poll_afterItGaveWay_drivesTheRest() {
        provider.charging(new Captured("pi_1"));
        due(Step.ASK, 500);
        givesWay.set(true);
        runner = runner(Duration.ofMillis(5));

        run();
        await().until(() -> store.outcomes().size() == 500);

        assertThat(store.limits).hasSizeGreaterThan(2);
    }

    @Test
    void runNow_nothingDue_asksTheProviderNothing() {
        run();

        assertThat(provider.charged).isZero();
        assertThat(commits).hasValue(0);
    }

    @Test
    void runNow_paymentThatEndedAtTakeUp_isNotDriven() {
        due(Step.NOTHING, 1);

        run();

        assertThat(provider.charged).isZero();
        assertThat(store.settled).isEmpty();
        assertThat(commits).hasPositiveValue();
    }

    @Test
    void runNow_lookUpThatFinds_asksForNoCharge() {
        provider.finding(new LookUp.Found(new Captured("pi_1")));
        due(Step.LOOK_UP_OR_ASK, 1);

        run();

        assertThat(provider.charged).isZero();
        assertThat(store.outcomes()).containsExactly(new Captured("pi_1"));
    }

    @Test
    void runNow_lookUpThatFindsNothing_repeatsTheChargeWhereItMay() {
        provider.finding(new LookUp.NotFound()).charging(new Captured("pi_1"));
        due(Step.LOOK_UP_OR_ASK, 1);

        run();

        assertThat(provider.charged).isEqualTo(1);
        assertThat(store.outcomes()).containsExactly(new Captured("pi_1"));
    }

    @Test
    void runNow_lookUpThatFindsNothing_staysUnknownWhereItMayNot() {
        provider.finding(new LookUp.NotFound());
        due(Step.LOOK_UP, 1);

        run();

        assertThat(provider.charged).isZero();
        assertThat(store.outcomes()).hasOnlyElementsOfType(Unknown.class);
    }

    @Test
    void runNow_rejectedAndFlagged_areSettledLikeOthers() {
        provider.charging(new Rejected("parameter_missing"));
        store.flagging = true;
        due(Step.ASK, 2);

        run();

        assertThat(store.outcomes()).containsOnly(new Rejected("parameter_missing"));
    }

    @Test
    void runNow_claimThatFails_isCountedAndTriedAtTheNextLook() {
        provider.charging(new Captured("pi_1"));
        due(Step.ASK, 1);
        store.claimFault = new IllegalStateException("no database");

        run();
        assertThat(failures("claim")).isPositive();
        assertThat(store.settled).isEmpty();

        store.claimFault = null;
        run();
        assertThat(store.settled).hasSize(1);
    }

    @Test
    void runNow_settleThatFails_isCountedAndLeftToTheLease() {
        provider.charging(new Captured("pi_1"));
        store.settleFault = new IllegalStateException("no database");
        due(Step.ASK, 3);

        run();

        assertThat(failures("settle")).isEqualTo(3);
    }

    @Test
    void runNow_answerThatTheDatabaseRefuses_doesNotSinkItsNeighbours() {
        provider.charging(new Captured("pi_1"));
        UUID poison = due(Step.ASK, 3);
        store.poison = poison;

        run();

        assertThat(store.settled)
                .hasSize(2)
                .noneMatch(settlement -> settlement.taken().payment().id().equals(poison));
        assertThat(failures("settle")).isEqualTo(1);
    }

    @Test
    void runNow_settlementThatCameTooLate_isCounted() {
        provider.charging(new Captured("pi_1"));
        store.stale = true;
        due(Step.ASK, 1);

        run();

        assertThat(failures("settle")).isEqualTo(1);
    }

    @Test
    void runNow_whileTheBreakerIsOpen_claimsNothing() {
        provider.charging(new Unknown("no answer", false));
        due(Step.ASK, 4);
        run();
        int looks = store.limits.size();
        due(Step.ASK, 4);

        run();

        assertThat(store.limits).hasSize(looks);
        assertThat(provider.charged).isEqualTo(4);
    }

    @Test
    void poll_withoutANudge_findsWhatIsDue() {
        provider.charging(new Captured("pi_1"));
        runner = runner(Duration.ofMillis(20));
        runner.start();
        due(Step.ASK, 1);
        await().until(() -> store.settled.size() == 1);
        due(Step.ASK, 1);

        await().until(() -> store.settled.size() == 2);
    }

    @Test
    void stop_whileAChargeIsUnderWay_waitsForItsSettlementAndTakesNothingMore() {
        Promise<ChargeOutcome> slow = Promise.promise();
        provider.chargingBy(slow::future);
        due(Step.ASK, 1);
        runner.start();
        await().until(() -> provider.charged == 1);

        Future<Void> stopped = runner.stop();
        runner.nudge();
        due(Step.ASK, 1);
        vertx.timer(50, TimeUnit.MILLISECONDS).await();
        assertThat(stopped.isComplete()).isFalse();

        slow.complete(new Captured("pi_1"));
        stopped.await();
        assertThat(store.settled).hasSize(1);
        assertThat(provider.charged).isEqualTo(1);
    }

    @Test
    void verticle_nudge_wakesItsRunnersAndStopsThemWithIt() {
        provider.charging(new Captured("pi_1"));
        Bus bus = new Bus(vertx, Duration.ofSeconds(5), Spans.off());
        JobBacklog backlog = backlog();
        String id = vertx.deployVerticle(new PaymentVerticle(bus, List.of(runner), List.of(backlog)))
                .await();
        due(Step.ASK, 1);

        await().until(() -> {
            bus.nudge(PaymentVerticle.NUDGE);
            return store.settled.size() == 1;
        });
        await().until(() -> gauge("payments.due") == 7);

        vertx.undeploy(id).await();
        due(Step.ASK, 1);
        runner.runNow().await();
        assertThat(store.settled).hasSize(1);
    }

    @Test
    void backlog_refreshed_showsCountsAndAge() {
        JobBacklog backlog = backlog();
        assertThat(gauge("payments.due.age")).isZero();

        backlog.refresh().await();

        assertThat(gauge("payments.due")).isEqualTo(7);
        assertThat(gauge("payments.due.age")).isEqualTo(2.5);
        assertThat(gauge("payments.flagged")).isEqualTo(3);
    }

    @Test
    void backlog_databaseAway_keepsTheFigures() {
        JobBacklog backlog = backlog();
        backlog.refresh().await();
        store.claimFault = new IllegalStateException("no database");

        backlog.refresh().await();

        assertThat(gauge("payments.due")).isEqualTo(7);
    }

    @Test
    void backlog_refreshedWhileBeingRead_isReadOnce() {
        store.slowBacklog = Promise.promise();
        JobBacklog backlog = backlog();

        Future<Void> first = backlog.refresh();
        assertThat(backlog.refresh()).isSameAs(first);

        store.slowBacklog.complete(new Backlog(1, NOW, 0));
        first.await();
        assertThat(gauge("payments.due")).isEqualTo(1);
    }

    private JobRunner<?, ?> runner(Duration poll) {
        Guarded.Settings settings =
                new Guarded.Settings(4, Duration.ofMinutes(1), 3, Duration.ofMillis(1), 8, Duration.ofMinutes(1), 2);
        Guarded guarded = new Guarded(vertx, provider, settings, metrics, Spans.off());
        return new JobRunner<>(
                vertx,
                new Charges(store, guarded, CLOCK, Spans.off()),
                settings.concurrency(),
                poll,
                metrics,
                givesWay::get,
                commits::incrementAndGet);
    }

    private JobBacklog backlog() {
        return new JobBacklog("payments", "stripe", now -> store.backlog("stripe", now), metrics, CLOCK);
    }

    private void run() {
        runner.start();
        runner.runNow().await();
    }

    private UUID due(Step step, int count) {
        UUID last = null;
        for (int i = 0; i < count; i++) {
            last = UUID.randomUUID();
            store.due.add(new Taken(withId(last), step));
        }
        return last;
    }

    private static Payment withId(UUID id) {
        Payment sample = processing();
        return new Payment(
                id,
                UUID.randomUUID(),
                sample.provider(),
                sample.amount(),
                sample.state(),
                sample.token(),
                null,
                null,
                0,
                null,
                null,
                1,
                NOW,
                NOW,
                false,
                NOW,
                null);
    }

    private double failures(String step) {
        return metrics.get("payments.failures").tag("step", step).counter().count();
    }

    private double gauge(String name) {
        return metrics.get(name).tag("provider", "stripe").gauge().value();
    }

    /** Keeps what it was told. */
    private static final class FakeStore implements PaymentStore {

        private final Queue<Taken> due = new ConcurrentLinkedQueue<>();
        private final List<Integer> limits = new CopyOnWriteArrayList<>();
        private final List<Settlement> settled = new CopyOnWriteArrayList<>();
        private volatile RuntimeException claimFault;
        private volatile RuntimeException settleFault;
        private volatile UUID poison;
        private volatile boolean stale;
        private volatile boolean flagging;
        private volatile Promise<Backlog> slowBacklog;

        List<ChargeOutcome> outcomes() {
            return settled.stream().map(Settlement::outcome).toList();
        }

        @Override
        public Future<List<Taken>> claim(String provider, int limit, Instant now) {
            limits.add(limit);
            List<Taken> taken = due.stream().limit(limit).toList();
            if (claimFault != null) {
                return Future.failedFuture(claimFault);
            }
            due.removeAll(taken);
            return Future.succeededFuture(taken);
        }

        @Override
        public Future<Map<Settlement, Settled>> settle(List<Settlement> settlements, Instant now) {
            if (settleFault != null) {
                return Future.failedFuture(settleFault);
            }
            if (settlements.stream()
                    .anyMatch(settlement -> settlement.taken().payment().id().equals(poison))) {
                return Future.failedFuture(new PgException("refused", "ERROR", "22021", "a byte that is no text"));
            }
            settled.addAll(settlements);
            Map<Settlement, Settled> results = new HashMap<>();
            for (Settlement settlement : settlements) {
                Payment payment = settlement.taken().payment();
                results.put(
                        settlement,
                        new Settled(flagging ? payment.leftToAPerson(payment.state(), null) : payment, !stale));
            }
            return Future.succeededFuture(results);
        }

        @Override
        public Future<Backlog> backlog(String provider, Instant now) {
            if (slowBacklog != null) {
                return slowBacklog.future();
            }
            return claimFault == null
                    ? Future.succeededFuture(new Backlog(7, now.minusMillis(2500), 3))
                    : Future.failedFuture(claimFault);
        }
    }
}
