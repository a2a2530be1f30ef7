package dev.orderengine.figures;

import java.util.List;

/**
 * What was measured for one service level (docs/operations.md) since the process began.
 *
 * @param target of its 95th percentile, in seconds; 0 if there is none
 * @param failures of {@code count}: what counts against the success ratio
 * @param buckets how many took at most how long, cumulative, by ascending bounds
 */
public record Objective(String name, double target, long count, long failures, double seconds, List<Bucket> buckets) {

    /** @param bound in seconds */
    public record Bucket(double bound, long count) {}
}
