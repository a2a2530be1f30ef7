package dev.orderengine.queue;

import java.time.Duration;

/**
 * How a consumer goes about its work.
 *
 * @param queue name or URL; its dead letters are in the queue of that name with {@code -dlq} behind it
 * @param inFlight messages in hand at once
 * @param polls calls that wait for messages at once
 * @param waiting how long such a call waits, at most 20 s
 * @param visibility how long a message is hidden from the others; extended while it is in hand, and so the time after which the messages
 *     of a consumer that died come again
 * @param receives after which a message that cannot be handled goes to the dead letters
 * @param firstRetry how long a message that could not be handled is left alone; doubles with each time it comes again
 * @param patience how long a handler may take; after it the message is tried again
 * @param drain how long a stop waits for the messages in hand
 */
public record ConsumerSettings(
        String queue,
        int inFlight,
        int polls,
        Duration waiting,
        Duration visibility,
        int receives,
        Duration firstRetry,
        Duration patience,
        Duration drain) {

    private static final Duration LONGEST_RETRY = Duration.ofMinutes(15);

    /** The usual ones. */
    public static ConsumerSettings of(String queue) {
        return new ConsumerSettings(
                queue,
                200,
                2,
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                10,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                Duration.ofSeconds(5));
    }

    /** How long a message is left alone that could not be handled when it came for the n-th time. */
    Duration retryAfter(int receives) {
        Duration wanted = firstRetry.multipliedBy(1L << Math.min(Math.max(receives, 1) - 1, 20));
        return wanted.compareTo(LONGEST_RETRY) < 0 ? wanted : LONGEST_RETRY;
    }
}
