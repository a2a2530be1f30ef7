package dev.orderengine.payment.reconciliation;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Which days the daily job has yet to compare. */
final class DailyPlan {

    /** What nobody compared for a week is left to whoever asks for it. */
    private static final int MOST_DAYS = 7;

    private DailyPlan() {}

    /**
     * The days that are over and were not planned yet, the oldest first.
     *
     * @param last day that was planned
     * @param hour of UTC from which on the day before is compared
     */
    static List<LocalDate> days(Optional<LocalDate> last, Instant now, int hour) {
        LocalDate latest = LocalDate.ofInstant(now.minusSeconds(hour * 3_600L), ZoneOffset.UTC)
                .minusDays(1);
        LocalDate earliest = latest.minusDays(MOST_DAYS - 1L);
        LocalDate next = last.map(day -> day.plusDays(1)).orElse(latest);
        LocalDate first = next.isBefore(earliest) ? earliest : next;
        return first.isAfter(latest)
                ? List.of()
                : first.datesUntil(latest.plusDays(1)).toList();
    }
}
