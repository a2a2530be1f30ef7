package dev.orderengine.crowd;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Latencies of calls, in milliseconds. */
record Latency(double p50, double p95, double most) {

    static Latency of(double[] millis) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        return new Latency(sorted[last / 2], sorted[last * 95 / 100], sorted[last]);
    }

    Map<String, Object> figures() {
        return new TreeMap<>(Map.of("p50_ms", p50, "p95_ms", p95, "most_ms", most));
    }
}
