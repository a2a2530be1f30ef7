package dev.orderengine.feed;

import dev.orderengine.order.OrderEvent;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A feed that a test writes. */
final class MemoryFeed implements EventFeed {

    final AtomicInteger looks = new AtomicInteger();
    final Set<UUID> fetched = ConcurrentHashMap.newKeySet();
    volatile boolean away;

    private final List<FeedEvent> all = new CopyOnWriteArrayList<>();

    /** The order's next event. */
    synchronized FeedEvent add(UUID orderId) {
        int sequence = 1
                + (int) all.stream()
                        .filter(one -> one.orderId().equals(orderId))
                        .count();
        FeedEvent event = new FeedEvent(
                all.size() + 1, orderId, new OrderEvent(sequence, "order.updated", "{}", "test", Instant.EPOCH));
        all.add(event);
        return event;
    }

    @Override
    public Future<Reach> reach() {
        return away ? Future.failedFuture("away") : Future.succeededFuture(new Reach(0, all.size()));
    }

    @Override
    public Future<List<Written>> follow(long after, int most) {
        looks.incrementAndGet();
        return away ? Future.failedFuture("away") : written(after, most);
    }

    @Override
    public Future<List<Written>> written(long after, int most) {
        return Future.succeededFuture(all.stream()
                .skip(after)
                .limit(most)
                .map(one ->
                        new Written(one.position(), one.orderId(), one.event().sequence()))
                .toList());
    }

    @Override
    public Future<List<FeedEvent>> events(List<Written> written) {
        written.forEach(one -> fetched.add(one.orderId()));
        return Future.succeededFuture(
                written.stream().map(one -> all.get((int) one.position() - 1)).toList());
    }

    @Override
    public Future<List<OrderEvent>> ofOrder(UUID orderId, int after, int most) {
        throw new UnsupportedOperationException();
    }
}
