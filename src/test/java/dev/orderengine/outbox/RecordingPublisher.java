package dev.orderengine.outbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** A queue that notes what it gets, and refuses, stalls or is away as told. Thread-safe. */
final class RecordingPublisher implements EventPublisher {

    private final Vertx vertx;
    private final List<OutboxEvent> delivered = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

    volatile boolean away;
    volatile String refusedType = "none";
    volatile boolean senderFault = true;
    volatile int attempts;
    volatile int maxMillis;
    volatile Promise<Void> gate;

    RecordingPublisher(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public synchronized Future<List<PublishResult>> publish(List<OutboxEvent> events) {
        attempts++;
        if (away) {
            return Future.failedFuture(new IOException("away"));
        }
        batches.add(events.size());
        Future<?> answered = gate != null ? gate.future() : delay();
        return answered.map(done -> take(events));
    }

    private Future<?> delay() {
        if (maxMillis == 0) {
            return Future.succeededFuture();
        }
        return vertx.timer(
                ThreadLocalRandom.current().nextInt(1, maxMillis + 1), java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    private synchronized List<PublishResult> take(List<OutboxEvent> events) {
        Set<UUID> blocked = new HashSet<>();
        List<PublishResult> results = new ArrayList<>();
        for (OutboxEvent event : events) {
            if (blocked.contains(event.orderId())) {
                results.add(new PublishResult.Held());
            } else if (event.type().equals(refusedType)) {
                blocked.add(event.orderId());
                results.add(new PublishResult.Refused("no such luck", senderFault));
            } else {
                delivered.add(event);
                results.add(new PublishResult.Sent());
            }
        }
        return results;
    }

    List<OutboxEvent> delivered() {
        return List.copyOf(delivered);
    }

    List<Integer> batches() {
        return List.copyOf(batches);
    }

    /** The sequences in order of arrival, by order. */
    Map<UUID, List<Integer>> sequences() {
        Map<UUID, List<Integer>> sequences = new HashMap<>();
        delivered()
                .forEach(event -> sequences
                        .computeIfAbsent(event.orderId(), order -> new ArrayList<>())
                        .add(event.sequence()));
        return sequences;
    }
}
