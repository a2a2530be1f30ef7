package dev.orderengine.dev.simulator;

import java.util.Map;

/**
 * A Stripe refund, always succeeded.
 *
 * @param id provider's id, {@code re_…}
 * @param created Unix time in seconds
 * @param amount minor units
 * @param currency ISO 4217, lower case
 * @param paymentIntent the id of what it refunds
 * @param reason Stripe's reason, empty if none was given
 * @param metadata the caller's own
 */
public record Refund(
        String id,
        long created,
        long amount,
        String currency,
        String paymentIntent,
        String reason,
        Map<String, String> metadata) {}
