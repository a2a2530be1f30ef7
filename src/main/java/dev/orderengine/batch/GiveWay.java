package dev.orderengine.batch;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Lets work in the background wait while requests need the machine more, but not for longer than a bound
 * (docs/adr/0006-payments-and-events-give-way.md). Any thread.
 *
 * @param busy whether requests need the machine
 * @param bound how far the work may fall behind; zero lets it never wait
 */
public record GiveWay(BooleanSupplier busy, Duration bound) {

    /**
     * Whether some work waits now.
     *
     * @param behind how long the oldest piece of that work has waited
     */
    public BooleanSupplier whileBehind(Supplier<Duration> behind) {
        return () -> busy.getAsBoolean() && behind.get().compareTo(bound) < 0;
    }
}
