package dev.orderengine.limit;

/**
 * How many requests are allowed.
 *
 * @param perSecond that come back to an empty bucket
 * @param burst that a full one has
 */
public record Limit(double perSecond, int burst) {

    /** How long an empty bucket takes to be full, in seconds, rounded up. */
    public long window() {
        return secondsFor(burst);
    }

    /** How long so many requests take to come back, in seconds, rounded up. */
    long secondsFor(long requests) {
        return (long) Math.ceil(requests / perSecond);
    }

    /** The largest portion that an engine takes out at once: a tenth of a second's, and little of what others may need. */
    int portion() {
        return (int) Math.max(1, Math.min(burst / 8, perSecond / 10));
    }
}
