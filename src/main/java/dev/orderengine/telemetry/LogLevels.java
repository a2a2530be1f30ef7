package dev.orderengine.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Levels of this process's loggers that were changed while it runs. Each goes back by itself, so that nobody forgets a verbose one.
 * Any thread.
 */
public final class LogLevels {

    private final Vertx vertx;
    private final Clock clock;
    private final Map<String, Change> changes = new TreeMap<>();

    public LogLevels(Vertx vertx, Clock clock) {
        this.vertx = vertx;
        this.clock = clock;
    }

    /**
     * A changed level.
     *
     * @param until when it goes back to what it was
     */
    public record Changed(String logger, String level, Instant until) {}

    private record Change(Changed changed, Level before, long timer) {}

    /** Those that are in force, by logger. */
    public synchronized List<Changed> list() {
        return changes.values().stream().map(Change::changed).toList();
    }

    /**
     * Changes a logger's level, and that of those below it that have none of their own. A further change replaces the one in force.
     *
     * @param level as Logback has it, such as DEBUG
     */
    public synchronized Changed set(String name, String level, Duration lasting) {
        Logger logger = Logging.context().getLogger(name);
        Change earlier = changes.get(name);
        if (earlier != null) {
            vertx.cancelTimer(earlier.timer());
        }
        Level before = earlier == null ? logger.getLevel() : earlier.before();
        Changed changed = new Changed(name, level, clock.instant().plus(lasting));
        logger.setLevel(Level.valueOf(level));
        long timer = vertx.setTimer(lasting.toMillis(), over -> restore(changed));
        changes.put(name, new Change(changed, before, timer));
        return changed;
    }

    /** Takes all back. */
    public synchronized void restore() {
        list().forEach(this::restore);
    }

    private synchronized void restore(Changed over) {
        Change change = changes.get(over.logger());
        if (change != null && change.changed().equals(over)) {
            vertx.cancelTimer(change.timer());
            Logging.context().getLogger(over.logger()).setLevel(change.before());
            changes.remove(over.logger());
        }
    }
}
