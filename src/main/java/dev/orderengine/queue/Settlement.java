package dev.orderengine.queue;

import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.telemetry.LogFields;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the queue what becomes of messages. No call fails: a message of which the queue is told nothing comes again. */
final class Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
    private static final int DELETIONS_AT_ONCE = 4;

    private final SqsQueue queue;
    private final ConsumerSettings settings;
    private final ConsumerMetrics figures;
    private final MicroBatcher<Received, Boolean> deletions;

    Settlement(SqsQueue queue, ConsumerSettings settings, ConsumerMetrics figures, MeterRegistry metrics) {
        this.queue = queue;
        this.settings = settings;
        this.figures = figures;
        this.deletions = new MicroBatcher<>(
                "delete." + queue.name(),
                new MicroBatcher.Limits(SqsQueue.MAX_BATCH, DELETIONS_AT_ONCE, 2 * settings.inFlight()),
                metrics,
                queue::delete);
    }

    /** Deletes the message, puts it off or buries it. */
    Future<Void> settle(Received received, Handled handled) {
        return handled.accept(new Cases(received));
    }

    /** Keeps messages hidden from others. */
    Future<Void> extend(List<Received> messages) {
        return queue.hide(messages, settings.visibility())
                .onSuccess(this::tellLost)
                .onFailure(fault -> fault("keep messages", fault))
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    /** Shows messages to others at once. */
    Future<Void> giveBack(List<Received> messages) {
        return queue.hide(messages, Duration.ZERO)
                .onFailure(fault -> fault("give messages back", fault))
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    private void tellLost(int lost) {
        if (lost > 0) {
            figures.fault();
            LOG.warn("{} messages of {} could not be kept, others may get them", lost, queue.name());
        }
    }

    private void fault(String what, Throwable cause) {
        figures.fault();
        LOG.warn("cannot {} of {}: {}", what, queue.name(), cause.toString());
    }

    /** What becomes of one message. */
    private final class Cases implements Handled.Cases<Future<Void>> {

        private final Received received;
        private final Message message;

        Cases(Received received) {
            this.received = received;
            this.message = received.message();
        }

        @Override
        public Future<Void> done(Handled.Done done) {
            figures.handled();
            return forget();
        }

        @Override
        public Future<Void> later(Handled.Later later) {
            if (message.receives() >= settings.receives()) {
                return bury("given up at receive " + message.receives() + ": " + later.reason(), null);
            }
            figures.retried();
            LOG.warn(
                    "message {} of {} is put off at receive {}: {}",
                    message.id(),
                    queue.name(),
                    message.receives(),
                    later.reason(),
                    order(null),
                    LogFields.trace(message.trace()));
            return putOff(later.after());
        }

        @Override
        public Future<Void> never(Handled.Never never) {
            return bury(never.reason(), never.orderId());
        }

        /** Copied first, then deleted: a crash in between leaves two of it, never none. */
        private Future<Void> bury(String reason, UUID orderId) {
            return queue.bury(received, reason)
                    .onSuccess(buried -> tellDead(reason, orderId))
                    .onFailure(fault -> fault("bury a message", fault))
                    .compose(buried -> forget(), fault -> putOff(settings.retryAfter(message.receives())));
        }

        private void tellDead(String reason, UUID orderId) {
            figures.dead();
            LOG.error(
                    "message {} of {} is dead: {}",
                    message.id(),
                    queue.name(),
                    reason,
                    order(orderId),
                    LogFields.trace(message.trace()));
        }

        private Future<Void> forget() {
            return deletions
                    .submit(received)
                    .onSuccess(forgotten -> tellLost(forgotten ? 0 : 1))
                    .onFailure(fault -> fault("delete a message", fault))
                    .<Void>mapEmpty()
                    .otherwiseEmpty();
        }

        private Future<Void> putOff(Duration time) {
            return queue.hide(List.of(received), time)
                    .onFailure(fault -> fault("put off a message", fault))
                    .<Void>mapEmpty()
                    .otherwiseEmpty();
        }

        private Object order(UUID known) {
            return LogFields.ifKnown(
                    "order_id", known == null ? message.attributes().get("order_id") : known);
        }
    }
}
