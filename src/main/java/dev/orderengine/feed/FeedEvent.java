package dev.orderengine.feed;

import dev.orderengine.order.OrderEvent;
import java.util.UUID;

/**
 * An event in the feed of all orders.
 *
 * @param position its number in the feed: 1, 2, 3 … without gaps, an order's events in their order
 */
public record FeedEvent(long position, UUID orderId, OrderEvent event) {}
