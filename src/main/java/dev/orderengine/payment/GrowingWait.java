package dev.orderengine.payment;

import java.time.Duration;

/** How long a job waits before it is taken up once more: a second at first, twice as long each time, five minutes at most. */
final class GrowingWait {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private GrowingWait() {}

    /** @param attempts how often it was taken up */
    static Duration after(int attempts) {
        int doublings = Math.min(Math.max(attempts - 1, 0), 9);
        Duration wait = SHORTEST.multipliedBy(1L << doublings);
        return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    }

    /** The same, but as long as the provider wants at least. */
    static Duration after(int attempts, Duration atLeast) {
        return atLeast.compareTo(SHORTEST) > 0 ? atLeast : after(attempts);
    }
}
