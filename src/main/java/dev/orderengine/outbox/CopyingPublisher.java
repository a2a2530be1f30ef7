package dev.orderengine.outbox;

import dev.orderengine.outbox.PublishResult.Held;
import dev.orderengine.outbox.PublishResult.Refused;
import dev.orderengine.outbox.PublishResult.Sent;
import dev.orderengine.outbox.PublishResult.Unanswered;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * Publishes all events to one queue, and before that some of them to another. An event whose copy did not arrive is not published
 * at all, so that a queue that is away leads to a delay of both and not to repeats; neither are the later ones of its order. A second
 * queue that is missing delays only the orders that it concerns.
 */
public final class CopyingPublisher implements EventPublisher {

    private final EventPublisher all;
    private final EventPublisher copies;
    private final Predicate<OutboxEvent> copied;

    /** @param copied whether an event goes to {@code copies} too */
    public CopyingPublisher(EventPublisher all, EventPublisher copies, Predicate<OutboxEvent> copied) {
        this.all = all;
        this.copies = copies;
        this.copied = copied;
    }

    @Override
    public Future<List<PublishResult>> publish(List<OutboxEvent> events) {
        List<OutboxEvent> wanted = events.stream().filter(copied).toList();
        return wanted.isEmpty() ? all.publish(events) : copy(wanted).compose(failures -> publishRest(events, failures));
    }

    /** The copies that did not arrive, by row. */
    private Future<Map<Long, PublishResult>> copy(List<OutboxEvent> events) {
        return copies.publish(events).transform(published -> {
            Map<Long, PublishResult> failures = new HashMap<>();
            for (int i = 0; i < events.size(); i++) {
                PublishResult result =
                        published.succeeded() ? published.result().get(i) : new Unanswered(published.cause());
                if (!(result instanceof Sent)) {
                    failures.put(events.get(i).row(), failure(result));
                }
            }
            return Future.succeededFuture(failures);
        });
    }

    /** That one queue is missing does not say that SQS is away. */
    private static PublishResult failure(PublishResult result) {
        if (result instanceof Unanswered unanswered) {
            return unanswered.cause() instanceof QueueDoesNotExistException
                    ? new Refused("the queue that it is copied to does not exist", false)
                    : unanswered;
        }
        return result;
    }

    private Future<List<PublishResult>> publishRest(List<OutboxEvent> events, Map<Long, PublishResult> failures) {
        if (failures.isEmpty()) {
            return all.publish(events);
        }
        Set<UUID> blocked = new HashSet<>();
        List<OutboxEvent> rest = new ArrayList<>();
        for (OutboxEvent event : events) {
            if (failures.containsKey(event.row())) {
                blocked.add(event.orderId());
            }
            if (!blocked.contains(event.orderId())) {
                rest.add(event);
            }
        }
        return rest.isEmpty()
                ? Future.succeededFuture(merged(events, rest, List.of(), failures))
                : all.publish(rest).map(results -> merged(events, rest, results, failures));
    }

    private static List<PublishResult> merged(
            List<OutboxEvent> events,
            List<OutboxEvent> published,
            List<PublishResult> results,
            Map<Long, PublishResult> failures) {
        Map<Long, PublishResult> byRow = new HashMap<>(failures);
        for (int i = 0; i < published.size(); i++) {
            byRow.put(published.get(i).row(), results.get(i));
        }
        return events.stream()
                .map(event -> byRow.getOrDefault(event.row(), new Held()))
                .toList();
    }
}
