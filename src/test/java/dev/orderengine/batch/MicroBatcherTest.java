package dev.orderengine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Gate gate = new Gate();

    /** Work that is done when the test says so. */
    private static final class Gate {

        private final List<List<Integer>> batches = new ArrayList<>();
        private final List<Promise<List<String>>> promises = new ArrayList<>();

        Future<List<String>> work(List<Integer> batch) {
            Promise<List<String>> promise = Promise.promise();
            batches.add(batch);
            promises.add(promise);
            return promise.future();
        }

        void finish(int batch) {
            promises.get(batch)
                    .complete(batches.get(batch).stream().map(n -> "r" + n).toList());
        }

        void fail(int batch, Throwable fault) {
            promises.get(batch).fail(fault);
        }
    }

    @Test
    void submit_toAnIdleBatcher_isWorkedOnAtOnce() {
        Future<String> result = batcher(10, 1, 10).submit(1);

        assertThat(gate.batches).containsExactly(List.of(1));
        assertThat(result.isComplete()).isFalse();
        gate.finish(0);
        assertThat(result.result()).isEqualTo("r1");
    }

    @Test
    void submit_whileABatchIsAtWork_waitsTogetherForTheNext() {
        MicroBatcher<Integer, String> batcher = batcher(10, 1, 10);
        List<Future<String>> results = submit(batcher, 1, 2, 3, 4);

        assertThat(gate.batches).containsExactly(List.of(1));
        gate.finish(0);

        assertThat(gate.batches).containsExactly(List.of(1), List.of(2, 3, 4));
        gate.finish(1);
        assertThat(results).extracting(Future::result).containsExactly("r1", "r2", "r3", "r4");
    }

    @Test
    void submit_moreThanABatchHolds_makesSeveral() {
        MicroBatcher<Integer, String> batcher = batcher(2, 1, 10);
        submit(batcher, 1, 2, 3, 4, 5, 6);
        IntStream.range(0, 3).forEach(gate::finish);

        assertThat(gate.batches).containsExactly(List.of(1), List.of(2, 3), List.of(4, 5), List.of(6));
    }

    @Test
    void submit_withSeveralBatchesAllowed_startsThemSideBySide() {
        MicroBatcher<Integer, String> batcher = batcher(10, 2, 10);
        submit(batcher, 1, 2, 3, 4);

        assertThat(gate.batches).containsExactly(List.of(1), List.of(2));
        gate.finish(1);
        assertThat(gate.batches).containsExactly(List.of(1), List.of(2), List.of(3, 4));
    }

    @Test
    void submit_toAFullQueue_isOverloadedAndRoomIsFreeAgainLater() {
        MicroBatcher<Integer, String> batcher = batcher(10, 1, 2);
        submit(batcher, 1, 2, 3);

        Future<String> refused = batcher.submit(4);
        gate.finish(0);
        Future<String> taken = batcher.submit(5);

        assertThat(refused.cause()).isInstanceOf(Overloaded.class).hasMessageContaining("test");
        assertThat(taken.isComplete()).isFalse();
        gate.finish(1);
        gate.finish(2);
        assertThat(taken.result()).isEqualTo("r5");
        assertThat(gate.batches).doesNotContain(List.of(4));
    }

    @Test
    void batch_thatFails_failsItsOwnAndNoOther() {
        MicroBatcher<Integer, String> batcher = batcher(2, 1, 10);
        List<Future<String>> results = submit(batcher, 1, 2, 3, 4);
        IllegalStateException fault = new IllegalStateException("poison");
        gate.finish(0);
        gate.fail(1, fault);
        gate.finish(2);

        assertThat(results.get(0).result()).isEqualTo("r1");
        assertThat(results.get(1).cause()).isSameAs(fault);
        assertThat(results.get(2).cause()).isSameAs(fault);
        assertThat(results.get(3).result()).isEqualTo("r4");
    }

    @Test
    void work_thatThrows_failsTheBatchAndGoesOn() {
        MicroBatcher<Integer, String> batcher =
                new MicroBatcher<>("test", new MicroBatcher.Limits(10, 1, 10), metrics, batch -> {
                    throw new IllegalArgumentException("thrown");
                });

        assertThat(batcher.submit(1).cause()).hasMessage("thrown");
        assertThat(batcher.submit(2).cause()).hasMessage("thrown");
        assertThat(batcher.drain().succeeded()).isTrue();
    }

    @Test
    void drain_ofAnIdleBatcher_isDone() {
        assertThat(batcher(1, 1, 1).drain().succeeded()).isTrue();
    }

    @Test
    void drain_waitsForWhatIsQueuedAndAtWork() {
        MicroBatcher<Integer, String> batcher = batcher(1, 1, 10);
        submit(batcher, 1, 2);
        Future<Void> first = batcher.drain();
        Future<Void> second = batcher.drain();

        gate.finish(0);
        assertThat(first.isComplete()).isFalse();
        gate.fail(1, new IllegalStateException("even so"));

        assertThat(first.succeeded()).isTrue();
        assertThat(second.succeeded()).isTrue();
        assertThat(batcher.drain().succeeded()).isTrue();
    }

    @Test
    void metrics_countBatchesAndWhatWaits() {
        MicroBatcher<Integer, String> batcher = batcher(10, 1, 10);
        submit(batcher, 1, 2, 3);

        assertThat(metrics.get("batch.queue.depth").tag("batch", "test").gauge().value())
                .isEqualTo(2);
        gate.finish(0);
        assertThat(metrics.get("batch.queue.depth").gauge().value()).isZero();
        assertThat(metrics.get("batch.size").summary().count()).isEqualTo(2);
        assertThat(metrics.get("batch.size").summary().totalAmount()).isEqualTo(3);
    }

    /** Whatever the limits and the order in which batches end: nothing is lost, doubled, mixed up, or over a limit. */
    @Property(tries = 300)
    void submit_anything_givesEachItsOwnResultWithinTheLimits(
            @ForAll @IntRange(min = 1, max = 7) int maxBatch,
            @ForAll @IntRange(min = 1, max = 3) int maxInFlight,
            @ForAll @IntRange(min = 1, max = 12) int maxQueue,
            @ForAll @Size(max = 80) List<@IntRange(min = 0, max = 9) Integer> script) {
        Gate work = new Gate();
        List<Integer> atWork = new ArrayList<>();
        MicroBatcher<Integer, String> batcher = new MicroBatcher<>(
                "test", new MicroBatcher.Limits(maxBatch, maxInFlight, maxQueue), new SimpleMeterRegistry(), batch -> {
                    atWork.add(work.batches.size());
                    assertThat(batch).hasSizeBetween(1, maxBatch);
                    assertThat(atWork).hasSizeLessThanOrEqualTo(maxInFlight);
                    return work.work(batch);
                });
        List<Future<String>> results = new ArrayList<>();
        for (int step : script) {
            if (step < 6) {
                results.add(batcher.submit(results.size()));
            } else if (!atWork.isEmpty()) {
                work.finish(atWork.remove(step % atWork.size()));
            }
        }
        Future<Void> drained = batcher.drain();
        while (!atWork.isEmpty()) {
            work.finish(atWork.remove(0));
        }

        assertThat(drained.succeeded()).isTrue();
        List<Integer> worked = work.batches.stream().flatMap(List::stream).toList();
        assertThat(worked).isSorted().doesNotHaveDuplicates();
        for (int i = 0; i < results.size(); i++) {
            if (worked.contains(i)) {
                assertThat(results.get(i).result()).isEqualTo("r" + i);
            } else {
                assertThat(results.get(i).cause()).isInstanceOf(Overloaded.class);
            }
        }
    }

    private MicroBatcher<Integer, String> batcher(int maxBatch, int maxInFlight, int maxQueue) {
        return new MicroBatcher<>(
                "test", new MicroBatcher.Limits(maxBatch, maxInFlight, maxQueue), metrics, gate::work);
    }

    private static List<Future<String>> submit(MicroBatcher<Integer, String> batcher, int... elements) {
        return IntStream.of(elements).mapToObj(batcher::submit).toList();
    }
}
