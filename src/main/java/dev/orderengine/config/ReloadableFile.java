package dev.orderengine.config;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration file that is read again while the engine runs. What is in force stays until a new content was read and
 * checked whole. {@link #current()} may be called by any thread; {@link #reload()} reads the file and blocks, so that
 * it belongs on a worker, once a second.
 *
 * @param <T> the immutable value that the file stands for
 */
public final class ReloadableFile<T> {

    private static final Logger LOG = LoggerFactory.getLogger(ReloadableFile.class);
    private static final byte[] UNREADABLE = {};

    /**
     * Turns a content into a value.
     *
     * @param <T> the value
     */
    @FunctionalInterface
    public interface Parser<T> {
        /** @throws IllegalArgumentException with a message for people, when the content has any fault */
        T parse(String file, byte[] content);
    }

    /** What came of a look at the file. */
    public enum Reload {
        /** The content is the one that was seen last, in force or refused. */
        UNCHANGED,
        /** A new content is in force. */
        LOADED,
        /** The new content has a fault, or the file cannot be read; what was in force stays. */
        REFUSED
    }

    private final String name;
    private final Path path;
    private final Parser<T> parser;
    private final MeterRegistry meters;
    private byte[] seen;
    private volatile T current;

    /**
     * Reads the file for the first time.
     *
     * @param name what it is called in metrics: {@code rules}, {@code fx}
     * @throws IllegalArgumentException when it has a fault
     * @throws UncheckedIOException when it cannot be read
     */
    public ReloadableFile(String name, Path path, Parser<T> parser, MeterRegistry meters) {
        this.name = name;
        this.path = path;
        this.parser = parser;
        this.meters = meters;
        // From the start, for nobody sees a counter's first step that begins with it.
        Stream.of(Reload.LOADED, Reload.REFUSED).forEach(this::counter);
        this.seen = read();
        this.current = parser.parse(path.toString(), seen);
    }

    /** The value in force. */
    public T current() {
        return current;
    }

    /** Looks at the file, and puts a new content in force when it has no fault. Each content is reported once. */
    public synchronized Reload reload() {
        byte[] content;
        try {
            content = read();
        } catch (UncheckedIOException e) {
            return refuse(UNREADABLE, e);
        }
        if (Arrays.equals(content, seen)) {
            return Reload.UNCHANGED;
        }
        try {
            current = parser.parse(path.toString(), content);
        } catch (IllegalArgumentException e) {
            return refuse(content, e);
        }
        seen = content;
        LOG.info("{} reloaded from {}", name, path);
        return counted(Reload.LOADED);
    }

    private Reload refuse(byte[] content, RuntimeException reason) {
        if (Arrays.equals(content, seen)) {
            return Reload.UNCHANGED;
        }
        seen = content;
        LOG.error("{} not reloaded, what was in force stays: {}", name, reason.getMessage());
        return counted(Reload.REFUSED);
    }

    private Reload counted(Reload outcome) {
        counter(outcome).increment();
        return outcome;
    }

    private Counter counter(Reload outcome) {
        return meters.counter(
                "engine.config.reloads", "file", name, "outcome", outcome == Reload.LOADED ? "loaded" : "refused");
    }

    private byte[] read() {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e, e);
        }
    }
}
