package dev.orderengine.feed;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Tells those who follow an order, or all orders, of each event once it is committed, whichever engine wrote it. One look at the
 * feed serves all followers of this engine, with at most one more statement for the events that somebody follows; nobody follows,
 * nobody looks.
 *
 * <p>Methods may be called from any thread. A follower is told on the context on which it began to follow. It may be told of an
 * event twice, never of a later event first.
 */
public final class EventTail {

    private static final int MOST = 2_000;
    private static final Duration REST_AFTER_FAULT = Duration.ofSeconds(1);
    private static final long NOWHERE = -1;

    private final Vertx vertx;
    private final Context context;
    private final EventFeed feed;
    private final Clock clock;
    private final Timer delay;
    private final AtomicInteger followers = new AtomicInteger();

    // Confined to the context.
    private final Map<UUID, Set<Follower>> byOrder = new HashMap<>();
    private final Set<Follower> ofAll = new HashSet<>();
    private long position = NOWHERE;
    private Future<Void> positioned;
    private Instant restsUntil = Instant.MIN;

    public EventTail(Vertx vertx, EventFeed feed, MeterRegistry metrics, Clock clock) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.feed = feed;
        this.clock = clock;
        this.delay = Timer.builder("event.tail.delay")
                .description("From an event to the moment when its followers are told")
                .serviceLevelObjectives(
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5))
                .register(metrics);
        Gauge.builder("event.tail.followers", followers, AtomicInteger::get)
                .description("Streams and held calls that wait for events")
                .register(metrics);
    }

    /** One who is told, until it ends. */
    public final class Following {

        private final Follower follower;
        private final long position;

        private Following(Follower follower, long position) {
            this.follower = follower;
            this.position = position;
        }

        /** Where the feed was: of what comes after it, whatever is committed from now on is told. */
        public long position() {
            return position;
        }

        /** Ends it; what is on its way may still arrive. A second call does nothing. */
        public void end() {
            context.runOnContext(now -> leave(follower));
        }
    }

    /** @param orderId null for all orders; a class, for each follower is one of its own */
    private static final class Follower {

        private final UUID orderId;
        private final Context context;
        private final Handler<List<FeedEvent>> told;

        Follower(UUID orderId, Context context, Handler<List<FeedEvent>> told) {
            this.orderId = orderId;
            this.context = context;
            this.told = told;
        }

        void tell(List<FeedEvent> events) {
            context.runOnContext(now -> told.handle(events));
        }
    }

    /** Follows one order. When this completes, no event that is committed from then on is missed. */
    public Future<Following> follow(UUID orderId, Handler<List<FeedEvent>> told) {
        return join(new Follower(orderId, vertx.getOrCreateContext(), told));
    }

    /** Follows all orders. When this completes, no event that is committed from then on is missed. */
    public Future<Following> followAll(Handler<List<FeedEvent>> told) {
        return join(new Follower(null, vertx.getOrCreateContext(), told));
    }

    /** How many follow. */
    public int followers() {
        return followers.get();
    }

    /** Looks at the feed and tells what is new; never to be called while a look is under way. */
    public Future<Void> look() {
        Promise<Void> promise = Promise.promise();
        context.runOnContext(now -> lookHere().onComplete(promise));
        return promise.future();
    }

    private Future<Following> join(Follower follower) {
        Promise<Following> promise = Promise.promise();
        context.runOnContext(now -> {
            enter(follower);
            position()
                    .map(known -> new Following(follower, position))
                    .onFailure(fault -> leave(follower))
                    .onComplete(joined -> follower.context.runOnContext(back -> promise.handle(joined)));
        });
        return promise.future();
    }

    private void enter(Follower follower) {
        Set<Follower> others =
                follower.orderId == null ? ofAll : byOrder.computeIfAbsent(follower.orderId, first -> new HashSet<>(2));
        others.add(follower);
        followers.incrementAndGet();
    }

    private void leave(Follower follower) {
        Set<Follower> others = follower.orderId == null ? ofAll : followersOf(follower.orderId);
        if (!others.contains(follower)) {
            return;
        }
        others.remove(follower);
        if (others.isEmpty()) {
            byOrder.remove(follower.orderId);
        }
        if (followers.decrementAndGet() == 0) {
            position = NOWHERE;
            positioned = null;
        }
    }

    private Set<Follower> followersOf(UUID orderId) {
        return byOrder.getOrDefault(orderId, Set.of());
    }

    /** The first who follows brings the tail to the end of the feed; others who come meanwhile wait with it. */
    private Future<Void> position() {
        if (positioned == null || positioned.failed()) {
            positioned = feed.reach().map(this::position);
        }
        return positioned;
    }

    private Void position(EventFeed.Reach reach) {
        position = followers.get() == 0 ? NOWHERE : reach.last();
        return null;
    }

    private Future<Void> lookHere() {
        if (position == NOWHERE || clock.instant().isBefore(restsUntil)) {
            return Future.succeededFuture();
        }
        long from = position;
        return feed.follow(from, MOST)
                .compose(written -> tell(from, written))
                .onFailure(fault -> restsUntil = clock.instant().plus(REST_AFTER_FAULT))
                .compose(told -> told == MOST ? lookHere() : Future.succeededFuture());
    }

    private Future<Integer> tell(long from, List<EventFeed.Written> written) {
        boolean everything = !ofAll.isEmpty();
        List<EventFeed.Written> followed = written.stream()
                .filter(one -> everything || byOrder.containsKey(one.orderId()))
                .toList();
        return feed.events(followed).map(events -> {
            tell(events, everything ? ofAll : Set.of());
            // Whoever joined an empty tail meanwhile has moved it.
            if (position == from && !written.isEmpty()) {
                position = written.get(written.size() - 1).position();
            }
            return written.size();
        });
    }

    private void tell(List<FeedEvent> events, Set<Follower> followersOfAll) {
        if (events.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        events.forEach(one -> delay.record(Duration.between(one.event().at(), now)));
        followersOfAll.forEach(follower -> follower.tell(events));
        events.stream()
                .collect(Collectors.groupingBy(FeedEvent::orderId))
                .forEach((orderId, its) -> followersOf(orderId).forEach(follower -> follower.tell(its)));
    }
}
