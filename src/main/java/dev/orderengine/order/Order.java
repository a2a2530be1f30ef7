package dev.orderengine.order;

import dev.orderengine.money.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An order, whole, as it is read.
 *
 * @param shippingAddress null if none was given
 * @param channel the wish; null if there is none
 * @param decision of the rules: accept, verify or review
 * @param fxRate US dollars for one unit of the currency, as the rules used it
 * @param cancelReason null unless it was cancelled
 * @param payments the attempts to charge it, oldest first
 */
public record Order(
        OrderState state,
        List<Item> items,
        String shippingAddress,
        FulfillmentChannel channel,
        Map<String, String> metadata,
        String decision,
        List<String> matchedRules,
        String rulesVersion,
        BigDecimal fxRate,
        String cancelReason,
        Instant createdAt,
        Instant updatedAt,
        List<PaymentAttempt> payments) {

    /** One line of it. */
    public record Item(String productId, int quantity, Money unitPrice) {}

    /**
     * One attempt to charge it.
     *
     * @param declineCode the provider's; null unless it declined
     */
    public record PaymentAttempt(
            String paymentId,
            String provider,
            String state,
            Money amount,
            Money captured,
            Money refunded,
            String declineCode) {}
}
