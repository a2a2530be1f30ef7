package dev.orderengine.payment.reconciliation;

import dev.orderengine.money.Money;
import dev.orderengine.payment.PaymentState;
import dev.orderengine.payment.RefundState;
import java.time.Instant;
import java.util.UUID;

/**
 * A payment or a refund in our books.
 *
 * @param ref the provider's name for it; null if it never told one
 * @param asked what was to be moved
 * @param moved what was
 * @param state in our own words
 */
public record Ours(
        Item item,
        UUID id,
        UUID orderId,
        String ref,
        Money asked,
        Money moved,
        Standing standing,
        String state,
        Instant createdAt,
        Instant updatedAt) {

    static Standing standing(PaymentState state) {
        return switch (state) {
            case CAPTURED, PARTIALLY_REFUNDED, REFUNDED -> Standing.MOVED;
            case AUTHORIZED -> Standing.HELD;
            case VOIDED -> Standing.LET_GO;
            case FAILED -> Standing.NOTHING;
            case CREATED, PROCESSING, UNKNOWN -> Standing.UNDER_WAY;
        };
    }

    static Standing standing(RefundState state) {
        return switch (state) {
            case SUCCEEDED -> Standing.MOVED;
            case PENDING, UNKNOWN -> Standing.UNDER_WAY;
            case FAILED -> Standing.NOTHING;
        };
    }

    /** What it should amount to with a provider where it stands so. */
    Amount amountWhen(Standing there) {
        return Amount.of(there == Standing.MOVED ? moved : asked);
    }

    Amount amount() {
        return amountWhen(standing);
    }
}
