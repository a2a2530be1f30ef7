package dev.orderengine.order;

import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.database.SqlStates;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out commands in natural micro-batches. A batch that fails as a whole by its own fault is carried out again one by one, so that
 * one poison command does not sink the others. Confined to one event loop.
 */
final class OrderCommands {

    private static final Logger LOG = LoggerFactory.getLogger(OrderCommands.class);
    private static final MicroBatcher.Limits LIMITS = new MicroBatcher.Limits(100, 1, 1_000);

    private final Spans spans;
    private final CommandStore store;
    private final MicroBatcher<Execute, Future<Execution>> batches;
    private final Counter isolated;
    private final long timeoutMillis;
    private final Runnable afterCommit;

    /**
     * @param timeoutMillis after which the outcome of a batch is not waited for any more
     * @param afterCommit told of each batch that did something, in which there may be work for others
     */
    OrderCommands(Spans spans, CommandStore store, long timeoutMillis, MeterRegistry metrics, Runnable afterCommit) {
        this.spans = spans;
        this.store = store;
        this.timeoutMillis = timeoutMillis;
        this.afterCommit = afterCommit;
        this.batches = new MicroBatcher<>("commands", LIMITS, metrics, this::together);
        this.isolated = Counter.builder("commands.isolated")
                .description("Batches that failed as a whole and were carried out one by one")
                .register(metrics);
    }

    /** Fails with {@link dev.orderengine.batch.Overloaded} when too many wait, and with the database's fault. */
    Future<Execution> execute(Execute command) {
        return spans.around(
                "command",
                SpanKind.INTERNAL,
                command.traceparent(),
                span -> span.setAttribute("order_id", command.orderId().toString())
                        .setAttribute("command", command.command().getClass().getSimpleName()),
                own -> batches.submit(command.within(own)).compose(Function.identity()));
    }

    /** Completes when all that was submitted has its outcome. */
    Future<Void> drain() {
        return batches.drain();
    }

    private Future<List<Future<Execution>>> together(List<Execute> commands) {
        Map<Execute, Future<Execution>> outcomes = new IdentityHashMap<>();
        return inTurns(commands, outcomes)
                .map(done -> commands.stream().map(outcomes::get).toList());
    }

    /** One command an order at a time: the next one sees what the one before did. */
    private Future<Void> inTurns(List<Execute> commands, Map<Execute, Future<Execution>> outcomes) {
        if (commands.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Execute> turn = new ArrayList<>();
        List<Execute> later = new ArrayList<>();
        Set<UUID> taken = new HashSet<>();
        commands.forEach(command -> (taken.add(command.orderId()) ? turn : later).add(command));
        return turn(turn)
                .onSuccess(done -> put(turn, done, outcomes))
                .onFailure(fault ->
                        put(commands, Collections.nCopies(commands.size(), Future.failedFuture(fault)), outcomes))
                .transform(turned -> turned.succeeded() ? inTurns(later, outcomes) : Future.succeededFuture());
    }

    private static void put(
            List<Execute> commands, List<Future<Execution>> done, Map<Execute, Future<Execution>> outcomes) {
        for (int i = 0; i < commands.size(); i++) {
            outcomes.put(commands.get(i), done.get(i));
        }
    }

    private Future<List<Future<Execution>>> turn(List<Execute> commands) {
        return Future.succeededFuture(commands)
                .compose(this::stored)
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .map(this::announced)
                .recover(fault -> {
                    if (!isItsOwnFault(fault)) {
                        return Future.failedFuture(fault);
                    }
                    if (commands.size() == 1) {
                        return Future.succeededFuture(List.of(Future.failedFuture(fault)));
                    }
                    LOG.warn("a batch of {} commands failed, carrying them out one by one", commands.size(), fault);
                    isolated.increment();
                    return oneByOne(commands);
                });
    }

    private Future<List<Execution>> stored(List<Execute> commands) {
        return spans.together(
                "execute_commands",
                commands.stream().map(Execute::traceparent).toList(),
                () -> store.execute(commands));
    }

    /** Refused by the database, or a defect in a decision: its neighbours may fare better alone. */
    private static boolean isItsOwnFault(Throwable fault) {
        return SqlStates.isRefusal(fault)
                || fault instanceof IllegalStateException
                || fault instanceof IllegalArgumentException;
    }

    private List<Future<Execution>> announced(List<Execution> executions) {
        if (executions.stream().anyMatch(Execution.Done.class::isInstance)) {
            afterCommit.run();
        }
        return executions.stream().map(Future::succeededFuture).toList();
    }

    private Future<List<Future<Execution>>> oneByOne(List<Execute> commands) {
        List<Future<Execution>> outcomes = new ArrayList<>(commands.size());
        Future<Void> previous = Future.succeededFuture();
        for (Execute command : commands) {
            Future<Execution> outcome =
                    previous.compose(done -> turn(List.of(command))).compose(single -> single.get(0));
            outcomes.add(outcome);
            previous = outcome.otherwiseEmpty().mapEmpty();
        }
        return previous.map(outcomes);
    }
}
