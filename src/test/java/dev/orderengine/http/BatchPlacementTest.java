package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.order.Fault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BatchPlacementTest {

    private static final OrderIntake.Outcome DONE = new OrderIntake.Outcome.Accepted(null);
    private static final Problem AWAY = Problem.unavailable("overloaded", "full", Duration.ofSeconds(1));
    private static final Problem POISON = Problem.internal();

    private final Map<String, Promise<OrderIntake.Outcome>> asked = new LinkedHashMap<>();
    private final List<String> order = new ArrayList<>();

    @Test
    void run_ofManyOrders_hasSoManyUnderWayAndTakesTheNextAsOneIsDone() {
        Future<List<BatchResult>> results = run(keys(300));

        assertThat(asked).hasSize(128).containsKey("k-127");
        answer("k-100", DONE);
        assertThat(order).hasSize(129).endsWith("k-128");
        while (!asked.isEmpty()) {
            answer(asked.keySet().iterator().next(), DONE);
        }
        assertThat(results.result()).extracting(BatchResult::key).isEqualTo(keys(300));
        assertThat(results.result()).extracting(BatchResult::outcome).containsOnly(DONE);
    }

    @Test
    void run_ofOrdersThatAreNone_placesTheOthersOnly() {
        Fault fault = new Fault("/items", "required", "is required");
        Problem broken = Problem.malformed("no JSON");
        Future<List<BatchResult>> results = runEntries(
                List.of(new BatchEntry.Broken(broken), readable("k"), new BatchEntry.Faulty("f", List.of(fault))));

        answer("k", DONE);

        assertThat(results.result())
                .containsExactly(
                        new BatchResult(null, null, broken),
                        new BatchResult("k", DONE, null),
                        new BatchResult("f", OrderIntake.Outcome.Refused.of(List.of(fault)), null));
    }

    @Test
    void run_ofNothingButBrokenOrders_isDoneAtOnce() {
        Future<List<BatchResult>> results =
                runEntries(Stream.generate(() -> (BatchEntry) new BatchEntry.Broken(Problem.malformed("no JSON")))
                        .limit(500)
                        .toList());

        assertThat(results.result()).hasSize(500);
    }

    @Test
    void run_whenSomethingIsAway_doesNotTryTheRest() {
        Future<List<BatchResult>> results = run(keys(500));

        fail("k-3", AWAY);
        assertThat(order).as("no order is tried after it").hasSize(128);
        List.copyOf(asked.keySet()).forEach(key -> answer(key, DONE));

        assertThat(results.result().subList(128, 500))
                .extracting(BatchResult::problem)
                .containsOnly(AWAY);
        assertThat(results.result().subList(0, 128))
                .extracting(BatchResult::outcome)
                .filteredOn(DONE::equals)
                .hasSize(127);
    }

    @Test
    void run_whenOneOrderFails_placesTheRest() {
        Future<List<BatchResult>> results = run(keys(200));

        fail("k-3", POISON);
        while (!asked.isEmpty()) {
            answer(asked.keySet().iterator().next(), DONE);
        }

        assertThat(results.result().get(3).problem()).isEqualTo(POISON);
        assertThat(results.result())
                .extracting(BatchResult::outcome)
                .filteredOn(DONE::equals)
                .hasSize(199);
    }

    @Test
    void run_ofOrdersWithOneKey_takesOneAfterTheOther() {
        Future<List<BatchResult>> results = run(List.of("same", "other", "same", "same"));

        assertThat(order).containsExactly("same", "other");
        answer("same", new OrderIntake.Outcome.Refused(List.of(), null, List.of()));
        assertThat(order).containsExactly("same", "other", "same");
        answer("same", DONE);
        answer("same", new OrderIntake.Outcome.KeyReused());
        answer("other", DONE);

        assertThat(results.result()).extracting(BatchResult::outcome).contains(DONE, DONE);
        assertThat(results.result().get(3).problem().code()).isEqualTo("idempotency_key_reused");
    }

    @Test
    void run_ofOrdersWithOneKey_whenSomethingIsAway_triesTheFirstOnly() {
        Future<List<BatchResult>> results = run(List.of("same", "same", "same"));

        fail("same", AWAY);

        assertThat(order).containsExactly("same");
        assertThat(results.result()).extracting(BatchResult::problem).containsOnly(AWAY);
    }

    private void answer(String key, OrderIntake.Outcome outcome) {
        asked.remove(key).complete(outcome);
    }

    private void fail(String key, Problem problem) {
        asked.remove(key).fail(new ProblemException(problem));
    }

    private Future<List<BatchResult>> run(List<String> keys) {
        return runEntries(keys.stream().map(BatchPlacementTest::readable).toList());
    }

    private Future<List<BatchResult>> runEntries(List<BatchEntry> entries) {
        return new BatchPlacement(entries, this::ask, failure -> ((ProblemException) failure).problem()).run();
    }

    private Future<OrderIntake.Outcome> ask(BatchEntry.Readable entry) {
        Promise<OrderIntake.Outcome> answer = Promise.promise();
        order.add(entry.key());
        asked.put(entry.key(), answer);
        return answer.future();
    }

    private static BatchEntry readable(String key) {
        return new BatchEntry.Readable(key, Buffer.buffer(key), null);
    }

    private static List<String> keys(int number) {
        return IntStream.range(0, number).mapToObj(i -> "k-" + i).toList();
    }
}
