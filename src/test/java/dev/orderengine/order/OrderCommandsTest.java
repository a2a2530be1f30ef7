package dev.orderengine.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OrderCommandsTest {

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicInteger announced = new AtomicInteger();
    private final List<List<String>> calls = new ArrayList<>();
    private final Promise<List<Execution>> first = Promise.promise();

    private record Named(String name) implements OrderCommand {}

    @Test
    void execute_whatArrivesTogether_isCarriedOutTogether() {
        OrderCommands commands = commands(OrderCommandsTest::done);

        List<Future<Execution>> outcomes = execute(commands, "a", "b", "c");

        assertThat(calls).containsExactly(List.of("a"), List.of("b", "c"));
        assertThat(outcomes).allMatch(outcome -> outcome.result() instanceof Execution.Done);
        assertThat(announced).hasValue(2);
    }

    @Test
    void execute_severalOnOneOrder_areCarriedOutOneAfterTheOther() {
        OrderCommands commands = commands(OrderCommandsTest::done);

        List<Future<Execution>> outcomes = execute(commands, "a", "b", "c", "b", "b", "c");

        assertThat(calls).containsExactly(List.of("a"), List.of("b", "c"), List.of("b", "c"), List.of("b"));
        assertThat(outcomes).allMatch(outcome -> outcome.result() instanceof Execution.Done);
    }

    @Test
    void execute_aCommandThatTheDatabaseRefuses_failsAloneAndNothingIsDoneTwice() {
        PgException poison = new PgException("bad", "ERROR", "23514", "detail");
        OrderCommands commands =
                commands(turn -> names(turn).contains("poison") ? Future.failedFuture(poison) : done(turn));

        List<Future<Execution>> outcomes = execute(commands, "a", "b", "poison", "b", "poison");

        assertThat(calls)
                .containsExactly(
                        List.of("a"),
                        List.of("b", "poison"),
                        List.of("b"),
                        List.of("poison"),
                        List.of("b", "poison"),
                        List.of("b"),
                        List.of("poison"));
        assertThat(outcomes.get(1).result()).isInstanceOf(Execution.Done.class);
        assertThat(outcomes.get(2).cause()).isSameAs(poison);
        assertThat(outcomes.get(3).result()).isInstanceOf(Execution.Done.class);
        assertThat(outcomes.get(4).cause()).isSameAs(poison);
        assertThat(metrics.get("commands.isolated").counter().count()).isEqualTo(2);
    }

    @Test
    void execute_aDefectInADecision_failsAlone() {
        OrderCommands commands = commands(turn -> {
            if (names(turn).contains("poison")) {
                throw new IllegalStateException("a move that the table lacks");
            }
            return done(turn);
        });

        List<Future<Execution>> outcomes = execute(commands, "a", "b", "poison");

        assertThat(outcomes.get(1).result()).isInstanceOf(Execution.Done.class);
        assertThat(outcomes.get(2).cause()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void execute_whileTheDatabaseIsAway_failsAllWithoutAskingAgain() {
        IOException lost = new IOException("connection lost");
        OrderCommands commands = commands(turn -> Future.failedFuture(lost));

        List<Future<Execution>> outcomes = execute(commands, "a", "b", "c", "b");

        assertThat(calls).hasSize(2);
        assertThat(outcomes.subList(1, 4)).allMatch(outcome -> outcome.cause() == lost);
    }

    @Test
    void execute_thatTakesTooLong_isNotWaitedFor() {
        OrderCommands commands = new OrderCommands(
                Spans.off(),
                turn -> Promise.<List<Execution>>promise().future(),
                20,
                metrics,
                announced::incrementAndGet);

        Future<Execution> outcome = commands.execute(command("a"));

        await().until(outcome::failed);
        assertThat(outcome.cause()).isInstanceOf(TimeoutException.class);
        assertThat(announced).hasValue(0);
    }

    /** The first batch is answered once the others wait. */
    private List<Future<Execution>> execute(OrderCommands commands, String... names) {
        List<Future<Execution>> outcomes =
                Stream.of(names).map(name -> commands.execute(command(name))).toList();
        first.complete(List.of(new Execution.Done(200, 2, "{}", false)));
        return outcomes;
    }

    private OrderCommands commands(Function<List<Execute>, Future<List<Execution>>> script) {
        CommandStore store = turn -> {
            calls.add(names(turn));
            return calls.size() == 1 ? first.future() : script.apply(turn);
        };
        return new OrderCommands(Spans.off(), store, 60_000, metrics, announced::incrementAndGet);
    }

    private static Future<List<Execution>> done(List<Execute> turn) {
        return Future.succeededFuture(turn.stream()
                .<Execution>map(command -> new Execution.Done(200, 2, "{}", false))
                .toList());
    }

    private static List<String> names(List<Execute> turn) {
        return turn.stream().map(command -> ((Named) command.command()).name()).toList();
    }

    private static Execute command(String name) {
        return new Execute(
                UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                "c-1",
                null,
                null,
                version -> true,
                new Named(name),
                null);
    }
}
