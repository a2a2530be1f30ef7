package dev.orderengine.limit;

import java.time.Duration;

/**
 * Whether a request is allowed.
 *
 * @param remaining how many more are allowed now, as far as this engine knows
 * @param full until all are, rounded up
 * @param retryAfter until the next is; zero if this one is
 */
public record Verdict(boolean allowed, long remaining, Duration full, Duration retryAfter) {}
