package dev.orderengine.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventTailTest {

    private final Vertx vertx = Vertx.vertx();
    private final MemoryFeed feed = new MemoryFeed();
    private final EventTail tail = new EventTail(vertx, feed, new SimpleMeterRegistry(), Clock.systemUTC());
    private final List<FeedEvent> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void follow_anOrder_isToldOfItsLaterEventsOnly() {
        UUID mine = feed.add(UUID.randomUUID()).orderId();
        tail.follow(mine, told::addAll).await();

        UUID other = feed.add(UUID.randomUUID()).orderId();
        feed.add(mine);
        feed.add(mine);
        tail.look().await();

        await().until(() -> told.size() == 2);
        assertThat(told).extracting(one -> one.event().sequence()).containsExactly(2, 3);
        assertThat(feed.fetched).as("what nobody follows is not even read").doesNotContain(other);
    }

    @Test
    void followAll_isToldOfEverything_inTheOrderOfTheFeed() {
        feed.add(UUID.randomUUID());
        long position = tail.followAll(told::addAll).await().position();

        LongStream.range(0, 4_999).forEach(i -> feed.add(UUID.randomUUID()));
        tail.look().await();

        await().until(() -> told.size() == 4_999);
        assertThat(position).isEqualTo(1);
        assertThat(told)
                .extracting(FeedEvent::position)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(2, 5_000).boxed().toList());
    }

    @Test
    void follow_isToldOnItsOwnContext() {
        Context mine = vertx.getOrCreateContext();
        List<Context> contexts = new CopyOnWriteArrayList<>();
        UUID order = UUID.randomUUID();
        mine.runOnContext(now -> tail.follow(order, events -> contexts.add(Vertx.currentContext()))
                .onSuccess(following -> contexts.add(Vertx.currentContext())));
        await().until(() -> contexts.size() == 1);

        feed.add(order);
        tail.look().await();

        await().until(() -> contexts.size() == 2);
        assertThat(contexts).containsOnly(mine);
    }

    @Test
    void look_whileNobodyFollows_asksNothing() {
        tail.look().await();
        EventTail.Following following = tail.followAll(told::addAll).await();
        tail.look().await();
        assertThat(feed.looks).hasValue(1);

        following.end();
        following.end();
        feed.add(UUID.randomUUID());
        tail.look().await();

        assertThat(feed.looks).hasValue(1);
        assertThat(tail.followers()).isZero();
        assertThat(tail.followAll(told::addAll).await().position())
                .as("whoever comes later begins at the end")
                .isEqualTo(1);
    }

    @Test
    void follow_oneOfTwoEnds_theOtherIsToldOn() {
        UUID order = UUID.randomUUID();
        EventTail.Following first = tail.follow(order, told::addAll).await();
        tail.follow(order, told::addAll).await();

        first.end();
        feed.add(order);
        tail.look().await();
        tail.look().await();

        await().until(() -> !told.isEmpty());
        assertThat(told).hasSize(1);
        assertThat(tail.followers()).isEqualTo(1);
    }

    @Test
    void look_thatFails_losesNothing_andIsNotRepeatedAtOnce() {
        tail.followAll(told::addAll).await();
        feed.add(UUID.randomUUID());
        feed.away = true;
        assertThatThrownBy(() -> tail.look().await()).hasMessage("away");

        tail.look().await();
        assertThat(feed.looks).as("it rests").hasValue(1);
        feed.away = false;

        await().until(() -> {
            tail.look().await();
            return told.size() == 1;
        });
    }

    @Test
    void follow_whileTheDatabaseIsAway_fails_andLeavesNothingBehind() {
        feed.away = true;

        assertThatThrownBy(() -> tail.followAll(told::addAll).await()).hasMessage("away");

        feed.away = false;
        assertThat(tail.followers()).isZero();
        assertThat(tail.followAll(told::addAll).await().position()).isZero();
    }
}
