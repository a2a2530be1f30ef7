package dev.orderengine.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllowanceTest {

    private static final Limit LIMIT = new Limit(100, 400);

    private long now = 1_000_000_000L;
    private int shared = LIMIT.burst();
    private int leases;
    private int largest;
    private int givenBack;
    private int standIns;
    private boolean away;
    private Promise<Lease> slow;

    private final Allowance allowance = new Allowance(LIMIT, () -> now, this::lease, () -> standIns++);

    /** A bucket that nothing comes back to, unless a test puts it there. */
    private Future<Lease> lease(int wanted, int back) {
        leases++;
        largest = Math.max(largest, wanted);
        givenBack += back;
        if (away) {
            return Future.failedFuture("away");
        }
        if (slow != null) {
            return slow.future();
        }
        shared += back;
        int granted = Math.min(wanted, shared);
        shared -= granted;
        return Future.succeededFuture(new Lease(granted, shared, 10));
    }

    @Test
    void take_manyRequests_costsALeaseForManyOfThem() {
        assertThat(taken(300)).isEqualTo(300);

        assertThat(leases).isLessThan(40);
        assertThat(largest).isEqualTo(LIMIT.portion());
    }

    @Test
    void take_whatTheBucketHas_isAllowed_andNotOneMore() {
        assertThat(taken(1_000)).isEqualTo(LIMIT.burst());
    }

    @Test
    void take_fromAnEmptyBucket_asksNobodyUntilThereMayBeSomething() {
        taken(LIMIT.burst() + 1);
        int before = leases;

        assertThat(taken(1_000)).isZero();
        assertThat(leases).isEqualTo(before);

        pass(Duration.ofMillis(11));
        shared = 1;
        assertThat(taken(10)).isEqualTo(1);
    }

    @Test
    void take_refused_saysHowLong() {
        taken(LIMIT.burst());

        Verdict verdict = take();

        assertThat(verdict.allowed()).isFalse();
        assertThat(verdict.remaining()).isZero();
        assertThat(verdict.retryAfter()).isEqualTo(Duration.ofMillis(10));
        assertThat(verdict.full()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void take_allowed_saysWhatIsLeft() {
        taken(99);

        Verdict verdict = take();

        assertThat(verdict.remaining()).isEqualTo(300);
        assertThat(verdict.full()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void portion_thatWasNotSpent_goesBack() {
        taken(50);
        int unspent = LIMIT.burst() - shared - 50;
        assertThat(unspent).isPositive();

        pass(Duration.ofSeconds(2));
        taken(1);

        assertThat(givenBack).isEqualTo(unspent);
    }

    @Test
    void take_whileTheBucketIsAway_isLimitedHere_andTriesAgainAfterAPause() {
        away = true;

        assertThat(taken(1_000)).isEqualTo(LIMIT.burst());
        assertThat(leases).isEqualTo(1);
        assertThat(standIns).isEqualTo(1_000);

        pass(Duration.ofMillis(500));
        assertThat(taken(1_000)).isEqualTo(50);

        pass(Duration.ofMillis(600));
        away = false;
        assertThat(taken(1_000)).isEqualTo(LIMIT.burst());
    }

    @Test
    void take_atOnce_waitsForOneLease_andThenForNext() {
        slow = Promise.promise();
        List<Future<Verdict>> verdicts = new ArrayList<>();
        IntStream.range(0, 10).forEach(i -> verdicts.add(allowance.take()));
        assertThat(leases).isEqualTo(1);
        assertThat(verdicts).noneMatch(Future::isComplete);

        Promise<Lease> first = slow;
        slow = null;
        first.complete(new Lease(1, 399, 0));

        assertThat(verdicts).allMatch(verdict -> verdict.result().allowed());
    }

    private long taken(int requests) {
        return IntStream.range(0, requests).filter(i -> take().allowed()).count();
    }

    private Verdict take() {
        return allowance.take().result();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
