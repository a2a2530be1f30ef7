package dev.orderengine.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelaySettingsTest {

    private final RelaySettings settings = RelaySettings.withBatch(500);

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "6, 32", "7, 60", "1000, 60"})
    void retryAfter_refusals_doublesUpToTheBound(int refusals, int seconds) {
        assertThat(settings.retryAfter(refusals)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void pauseAfter_firstFailure_isShortAndNeverZero() {
        var pauses =
                IntStream.range(0, 1_000).mapToObj(i -> settings.pauseAfter(1)).collect(Collectors.toSet());

        assertThat(pauses)
                .as("jittered")
                .hasSizeGreaterThan(5)
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofMillis(21), Duration.ofMillis(40)));
    }

    @Test
    void pauseAfter_manyFailures_isBounded() {
        assertThat(settings.pauseAfter(100)).isBetween(Duration.ofMillis(1_501), Duration.ofSeconds(3));
    }
}
