package dev.orderengine.batch;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Natural micro-batches: a batch is everything that arrived while the ones before it were at work. There is no timer:
 * an idle batcher works at once, a busy one hands over hundreds together.
 *
 * <p>Confined to one context: submit and complete on the same event loop. Metrics: {@code batch_size} and
 * {@code batch_queue_depth}, tagged with the name.
 *
 * @param <Q> a piece of work
 * @param <R> its result
 */
public final class MicroBatcher<Q, R> {

    private final String name;
    private final int maxBatch;
    private final int maxInFlight;
    private final int maxQueue;
    private final Function<List<Q>, Future<List<R>>> work;
    private final DistributionSummary sizes;
    private final ArrayDeque<Waiting<Q, R>> queue = new ArrayDeque<>();
    private volatile int queued;
    private int inFlight;
    private Promise<Void> drained;

    /**
     * @param name of the queue, in metrics and errors
     * @param limits how much at once
     * @param work takes a batch and gives one result for each element, in order; a failed future fails the whole batch
     */
    public MicroBatcher(String name, Limits limits, MeterRegistry metrics, Function<List<Q>, Future<List<R>>> work) {
        this.name = name;
        this.maxBatch = limits.maxBatch();
        this.maxInFlight = limits.maxInFlight();
        this.maxQueue = limits.maxQueue();
        this.work = work;
        this.sizes = DistributionSummary.builder("batch.size")
                .description("Elements worked on together")
                .tag("batch", name)
                .serviceLevelObjectives(1, 2, 5, 10, 20, 50, 100, 200, 500)
                .register(metrics);
        Gauge.builder("batch.queue.depth", this, batcher -> batcher.queued)
                .description("Elements that wait for the next batch")
                .tag("batch", name)
                .register(metrics);
    }

    /**
     * Bounds of a batcher.
     *
     * @param maxBatch elements in one batch
     * @param maxInFlight batches at work at once
     * @param maxQueue elements waiting; beyond it {@link Overloaded}
     */
    public record Limits(int maxBatch, int maxInFlight, int maxQueue) {}

    /** Queues one piece of work; fails with {@link Overloaded} when the queue is full. */
    public Future<R> submit(Q element) {
        if (queue.size() >= maxQueue) {
            return Future.failedFuture(new Overloaded(name));
        }
        Promise<R> promise = Promise.promise();
        queue.add(new Waiting<>(element, promise));
        startBatches();
        return promise.future();
    }

    /** Completes when nothing is queued or at work any more. What is queued is worked on first. */
    public Future<Void> drain() {
        if (inFlight == 0 && queue.isEmpty()) {
            return Future.succeededFuture();
        }
        if (drained == null) {
            drained = Promise.promise();
        }
        return drained.future();
    }

    private void startBatches() {
        while (inFlight < maxInFlight && !queue.isEmpty()) {
            start(take());
        }
        queued = queue.size();
    }

    private List<Waiting<Q, R>> take() {
        List<Waiting<Q, R>> batch = new ArrayList<>(Math.min(maxBatch, queue.size()));
        while (batch.size() < maxBatch && !queue.isEmpty()) {
            batch.add(queue.poll());
        }
        return batch;
    }

    private void start(List<Waiting<Q, R>> batch) {
        inFlight++;
        sizes.record(batch.size());
        List<Q> elements = batch.stream().map(Waiting::element).toList();
        Future.succeededFuture(elements)
                .compose(work)
                .onComplete(
                        results -> finish(batch, results),
                        fault -> batch.forEach(waiting -> waiting.promise.fail(fault)))
                .onComplete(done -> next());
    }

    private void finish(List<Waiting<Q, R>> batch, List<R> results) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).promise.complete(results.get(i));
        }
    }

    private void next() {
        inFlight--;
        startBatches();
        if (drained != null && inFlight == 0 && queue.isEmpty()) {
            drained.complete();
            drained = null;
        }
    }

    private record Waiting<Q, R>(Q element, Promise<R> promise) {}
}
