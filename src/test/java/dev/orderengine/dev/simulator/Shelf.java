package dev.orderengine.dev.simulator;

import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * Objects of one kind by id and by time of creation. Written on the event loop, read from any thread.
 *
 * @param <T> an immutable record
 */
final class Shelf<T> {

    /** A key is the second of creation and, below it, a counter: 16 million objects per second. */
    private static final int COUNTER_BITS = 24;

    private final String prefix;
    private final Map<String, T> byId = new ConcurrentHashMap<>();
    private final ConcurrentNavigableMap<Long, String> newestFirst =
            new ConcurrentSkipListMap<>((a, b) -> Long.compare(b, a));
    /** Ids of one run never meet those of another: an engine's database may outlive the simulator. */
    private final String run = Integer.toString(new SplittableRandom().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36);

    private long lastKey;

    Shelf(String prefix) {
        this.prefix = prefix;
    }

    /** A new id; its time is not before that of the id made last. */
    String newId(long createdSeconds) {
        lastKey = Math.max(lastKey + 1, createdSeconds << COUNTER_BITS);
        var id = prefix + "_3S" + run + Long.toString(lastKey, 36);
        newestFirst.put(lastKey, id);
        return id;
    }

    void put(String id, T value) {
        byId.put(id, value);
    }

    Optional<T> get(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** All objects, in no order. */
    Stream<T> all() {
        return byId.values().stream();
    }

    /**
     * Objects from the newest to the oldest.
     *
     * @param createdFrom Unix second, inclusive
     * @param createdTo Unix second, inclusive
     * @param startingAfter an id to go on after
     */
    Stream<T> newestFirst(long createdFrom, long createdTo, Optional<String> startingAfter) {
        var oldest = createdFrom << COUNTER_BITS;
        var newest = ((createdTo + 1) << COUNTER_BITS) - 1;
        var start = startingAfter
                .map(this::keyOf)
                .map(key -> Math.min(key - 1, newest))
                .orElse(newest);
        return newestFirst.tailMap(start, true).entrySet().stream()
                .takeWhile(entry -> entry.getKey() >= oldest)
                .flatMap(entry -> get(entry.getValue()).stream());
    }

    private long keyOf(String id) {
        return Long.parseLong(id.substring(prefix.length() + 3 + run.length()), 36);
    }
}
