package dev.orderengine.payment;

import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack.Kind;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * Money that is to go back to a customer: of a captured payment in part or in whole, or the whole of an authorized one. Its id is the
 * provider's idempotency key.
 *
 * @param paymentRef the provider's name for the payment
 * @param reason for people
 * @param providerRef the provider's name for the refund; null until known
 * @param failureCode why the provider will not do it; null unless it said so
 * @param attempts how often it was taken up, which is also the fencing token of its lease
 * @param nextAt when it is due, or until when it is leased; null if nothing is to be done
 * @param unknownAt since when it may have been done without our knowing; null if it certainly was not
 * @param flagged whether a person has to look
 * @param traceparent of the trace that wanted it; null if none
 */
public record Refund(
        UUID id,
        UUID orderId,
        UUID paymentId,
        String paymentRef,
        String provider,
        Kind kind,
        Money amount,
        String reason,
        RefundState state,
        String providerRef,
        String failureCode,
        int attempts,
        Instant nextAt,
        Instant unknownAt,
        boolean flagged,
        String traceparent) {

    /** The same in the name of a span. */
    Refund within(String span) {
        return Objects.equals(span, traceparent)
                ? this
                : new Refund(
                        id,
                        orderId,
                        paymentId,
                        paymentRef,
                        provider,
                        kind,
                        amount,
                        reason,
                        state,
                        providerRef,
                        failureCode,
                        attempts,
                        nextAt,
                        unknownAt,
                        flagged,
                        span);
    }

    /** Taken up once more: from now on it may be done without our knowing, until the provider answers. */
    Refund takenUp(Instant now, Instant leasedUntil) {
        return with(
                state,
                providerRef,
                failureCode,
                attempts + 1,
                leasedUntil,
                unknownAt == null ? now : unknownAt,
                flagged);
    }

    /** To be taken up again at that time. */
    Refund waiting(RefundState next, String ref, Instant until, Instant unknownSince) {
        return with(next, ref, null, attempts, until, unknownSince, flagged);
    }

    /** Left to a person: the engine does nothing more on its own. */
    Refund leftToAPerson(RefundState next) {
        return with(next, providerRef, null, attempts, null, unknownAt, true);
    }

    /** Done. */
    Refund succeeded(String ref) {
        return with(RefundState.SUCCEEDED, ref, null, attempts, null, null, false);
    }

    /** Not done, and asking again would not help: a person has to see to it. */
    Refund failed(String code) {
        return with(RefundState.FAILED, providerRef, code, attempts, null, null, true);
    }

    private Refund with(
            RefundState next,
            String ref,
            String code,
            int takeUps,
            Instant due,
            Instant unknownSince,
            boolean needsAPerson) {
        return new Refund(
                id,
                orderId,
                paymentId,
                paymentRef,
                provider,
                kind,
                amount,
                reason,
                next,
                ref,
                code,
                takeUps,
                due,
                unknownSince,
                needsAPerson,
                traceparent);
    }

    /** What may be logged. */
    @Override
    public String toString() {
        return kind.wire() + " " + id + " of " + amount + " of payment " + paymentId + " of order " + orderId + ", "
                + state.wire() + " at " + provider + ", reference " + providerRef + ", take-up " + attempts;
    }
}
