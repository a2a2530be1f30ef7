package dev.orderengine.dev.simulator;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A PayPal order that was made and paid in one step.
 *
 * @param authorizes whether the money is only held
 * @param customId the caller's own
 * @param invoiceId the caller's own
 * @param value in the currency's units
 */
record PayPalOrder(
        String id,
        Instant created,
        boolean authorizes,
        String customId,
        String invoiceId,
        String currency,
        BigDecimal value) {}
