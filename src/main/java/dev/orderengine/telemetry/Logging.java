package dev.orderengine.telemetry;

import ch.qos.logback.classic.LoggerContext;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The logging of the process, which {@code logback.xml} describes. */
public final class Logging {

    private Logging() {}

    /** Sends what libraries log by java.util.logging the same way as all the rest. */
    public static void start() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** Writes what is still queued; the last act of a process. */
    public static void stop() {
        context().stop();
    }

    /** The queues between those who log and those who write. */
    static List<BoundedAsyncAppender> queues() {
        List<BoundedAsyncAppender> queues = new ArrayList<>();
        context().getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders().forEachRemaining(appender -> {
            if (appender instanceof BoundedAsyncAppender queue) {
                queues.add(queue);
            }
        });
        return queues;
    }

    static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
