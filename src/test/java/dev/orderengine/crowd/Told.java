package dev.orderengine.crowd;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Who was told of what, and when. Any thread. */
final class Told {

    private final Map<String, AtomicInteger> byEvent = new ConcurrentHashMap<>();
    private volatile long last;

    /** One watcher was told of one event. */
    void of(String event) {
        byEvent.computeIfAbsent(event, first -> new AtomicInteger()).incrementAndGet();
        last = System.nanoTime();
    }

    /** How many were told of an event. */
    int times(String event) {
        AtomicInteger times = byEvent.get(event);
        return times == null ? 0 : times.get();
    }

    /** When somebody was told of anything for the last time, as {@link System#nanoTime()}. */
    long last() {
        return last;
    }

    /** The name of an event of an order. */
    static String event(String orderId, long sequence) {
        return orderId + "/" + sequence;
    }
}
