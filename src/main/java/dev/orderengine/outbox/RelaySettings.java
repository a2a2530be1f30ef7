package dev.orderengine.outbox;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How a relay goes about its work.
 *
 * @param batch events of one shard that are read and published together
 * @param tries after which an event that the queue blames is set aside
 * @param firstRetry delay of an event after its first refusal; it doubles with each
 * @param longestRetry its bound
 * @param rest between two cycles while there is little to do, so that events gather to batches
 * @param restGivingWay between two cycles while placements need the machine more
 * @param longestPause bound of the pauses while the queue or the database is away, which double from {@code rest} on
 */
public record RelaySettings(
        int batch,
        int tries,
        Duration firstRetry,
        Duration longestRetry,
        Duration rest,
        Duration restGivingWay,
        Duration longestPause) {

    /** The usual settings with batches of the given size. */
    public static RelaySettings withBatch(int batch) {
        return new RelaySettings(
                batch,
                10,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofMillis(20),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3));
    }

    /** The delay after the given number of refusals, 1 or more. */
    Duration retryAfter(int refusals) {
        return doubled(firstRetry, refusals - 1, longestRetry);
    }

    /** The pause after the given number of cycles that found the queue or the database away, 1 or more; jittered. */
    Duration pauseAfter(int failures) {
        long longest = doubled(rest, failures, longestPause).toMillis();
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest) + 1);
    }

    private static Duration doubled(Duration first, int times, Duration bound) {
        Duration wanted = first.multipliedBy(1L << Math.min(times, 20));
        return wanted.compareTo(bound) < 0 ? wanted : bound;
    }
}
