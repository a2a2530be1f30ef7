package dev.orderengine.payment;

import dev.orderengine.money.Money;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * One attempt to charge an order at one provider; its id is the provider's idempotency key.
 *
 * @param token what to charge, as the customer's browser got it from the provider: sealed as it is kept, opened where it is to be
 *     charged; null once nothing will be charged any more
 * @param providerRef the provider's name for it; null until known
 * @param declineCode why it failed; null unless it did
 * @param captured minor units that the provider took
 * @param toCapture minor units to take of what is authorized; null until that is known
 * @param authorizedAt since when the money is held; null if it is not
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
        Long toCapture,
        Instant authorizedAt,
        int attempts,
        Instant nextAt,
        Instant unknownAt,
        boolean flagged,
        Instant createdAt,
        String traceparent) {

    /** Whether something is asked of the provider, or is to be. */
    boolean isAwaited() {
        return state.isOpen() || (state == PaymentState.AUTHORIZED && nextAt != null);
    }

    /** The same in the name of a span. */
    Payment within(String span) {
        return Objects.equals(span, traceparent)
                ? this
                : new Payment(
                        id,
                        orderId,
                        provider,
                        amount,
                        state,
                        token,
                        providerRef,
                        declineCode,
                        captured,
                        toCapture,
                        authorizedAt,
                        attempts,
                        nextAt,
                        unknownAt,
                        flagged,
                        createdAt,
                        span);
    }

    /** With its token opened, or none. */
    Payment withToken(String opened) {
        return with(state, opened, providerRef, declineCode, captured, nextAt, unknownAt, flagged);
    }

    /** Taken up once more: from now on its outcome is unknown until the provider answers. */
    Payment takenUp(PaymentState next, Instant now, Instant leasedUntil) {
        Instant unknownSince = unknownAt == null ? now : unknownAt;
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
                toCapture,
                authorizedAt,
                attempts + 1,
                leasedUntil,
                unknownSince,
                flagged,
                createdAt,
                traceparent);
    }

    /** To be taken up again at that time. */
    Payment waiting(PaymentState next, String ref, Instant until, Instant unknownSince) {
        return with(next, token, ref, declineCode, captured, until, unknownSince, flagged);
    }

    /** Left to a person: the engine does nothing more on its own. The token has served. */
    Payment leftToAPerson(PaymentState next, String ref) {
        return with(next, null, ref, declineCode, captured, null, unknownAt, true);
    }

    /** Captured. The token has served. */
    Payment captured(String ref, long taken) {
        return with(PaymentState.CAPTURED, null, ref, declineCode, taken, null, null, flagged && toCapture != null);
    }

    /** The money is held from now on. The token has served. @param nextAt when to see to it; null if it is let go */
    Payment authorized(String ref, Instant now, Instant nextAt) {
        return new Payment(
                id,
                orderId,
                provider,
                amount,
                PaymentState.AUTHORIZED,
                null,
                ref,
                declineCode,
                captured,
                toCapture,
                now,
                attempts,
                nextAt,
                null,
                false,
                createdAt,
                traceparent);
    }

    /** So much of what is held is to be taken, at that time; a person has to look, for it is not all that was ordered. */
    Payment capturing(long minor, Instant at) {
        return new Payment(
                id,
                orderId,
                provider,
                amount,
                state,
                token,
                providerRef,
                declineCode,
                captured,
                (Long) minor,
                authorizedAt,
                attempts,
                at,
                null,
                true,
                createdAt,
                traceparent);
    }

    /** What is held cannot be had as it should be, for that reason: left to a person. */
    Payment lapsed(String code) {
        return with(state, token, providerRef, code, captured, null, null, true);
    }

    /** Failed: nothing was charged and nothing will be. The token has served. */
    Payment failed(String code, String ref) {
        return with(PaymentState.FAILED, null, ref, code, captured, null, null, flagged);
    }

    private Payment with(
            PaymentState next,
            String secret,
            String ref,
            String code,
            long taken,
            Instant due,
            Instant unknownSince,
            boolean needsAPerson) {
        return new Payment(
                id,
                orderId,
                provider,
                amount,
                next,
                secret,
                ref,
                code,
                taken,
                toCapture,
                authorizedAt,
                attempts,
                due,
                unknownSince,
                needsAPerson,
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
