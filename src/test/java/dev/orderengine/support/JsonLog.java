package dev.orderengine.support;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.telemetry.BoundedAsyncAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What the engine in this JVM logs from DEBUG on while this is open, in the form that production's {@code logback.xml} gives it. */
public final class JsonLog implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Logger engine = (Logger) LoggerFactory.getLogger("dev.orderengine");
    private final Level before = engine.getLevel();
    private final LoggerContext production = new LoggerContext();
    private final Queue<JsonNode> lines = new ConcurrentLinkedQueue<>();
    private final Keeping keeping = new Keeping(encoder());

    public JsonLog() {
        keeping.setContext(engine.getLoggerContext());
        keeping.start();
        engine.addAppender(keeping);
        engine.setLevel(Level.DEBUG);
        engine.setAdditive(false);
    }

    /** What was logged so far. */
    public List<JsonNode> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        engine.setAdditive(true);
        engine.setLevel(before);
        engine.detachAppender(keeping);
        production.stop();
    }

    private Encoder<ILoggingEvent> encoder() {
        try {
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(production);
            configurator.doConfigure(JsonLog.class.getResource("/logback.xml"));
        } catch (JoranException e) {
            throw new IllegalStateException(e);
        }
        BoundedAsyncAppender queue = (BoundedAsyncAppender)
                production.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("QUEUE");
        return ((ConsoleAppender<ILoggingEvent>) queue.getAppender("STDOUT")).getEncoder();
    }

    private final class Keeping extends UnsynchronizedAppenderBase<ILoggingEvent> {

        private final Encoder<ILoggingEvent> encoder;

        Keeping(Encoder<ILoggingEvent> encoder) {
            this.encoder = encoder;
        }

        @Override
        protected void append(ILoggingEvent event) {
            try {
                lines.add(JSON.readTree(encoder.encode(event)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
