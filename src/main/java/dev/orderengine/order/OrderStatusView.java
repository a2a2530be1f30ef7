package dev.orderengine.order;

import java.time.Instant;
import java.util.UUID;

/** The states of an order without the rest of it. */
public record OrderStatusView(
        UUID orderId,
        String customerId,
        OrderStatus status,
        PaymentStatus paymentStatus,
        FulfillmentStatus fulfillmentStatus,
        int version,
        Instant updatedAt) {}
