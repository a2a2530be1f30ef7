package dev.orderengine.order;

import dev.orderengine.money.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * An order, whole, as it is read.
 *
 * @param decision of the rules: accept, verify or review
 * @param fxRate US dollars for one unit of the currency, as the rules used it
 * @param payments the attempts to charge it, oldest first
 * @param refunds what went back of them or is on its way, oldest first
 * @param fulfilments its parcels, oldest first
 * @param returns what came back of them or is on its way, oldest first
 */
public record Order(
        OrderState state,
        OrderDetails details,
        String decision,
        List<String> matchedRules,
        String rulesVersion,
        BigDecimal fxRate,
        Instant createdAt,
        Instant updatedAt,
        List<PaymentAttempt> payments,
        List<MoneyBack> refunds,
        List<Fulfilment> fulfilments,
        List<GoodsReturn> returns) {

    /**
     * One attempt to charge it.
     *
     * @param declineCode the provider's; null unless it declined
     * @param flagged whether a person has to look
     */
    public record PaymentAttempt(
            String paymentId,
            String provider,
            String state,
            Money amount,
            Money captured,
            Money refunded,
            String declineCode,
            boolean flagged) {}

    /**
     * Money on its way back, or back.
     *
     * @param kind {@code refund} or {@code void}
     * @param state {@code pending}, {@code unknown}, {@code succeeded} or {@code failed}
     */
    public record MoneyBack(
            String refundId, String paymentId, String kind, Money amount, String reason, String state) {}
}
