package dev.orderengine.http;

import io.vertx.core.Future;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Places the orders of one batch: many at once, so that they share the micro-batches of placement, but not all, so that they do not
 * fill its queue. Orders with the same key go one after the other. What is away for one order is away for those after it: they are
 * not tried. Confined to the request's event loop.
 */
final class BatchPlacement {

    private static final int AT_ONCE = 128;

    private final List<BatchEntry> entries;
    private final Function<BatchEntry.Readable, Future<OrderIntake.Outcome>> intake;
    private final Function<Throwable, Problem> problems;
    private final BatchResult[] results;
    private final Map<String, Future<?>> lastOfKey = new HashMap<>();
    private Problem outage;
    private int next;

    /**
     * @param intake places one order
     * @param problems what a failure means to the caller
     */
    BatchPlacement(
            List<BatchEntry> entries,
            Function<BatchEntry.Readable, Future<OrderIntake.Outcome>> intake,
            Function<Throwable, Problem> problems) {
        this.entries = entries;
        this.intake = intake;
        this.problems = problems;
        this.results = new BatchResult[entries.size()];
    }

    /** One result for each order, in their order; never fails. */
    Future<List<BatchResult>> run() {
        List<Future<Void>> lanes = Stream.generate(this::lane)
                .limit(Math.min(AT_ONCE, entries.size()))
                .toList();
        return Future.join(lanes).map(done -> Arrays.asList(results));
    }

    /** Takes the next order that needs placing, and when it is done the next one. */
    private Future<Void> lane() {
        while (next < entries.size()) {
            int at = next++;
            BatchEntry entry = entries.get(at);
            if (entry instanceof BatchEntry.Readable readable && outage == null) {
                return place(readable).onSuccess(result -> settle(at, result)).compose(done -> lane());
            }
            results[at] = withoutPlacing(entry);
        }
        return Future.succeededFuture();
    }

    private BatchResult withoutPlacing(BatchEntry entry) {
        if (entry instanceof BatchEntry.Faulty faulty) {
            return BatchResult.of(faulty.key(), OrderIntake.Outcome.Refused.of(faulty.faults()));
        }
        return entry instanceof BatchEntry.Broken broken
                ? BatchResult.of(null, broken.problem())
                : BatchResult.of(entry.key(), outage);
    }

    private Future<BatchResult> place(BatchEntry.Readable entry) {
        Future<OrderIntake.Outcome> placed =
                lastOfKey.getOrDefault(entry.key(), Future.succeededFuture()).transform(before -> take(entry));
        lastOfKey.put(entry.key(), placed);
        return placed.map(outcome -> BatchResult.of(entry.key(), outcome))
                .otherwise(failure -> BatchResult.of(entry.key(), problems.apply(failure)));
    }

    private Future<OrderIntake.Outcome> take(BatchEntry.Readable entry) {
        return outage == null ? intake.apply(entry) : Future.failedFuture(new ProblemException(outage));
    }

    private void settle(int at, BatchResult result) {
        results[at] = result;
        if (result.isUnavailable()) {
            outage = result.problem();
        }
    }
}
