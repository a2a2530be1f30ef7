package dev.orderengine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class BoundedAsyncAppenderTest {

    private static final int QUEUE = 10;

    private final CountDownLatch stdoutAccepts = new CountDownLatch(1);
    private final Queue<String> written = new ConcurrentLinkedQueue<>();
    private final LoggerContext context = new LoggerContext();
    private final BoundedAsyncAppender appender = new BoundedAsyncAppender();

    @BeforeEach
    void start() {
        context.setMDCAdapter(new ch.qos.logback.classic.util.LogbackMDCAdapter());
        AppenderBase<ILoggingEvent> stuck = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                try {
                    stdoutAccepts.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                written.add(event.getLevel() + " " + event.getMessage());
            }
        };
        stuck.setContext(context);
        stuck.start();
        appender.setContext(context);
        appender.setQueueSize(QUEUE);
        appender.addAppender(stuck);
        appender.start();
    }

    @AfterEach
    void stop() {
        stdoutAccepts.countDown();
        appender.stop();
    }

    @Test
    void append_outputIsStuck_discardsBelowWarnFromHalfFullAndKeepsWarningsUntilFull() {
        occupyTheWriter();

        log(Level.INFO, 20);
        log(Level.WARN, 3);
        long afterWarnings = appender.lostFromWarn();
        log(Level.ERROR, 20);

        assertThat(afterWarnings).isZero();
        // The queue takes infos while at least half of it is free: 6 of 20.
        assertThat(appender.discardedBelowWarn()).isEqualTo(14);
        assertThat(appender.lostFromWarn()).isEqualTo(19);

        stdoutAccepts.countDown();
        await().until(() -> written.size() == 1 + QUEUE);
        assertThat(written).contains("WARN 2", "ERROR 0").doesNotContain("ERROR 1");
    }

    @Test
    void append_outputKeepsUp_losesNothing() {
        stdoutAccepts.countDown();

        log(Level.INFO, 5);

        await().until(() -> written.size() == 5);
        assertThat(Map.of("low", appender.discardedBelowWarn(), "high", appender.lostFromWarn()))
                .isEqualTo(Map.of("low", 0L, "high", 0L));
    }

    /** The first event is with the writer, no longer in the queue. */
    private void occupyTheWriter() {
        log(Level.WARN, 1);
        await().until(() -> appender.getNumberOfElementsInQueue() == 0);
    }

    private void log(Level level, int count) {
        for (int number = 0; number < count; number++) {
            appender.doAppend(
                    new LoggingEvent("", context.getLogger("test"), level, String.valueOf(number), null, null));
        }
    }
}
