package dev.orderengine.http;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long a call may take until it is answered: a database that hangs, or is slow at each of several steps, is a 503 within 2 s
 * (specification, section 11).
 */
final class Deadline {

    private static final Duration LIMIT = Duration.ofMillis(1_800);

    private Deadline() {}

    /** What the work brings, or a {@link java.util.concurrent.TimeoutException} when that takes too long; the work goes on then. */
    static <T> Future<T> of(Future<T> work) {
        return work.timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
