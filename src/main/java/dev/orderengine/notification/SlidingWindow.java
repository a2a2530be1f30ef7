package dev.orderengine.notification;

import java.time.Duration;

/**
 * Grants at most so much within any window of time, counted by slices of a sixtieth of it. Not thread-safe.
 */
final class SlidingWindow {

    /** One more than a window has: a window that begins within a slice ends within another. */
    static final int SLICES = 61;

    private final int limit;
    private final long sliceMillis;
    private final int[] granted = new int[SLICES];
    private long current;

    SlidingWindow(int limit, Duration window) {
        this.limit = limit;
        this.sliceMillis = sliceMillis(window);
    }

    /** The length of a slice. */
    static long sliceMillis(Duration window) {
        return Math.max(1, window.toMillis() / (SLICES - 1));
    }

    /** Grants what is left of what is wanted. @param nowMillis never less than before */
    int take(int wanted, long nowMillis) {
        moveTo(nowMillis / sliceMillis);
        int used = 0;
        for (int slice : granted) {
            used += slice;
        }
        int now = Math.max(0, Math.min(wanted, limit - used));
        granted[index(current)] += now;
        return now;
    }

    /** Notes what somebody else has granted. */
    void note(int elsewhere, long nowMillis) {
        moveTo(nowMillis / sliceMillis);
        granted[index(current)] += elsewhere;
    }

    private void moveTo(long slice) {
        if (slice - current >= SLICES) {
            java.util.Arrays.fill(granted, 0);
        } else {
            for (long passed = current + 1; passed <= slice; passed++) {
                granted[index(passed)] = 0;
            }
        }
        current = slice;
    }

    private static int index(long slice) {
        return (int) (slice % SLICES);
    }
}
