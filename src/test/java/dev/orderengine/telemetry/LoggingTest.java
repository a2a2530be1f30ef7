package dev.orderengine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.bridge.SLF4JBridgeHandler;

@Isolated("adds to the root logger")
class LoggingTest {

    private final Logger root = Logging.context().getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private final BoundedAsyncAppender queue = new BoundedAsyncAppender();

    @BeforeEach
    void listen() {
        written.start();
        queue.setContext(Logging.context());
        queue.addAppender(written);
        queue.setQueueSize(2);
        queue.start();
        root.addAppender(queue);
    }

    @AfterEach
    void restore() throws Exception {
        root.detachAppender(queue);
        queue.stop();
        SLF4JBridgeHandler.uninstall();
        LogManager.getLogManager().readConfiguration();
    }

    @Test
    void start_libraryLogsByJavaUtilLogging_isHeard() {
        Logging.start();

        java.util.logging.Logger.getLogger("org.library").severe("export failed");

        queue.stop();
        assertThat(written.list).extracting(ILoggingEvent::getMessage).contains("export failed");
    }

    @Test
    void metrics_lostEvents_areCounted() {
        queue.stop();
        try (Metrics metrics = new Metrics()) {
            assertThat(Logging.queues()).containsOnlyOnce(queue);
            assertThat(metrics.scrape(Metrics.CONTENT_TYPE))
                    .contains("log_events_lost_total{level=\"below_warn\"} 0.0")
                    .contains("log_events_lost_total{level=\"warn_or_error\"} 0.0");
        }
    }
}
