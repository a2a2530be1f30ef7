package dev.orderengine.order;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who wait when an order changes, whichever engine changed it: one statement a tick looks at all orders that anyone
 * waits for, and none while nobody waits. Confined to one event loop.
 */
public final class StatusWatch {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWatch.class);

    private final Vertx vertx;
    private final OrderStore orders;
    private final long tickMillis;
    private final Set<Waiting> waiting = new HashSet<>();
    private boolean ticking;
    private boolean released;

    private record Waiting(UUID orderId, int version, Promise<Boolean> changed) {}

    /** @param tick between two looks */
    public StatusWatch(Vertx vertx, OrderStore orders, Duration tick) {
        this.vertx = vertx;
        this.orders = orders;
        this.tickMillis = tick.toMillis();
    }

    /**
     * Completes with true when the order has another version than that, with false when so much time has passed or nobody may wait
     * any more.
     */
    public Future<Boolean> changed(UUID orderId, int version, Duration patience) {
        if (released) {
            return Future.succeededFuture(false);
        }
        Waiting one = new Waiting(orderId, version, Promise.promise());
        waiting.add(one);
        long timer = vertx.setTimer(
                Math.max(1, patience.toMillis()), fired -> one.changed().tryComplete(false));
        startTicking();
        return one.changed().future().onComplete(done -> {
            vertx.cancelTimer(timer);
            waiting.remove(one);
        });
    }

    /** Lets nobody wait any more: an engine that stops answers what it holds. */
    public void release() {
        released = true;
        Set.copyOf(waiting).forEach(one -> one.changed().tryComplete(false));
    }

    /** How many wait. */
    public int size() {
        return waiting.size();
    }

    private void startTicking() {
        if (ticking) {
            return;
        }
        ticking = true;
        vertx.timer(tickMillis, TimeUnit.MILLISECONDS)
                .compose(fired -> look())
                .onFailure(fault -> LOG.warn("cannot look for changed orders, trying again", fault))
                .onComplete(done -> {
                    ticking = false;
                    if (!waiting.isEmpty()) {
                        startTicking();
                    }
                });
    }

    private Future<Void> look() {
        Set<UUID> ids = new HashSet<>();
        waiting.forEach(one -> ids.add(one.orderId()));
        return orders.statuses(ids).map(statuses -> {
            tell(statuses);
            return null;
        });
    }

    private void tell(Map<UUID, OrderStatusView> statuses) {
        for (Waiting one : Set.copyOf(waiting)) {
            OrderStatusView now = statuses.get(one.orderId());
            if (now != null && now.version() != one.version()) {
                one.changed().tryComplete(true);
            }
        }
    }
}
