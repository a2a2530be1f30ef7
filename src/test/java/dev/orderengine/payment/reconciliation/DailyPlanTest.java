package dev.orderengine.payment.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each day once, from its hour on; what was missed is made up for. */
class DailyPlanTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "never",
            value = {
                "2026-11-24T03:59:59Z, never,      2026-11-22",
                "2026-11-24T04:00:00Z, never,      2026-11-23",
                "2026-11-24T04:00:00Z, 2026-11-23, ''",
                "2026-11-24T03:59:59Z, 2026-11-22, ''",
                "2026-11-24T12:00:00Z, 2026-11-21, 2026-11-22 2026-11-23",
                "2026-11-24T12:00:00Z, 2026-11-25, ''"
            })
    void days_thatAreOver_arePlannedOnce(Instant now, LocalDate last, String expected) {
        assertThat(DailyPlan.days(Optional.ofNullable(last), now, 4)).isEqualTo(days(expected));
    }

    @ParameterizedTest
    @CsvSource({"2026-10-01", "2026-11-16", "2026-11-15"})
    void days_missedForLongerThanAWeek_areLeftToWhoeverAsks(LocalDate last) {
        assertThat(DailyPlan.days(Optional.of(last), Instant.parse("2026-11-24T12:00:00Z"), 4))
                .hasSize(7)
                .startsWith(LocalDate.parse("2026-11-17"));
    }

    private static List<LocalDate> days(String text) {
        return Arrays.stream(text.split(" "))
                .filter(day -> !day.isEmpty())
                .map(LocalDate::parse)
                .toList();
    }
}
