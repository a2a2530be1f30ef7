package dev.orderengine.telemetry;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds how often one kind of line is logged, so that a fault of every request does not cost more than the requests. What is left
 * out is told with the next line. Thread-safe.
 */
public final class LogLimit {

    private final RateLimiter limiter;
    private final AtomicLong leftOut = new AtomicLong();

    /** @param linesPerSecond of this kind, at most */
    public LogLimit(int linesPerSecond) {
        limiter = RateLimiter.of(
                "log",
                RateLimiterConfig.custom()
                        .limitForPeriod(linesPerSecond)
                        .limitRefreshPeriod(Duration.ofSeconds(1))
                        .timeoutDuration(Duration.ZERO)
                        .build());
    }

    /** How many lines were left out since the last one, if a line may be logged now. */
    public OptionalLong permit() {
        if (limiter.acquirePermission()) {
            return OptionalLong.of(leftOut.getAndSet(0));
        }
        leftOut.incrementAndGet();
        return OptionalLong.empty();
    }
}
