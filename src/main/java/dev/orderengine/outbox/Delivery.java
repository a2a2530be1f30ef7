package dev.orderengine.outbox;

import dev.orderengine.outbox.OutboxStore.Refusal;
import dev.orderengine.outbox.PublishResult.Refused;
import dev.orderengine.outbox.PublishResult.Sent;
import dev.orderengine.outbox.PublishResult.Unanswered;
import dev.orderengine.telemetry.LogFields;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one batch of one shard, in one transaction that holds the shard's lock. The transaction neither writes nor holds
 * a snapshot while the queue is asked, so that it keeps no vacuum waiting. Confined to the context of its relay.
 */
final class Delivery {

    /** How a batch ended, the more urgent the later. */
    enum Outcome {
        /** All that was due is dealt with. */
        DONE,
        /** Another relay has the shard. */
        BUSY,
        /** The batch was full: there may be more. */
        MORE,
        /** The queue did not answer. */
        AWAY
    }

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final Pool pool;
    private final OutboxStore store;
    private final EventPublisher publisher;
    private final RelaySettings settings;
    private final Counter sent;
    private final Counter refused;
    private final Counter setAside;
    private final Counter unanswered;
    private final Timer publishing;
    private final DistributionSummary batches;
    private boolean queueAway;

    Delivery(Pool pool, OutboxStore store, EventPublisher publisher, RelaySettings settings, MeterRegistry metrics) {
        this.pool = pool;
        this.store = store;
        this.publisher = publisher;
        this.settings = settings;
        this.sent = Counter.builder("outbox.sent")
                .description("Events that the queue confirmed")
                .register(metrics);
        this.refused = Counter.builder("outbox.refused")
                .description("Refusals of single events, each tried again until it is set aside")
                .register(metrics);
        this.setAside = Counter.builder("outbox.events.set.aside")
                .description("Events set aside after too many refusals")
                .register(metrics);
        this.unanswered = Counter.builder("outbox.unanswered")
                .description("Events that the queue did not answer for, each tried again")
                .register(metrics);
        this.publishing = Timer.builder("outbox.publish")
                .description("Time to publish one batch")
                .register(metrics);
        this.batches = DistributionSummary.builder("outbox.batch.size")
                .description("Events published together")
                .serviceLevelObjectives(1, 2, 5, 10, 20, 50, 100, 200, 500)
                .register(metrics);
    }

    /** Delivers the next batch of the shard; fails if the database does. */
    Future<Outcome> deliver(int shard) {
        return pool.withTransaction(transaction -> store.claim(transaction, shard)
                .compose(claimed ->
                        claimed ? deliverClaimed(transaction, shard) : Future.succeededFuture(Outcome.BUSY)));
    }

    private Future<Outcome> deliverClaimed(SqlConnection transaction, int shard) {
        return store.due(transaction, shard, settings.batch())
                .compose(events -> events.isEmpty()
                        ? Future.succeededFuture(Outcome.DONE)
                        : publish(events).compose(results -> settle(transaction, shard, events, results)));
    }

    private Future<List<PublishResult>> publish(List<OutboxEvent> events) {
        batches.record(events.size());
        long start = System.nanoTime();
        return Future.succeededFuture(events)
                .compose(publisher::publish)
                .recover(cause -> Future.succeededFuture(unanswered(events, cause)))
                .onSuccess(results -> publishing.record(Duration.ofNanos(System.nanoTime() - start)));
    }

    private static List<PublishResult> unanswered(List<OutboxEvent> events, Throwable cause) {
        return events.stream()
                .<PublishResult>map(event -> new Unanswered(cause))
                .toList();
    }

    private Future<Outcome> settle(
            SqlConnection transaction, int shard, List<OutboxEvent> events, List<PublishResult> results) {
        List<Long> delivered = new ArrayList<>(events.size());
        List<Refusal> refusals = new ArrayList<>();
        Throwable away = null;
        for (int i = 0; i < events.size(); i++) {
            PublishResult result = results.get(i);
            if (result instanceof Sent) {
                delivered.add(events.get(i).row());
            } else if (result instanceof Refused refusal) {
                refusals.add(refusal(events.get(i), refusal));
            } else if (result instanceof Unanswered failed) {
                away = failed.cause();
                unanswered.increment();
            }
        }
        sent.increment(delivered.size());
        refused.increment(refusals.size());
        Outcome outcome = outcome(events.size(), away);
        return store.delivered(transaction, shard, delivered)
                .compose(deleted -> store.refused(transaction, shard, refusals))
                .map(outcome);
    }

    private Outcome outcome(int read, Throwable away) {
        if (away != null) {
            noteAway(away);
            return Outcome.AWAY;
        }
        if (queueAway) {
            queueAway = false;
            LOG.info("The events queue answers again");
        }
        return read == settings.batch() ? Outcome.MORE : Outcome.DONE;
    }

    private void noteAway(Throwable cause) {
        if (!queueAway) {
            queueAway = true;
            LOG.warn("The events queue does not answer, events wait: {}", cause.toString());
        }
    }

    private Refusal refusal(OutboxEvent event, Refused result) {
        int refusals = event.attempts() + 1;
        // What is not the event's fault passes: such an event is tried for as long as it takes.
        boolean last = result.senderFault() && refusals >= settings.tries();
        if (last) {
            setAside.increment();
            LOG.error(
                    "Event {}/{} ({}) is set aside after {} tries: {}",
                    event.orderId(),
                    event.sequence(),
                    event.type(),
                    refusals,
                    result.reason(),
                    LogFields.order(event.orderId()));
        } else {
            LOG.warn(
                    "Event {}/{} ({}) was refused, try {}: {}",
                    event.orderId(),
                    event.sequence(),
                    event.type(),
                    refusals,
                    result.reason(),
                    LogFields.order(event.orderId()));
        }
        return new Refusal(event.row(), result.reason(), settings.retryAfter(refusals), last);
    }
}
