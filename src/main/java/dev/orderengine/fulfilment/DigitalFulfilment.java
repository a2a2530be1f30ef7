package dev.orderengine.fulfilment;

import static dev.orderengine.database.Columns.time;

import dev.orderengine.order.CommandStore;
import dev.orderengine.order.Execute;
import dev.orderengine.order.Execution;
import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.Refusal;
import dev.orderengine.telemetry.LogFields;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fulfils paid digital orders, in batches (specification, section 8). The jobs are written by the database with whatever makes an order
 * one. A claim moves the due time, so that nobody else takes the job and a crash delays it only; an order that was fulfilled before a
 * crash has nothing left to fulfil, and its job ends.
 */
public final class DigitalFulfilment {

    private static final Logger LOG = LoggerFactory.getLogger(DigitalFulfilment.class);
    private static final int BATCH = 100;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 7;
    private static final String ACTOR = "fulfilment";

    private static final String CLAIM = """
            UPDATE digital_fulfilments_due d
            SET attempts = d.attempts + 1, next_at = $1::timestamptz + $3::bigint * (1 << least(d.attempts, $4::int)) * interval '1 second'
            WHERE d.order_id IN (
                SELECT order_id FROM digital_fulfilments_due
                WHERE next_at <= $1 ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED)
            RETURNING d.order_id""";

    private static final String FINISH = "DELETE FROM digital_fulfilments_due WHERE order_id = ANY ($1)";

    private final Pool writers;
    private final CommandStore commands;
    private final Clock clock;
    private final Counter fulfilled;
    private final Counter waiting;

    public DigitalFulfilment(Pool writers, CommandStore commands, Clock clock, MeterRegistry metrics) {
        this.writers = writers;
        this.commands = commands;
        this.clock = clock;
        this.fulfilled = Counter.builder("fulfilment.digital.done")
                .description("Digital orders that fulfilled themselves")
                .register(metrics);
        this.waiting = Counter.builder("fulfilment.digital.refused")
                .description("Tries to fulfil a digital order that no location could serve")
                .register(metrics);
    }

    /** Fulfils all orders that are due now; gives their number. */
    public Future<Integer> run() {
        return run(0);
    }

    private Future<Integer> run(int before) {
        return claim(clock.instant()).compose(due -> {
            if (due.isEmpty()) {
                return Future.succeededFuture(before);
            }
            return commands.execute(due.stream().map(DigitalFulfilment::fulfil).toList())
                    .compose(outcomes -> finish(due, outcomes))
                    .compose(done -> due.size() == BATCH ? run(before + done) : Future.succeededFuture(before + done));
        });
    }

    private Future<List<UUID>> claim(Instant now) {
        return writers.preparedQuery(CLAIM)
                .execute(Tuple.of(time(now), (long) BATCH, FIRST_WAIT.toSeconds(), MOST_DOUBLINGS))
                .map(rows -> {
                    List<UUID> due = new ArrayList<>(rows.size());
                    rows.forEach(row -> due.add(row.getUUID("order_id")));
                    return due;
                });
    }

    private static Execute fulfil(UUID orderId) {
        return new Execute(
                orderId,
                ACTOR,
                null,
                null,
                anyVersion -> true,
                new FulfilOrder(FulfillmentChannel.DIGITAL, List.of()),
                null);
    }

    /** Ends the jobs that are done, or that have nothing to do any more; gives the number of orders that were fulfilled. */
    private Future<Integer> finish(List<UUID> due, List<Execution> outcomes) {
        List<UUID> over = new ArrayList<>();
        int done = 0;
        for (int i = 0; i < due.size(); i++) {
            if (outcomes.get(i) instanceof Execution.Refused refused
                    && refused.refusal() instanceof Refusal.Invalid none) {
                waiting.increment();
                LOG.warn(
                        "digital order {} cannot be fulfilled yet: {}",
                        due.get(i),
                        none.faults(),
                        LogFields.order(due.get(i)));
            } else {
                over.add(due.get(i));
                done += outcomes.get(i) instanceof Execution.Done ? 1 : 0;
            }
        }
        fulfilled.increment(done);
        return writers.preparedQuery(FINISH)
                .execute(Tuple.of(over.toArray(UUID[]::new)))
                .map(done);
    }
}
