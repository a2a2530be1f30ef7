package dev.orderengine.feed;

import dev.orderengine.order.OrderEvent;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** The committed events of all orders in one line, whichever engine wrote them; always read where they were written. */
public interface EventFeed {

    /**
     * What can be read.
     *
     * @param forgotten position of the last event that is kept no more; who was told less cannot go on
     * @param last position of the newest event that has one
     */
    record Reach(long forgotten, long last) {}

    /** That an event is at a position. */
    record Written(long position, UUID orderId, int sequence) {}

    Future<Reach> reach();

    /** Gives positions to what was committed since, then as {@link #written}. */
    Future<List<Written>> follow(long after, int most);

    /** What comes after a position, oldest first, at most so much; nothing is left out in between. */
    Future<List<Written>> written(long after, int most);

    /** The events, in that order; those of orders that were archived meanwhile are absent. */
    Future<List<FeedEvent>> events(List<Written> written);

    /** The events of one order after that sequence, oldest first, at most so many. */
    Future<List<OrderEvent>> ofOrder(UUID orderId, int after, int most);
}
