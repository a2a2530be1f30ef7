package dev.orderengine.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusWatchTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final MemoryFeed feed = new MemoryFeed();
    private final EventTail tail = new EventTail(vertx, feed, new SimpleMeterRegistry(), Clock.systemUTC());
    private final StatusWatch watch = new StatusWatch(vertx, tail);

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void beyond_isTrueAsSoonAsAnEventCame() {
        UUID id = order();
        Future<Boolean> changed = wait(id, 1, LONG);

        feed.add(id);
        tail.look().await();

        assertThat(changed.await()).isTrue();
    }

    @Test
    void beyond_anEventThatCameBeforeTheWait_isTrueAtOnce() {
        UUID id = order();
        StatusWatch.Watching watching = watch(id);
        feed.add(id);
        tail.look().await();

        assertThat(on(() -> watching.beyond(1, LONG)).await()).isTrue();
    }

    @Test
    void beyond_isFalseWhenNothingHappened() {
        assertThat(wait(order(), 1, Duration.ofMillis(30)).await()).isFalse();
        assertThat(wait(order(), 1, Duration.ZERO).await()).isFalse();
    }

    @Test
    void beyond_anEventThatTheCallerHas_waitsOn() {
        UUID id = order();
        Future<Boolean> changed = wait(id, 2, LONG);

        feed.add(id);
        tail.look().await();
        assertThat(on(changed::isComplete)).isFalse();
        feed.add(id);
        tail.look().await();

        assertThat(changed.await()).isTrue();
    }

    @Test
    void beyond_tellsAllWhoWait_andOnlyThem() {
        UUID moved = order();
        UUID still = order();
        Future<Boolean> first = wait(moved, 1, LONG);
        Future<Boolean> second = wait(moved, 1, LONG);
        Future<Boolean> other = wait(still, 1, LONG);

        feed.add(moved);
        tail.look().await();

        assertThat(first.await()).isTrue();
        assertThat(second.await()).isTrue();
        assertThat(on(other::isComplete)).isFalse();
    }

    @Test
    void end_leavesNothingBehind() {
        StatusWatch.Watching watching = watch(order());
        on(() -> watching.beyond(1, Duration.ofMillis(1))).await();

        on(() -> {
            watching.end();
            watching.end();
            return null;
        });

        assertThat(on(watch::size)).isZero();
        tail.look().await();
        assertThat(tail.followers()).isZero();
    }

    @Test
    void release_answersAllWhoWait_andWhoeverComesLater() {
        Future<Boolean> held = wait(order(), 1, LONG);
        StatusWatch.Watching late = watch(order());

        on(() -> {
            watch.release();
            return null;
        });

        assertThat(held.await()).isFalse();
        assertThat(on(() -> late.beyond(1, LONG)).await()).isFalse();
    }

    private UUID order() {
        return feed.add(UUID.randomUUID()).orderId();
    }

    private StatusWatch.Watching watch(UUID order) {
        return on(() -> watch.watch(order)).await();
    }

    private Future<Boolean> wait(UUID order, int version, Duration patience) {
        StatusWatch.Watching watching = watch(order);
        return on(() -> watching.beyond(version, patience));
    }

    /** The watch is confined to one event loop. */
    private <T> T on(Callable<T> work) {
        return Future.<T>future(promise -> loop.runOnContext(now -> {
                    try {
                        promise.complete(work.call());
                    } catch (Exception e) {
                        promise.fail(e);
                    }
                }))
                .await();
    }
}
