package dev.orderengine.feed;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The calls that are held until an order changes, whichever engine changes it. Confined to one event loop. */
public final class StatusWatch {

    private final Vertx vertx;
    private final EventTail tail;
    private final Set<Watching> held = new HashSet<>();
    private boolean released;

    public StatusWatch(Vertx vertx, EventTail tail) {
        this.vertx = vertx;
        this.tail = tail;
    }

    /** Somebody who watches one order, and may wait for a change. */
    public final class Watching {

        private final Promise<Boolean> changed = Promise.promise();
        private EventTail.Following following;
        private int newest;
        private int known = Integer.MAX_VALUE;

        /**
         * Completes with true when the order has a later version than that one, with false when so much time has passed or nobody
         * may wait any more.
         */
        public Future<Boolean> beyond(int version, Duration patience) {
            known = version;
            held.add(this);
            if (released) {
                changed.tryComplete(false);
            }
            decide();
            long timer = vertx.setTimer(Math.max(1, patience.toMillis()), fired -> changed.tryComplete(false));
            return changed.future().onComplete(done -> vertx.cancelTimer(timer));
        }

        /** Watches no longer. */
        public void end() {
            held.remove(this);
            following.end();
        }

        /** An order's version is the sequence of its last event. */
        private void told(List<FeedEvent> events) {
            newest = Math.max(newest, events.get(events.size() - 1).event().sequence());
            decide();
        }

        private void decide() {
            if (newest > known) {
                changed.tryComplete(true);
            }
        }
    }

    /** Begins to watch. Read the order's version after this: what is committed from then on is not missed. */
    public Future<Watching> watch(UUID orderId) {
        Watching one = new Watching();
        return tail.follow(orderId, one::told).map(following -> {
            one.following = following;
            return one;
        });
    }

    /** Lets nobody wait any more: an engine that stops answers what it holds. */
    public void release() {
        released = true;
        Set.copyOf(held).forEach(one -> one.changed.tryComplete(false));
    }

    /** How many wait. */
    public int size() {
        return held.size();
    }
}
