package dev.orderengine.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void take_upToTheLimit_isGrantedAndNoMoreUntilTheWindowHasPassed() {
        SlidingWindow window = new SlidingWindow(10, MINUTE);

        assertThat(window.take(7, 1_000)).isEqualTo(7);
        assertThat(window.take(7, 30_000)).isEqualTo(3);
        assertThat(window.take(1, 61_000)).isZero();
        assertThat(window.take(9, 62_000)).isEqualTo(7);
        assertThat(window.take(9, 300_000)).isEqualTo(9);
    }

    @Test
    void take_afterOthersTookMoreThanTheLimit_isNothing() {
        SlidingWindow window = new SlidingWindow(10, MINUTE);

        window.note(25, 1_000);

        assertThat(window.take(1, 2_000)).isZero();
    }

    @Test
    void take_atRandomTimes_neverExceedsTheLimitInAnyWindow() {
        Random random = new Random(42);
        SlidingWindow window = new SlidingWindow(100, MINUTE);
        List<long[]> grants = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 5_000; i++) {
            now += random.nextInt(900);
            grants.add(new long[] {now, window.take(random.nextInt(20), now)});
        }

        for (int from = 0; from < grants.size(); from++) {
            long sum = 0;
            for (int to = from; to < grants.size() && grants.get(to)[0] < grants.get(from)[0] + 60_000; to++) {
                sum += grants.get(to)[1];
            }
            assertThat(sum).isLessThanOrEqualTo(100);
        }
        assertThat(grants.stream().mapToLong(grant -> grant[1]).sum())
                .as("and is not much below it")
                .isGreaterThan(95 * (now / 61_000));
    }
}
