package dev.orderengine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GiveWayTest {

    private static final Duration BOUND = Duration.ofSeconds(30);

    @Test
    void whileBehind_busyRequests_letWorkWaitUpToTheBound() {
        assertThat(waits(true, BOUND, BOUND.minusMillis(1))).isTrue();
        assertThat(waits(true, BOUND, BOUND)).isFalse();
        assertThat(waits(true, BOUND, Duration.ofHours(1))).isFalse();
    }

    @Test
    void whileBehind_noRequests_letWorkGoOn() {
        assertThat(waits(false, BOUND, Duration.ZERO)).isFalse();
    }

    @Test
    void whileBehind_boundOfZero_neverWaits() {
        assertThat(waits(true, Duration.ZERO, Duration.ZERO)).isFalse();
    }

    private static boolean waits(boolean busy, Duration bound, Duration behind) {
        return new GiveWay(() -> busy, bound).whileBehind(() -> behind).getAsBoolean();
    }
}
