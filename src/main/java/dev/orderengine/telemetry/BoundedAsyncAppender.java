package dev.orderengine.telemetry;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands log events to a writing thread through a bounded queue and never waits, for event loops log too. From half full on,
 * events below WARN are discarded, so that the other half is left to warnings and errors; these are lost only when a flood of
 * them fills it all. Whatever is lost is counted.
 */
public final class BoundedAsyncAppender extends AsyncAppender {

    private final LongAdder discardedBelowWarn = new LongAdder();
    private final LongAdder lostFromWarn = new LongAdder();

    /** An appender that never blocks. */
    public BoundedAsyncAppender() {
        setNeverBlock(true);
    }

    @Override
    public void start() {
        setDiscardingThreshold(getQueueSize() / 2);
        super.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        boolean important = event.getLevel().isGreaterOrEqual(Level.WARN);
        if (important && getRemainingCapacity() == 0) {
            lostFromWarn.increment();
        } else if (!important && isQueueBelowDiscardingThreshold()) {
            discardedBelowWarn.increment();
        } else {
            super.append(event);
        }
    }

    /** Events below WARN that were not written, since the start. */
    public long discardedBelowWarn() {
        return discardedBelowWarn.sum();
    }

    /** Warnings and errors that were not written, since the start; about, where several threads race for the last place. */
    public long lostFromWarn() {
        return lostFromWarn.sum();
    }
}
