package dev.orderengine.order;

import java.time.Instant;
import java.util.UUID;

/**
 * Which orders a list shows; null for what does not matter.
 *
 * @param createdFrom inclusive
 * @param createdTo exclusive
 * @param before the last order of the page before; the list goes on with older ones
 */
public record OrderFilter(
        String customerId,
        OrderStatus status,
        PaymentStatus paymentStatus,
        FulfillmentStatus fulfillmentStatus,
        Instant createdFrom,
        Instant createdTo,
        UUID before) {}
