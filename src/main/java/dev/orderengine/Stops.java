package dev.orderengine;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be stopped, from the last that came up to the first. */
final class Stops {

    private static final Logger LOG = LoggerFactory.getLogger(Stops.class);

    private final Deque<Supplier<Future<?>>> stops = new ArrayDeque<>();

    /** Adds what stops a part that came up. */
    synchronized void add(Supplier<Future<?>> stop) {
        stops.push(stop);
    }

    /** Stops one after the other; one that fails does not keep the others from stopping. Never fails. */
    Future<Void> run() {
        Supplier<Future<?>> next = next();
        return next == null
                ? Future.succeededFuture()
                : next.get()
                        .onFailure(fault -> LOG.warn("a part did not stop in order", fault))
                        .transform(stopped -> run());
    }

    private synchronized Supplier<Future<?>> next() {
        return stops.poll();
    }
}
