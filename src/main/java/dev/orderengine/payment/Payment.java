package dev.orderengine.payment;

import dev.orderengine.money.Money;
import java.time.Instant;
import java.util.UUID;

/**
 * One attempt to charge an order at one provider; its id is the provider's idempotency key.
 *
 * @param token what to charge, as the customer's browser got it from the provider; null once the payment is settled
 * @param providerRef the provider's name for it; null until known
 * @param declineCode why it failed; null unless it did
 * @param captured minor units that the provider took
 * @param attempts how often it was taken up, which is also the fencing token of its lease
 * @param nextAt when it is due, or until when it is leased; null if nothing is to be done
 * @param unknownAt since when there may be a charge that we know nothing of; null if there is certainly none
 * @param flagged whether a person has to look
 * @param traceparent of the trace that placed the order; null if none
 */
public record Payment(
        UUID id,
        UUID orderId,
        String provider,
        Money amount,
        PaymentState state,
        String token,
        String providerRef,
        String declineCode,
        long captured,
        int attempts,
        Instant nextAt,
        Instant unknownAt,
        boolean flagged,
        Instant createdAt,
        String traceparent) {

    /** Taken up once more: from now on its outcome is unknown until the provider answers. */
    Payment takenUp(PaymentState next, Instant now, Instant leasedUntil) {
        return new Payment(
                id,
                orderId,
                provider,
                amount,
                next,
                token,
                providerRef,
                declineCode,
                captured,
                attempts + 1,
                leasedUntil,
                unknownAt == null ? now : unknownAt,
                flagged,
                createdAt,
                traceparent);
    }

    /** To be taken up again at that time. */
    Payment waiting(PaymentState next, String ref, Instant until, Instant unknownSince) {
        return new Payment(
                id,
                orderId,
                provider,
                amount,
                next,
                token,
                ref,
                declineCode,
                captured,
                attempts,
                until,
                unknownSince,
                flagged,
                createdAt,
                traceparent);
    }

    /** Left to a person: the engine does nothing more on its own. */
    Payment leftToAPerson(PaymentState next, String ref) {
        return new Payment(
                id,
                orderId,
                provider,
                amount,
                next,
                token,
                ref,
                declineCode,
                captured,
                attempts,
                null,
                unknownAt,
                true,
                createdAt,
                traceparent);
    }

    /** Authorized or captured. The token has served. */
    Payment succeeded(PaymentState next, String ref, long taken) {
        return new Payment(
                id,
                orderId,
                provider,
                amount,
                next,
                null,
                ref,
                declineCode,
                taken,
                attempts,
                null,
                null,
                false,
                createdAt,
                traceparent);
    }

    /** Failed: nothing was charged and nothing will be. The token has served. */
    Payment failed(String code, String ref) {
        return new Payment(
                id,
                orderId,
                provider,
                amount,
                PaymentState.FAILED,
                null,
                ref,
                code,
                captured,
                attempts,
                null,
                null,
                flagged,
                createdAt,
                traceparent);
    }

    /** What may be logged. */
    @Override
    public String toString() {
        return "payment " + id + " of order " + orderId + ", " + state.wire() + " at " + provider + ", reference "
                + providerRef + ", take-up " + attempts;
    }
}
