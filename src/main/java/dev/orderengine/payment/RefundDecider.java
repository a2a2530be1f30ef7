package dev.orderengine.payment;

import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.order.EventType;
import dev.orderengine.order.NewEvent;
import dev.orderengine.order.OrderChange;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.PaymentStatus;
import dev.orderengine.order.Transitions;
import dev.orderengine.payment.RefundOutcome.NotFound;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decides what an answer of a provider, or its absence, means for money that is to go back, its payment and its order. Pure. */
public final class RefundDecider {

    private final Duration lease;
    private final Duration lookUpWindow;

    /**
     * @param lease how long a refund that was taken up is left to whoever took it
     * @param lookUpWindow how long the provider honours an idempotency key
     */
    public RefundDecider(Duration lease, Duration lookUpWindow) {
        this.lease = lease;
        this.lookUpWindow = lookUpWindow;
    }

    /**
     * What becomes of a refund, its payment and its order.
     *
     * @param payment what it changes of the payment; null if nothing
     * @param order what it changes of the order; null if nothing
     */
    public record Decision(Refund after, PaymentBooking payment, OrderChange order) {}

    /**
     * What is booked on the payment, in minor units.
     *
     * @param settled no longer on its way back
     * @param back of that, what is back
     * @param state of the payment then; null if it stays
     */
    public record PaymentBooking(long settled, long back, PaymentState state) {}

    /**
     * The payment that it is about, and what its order's payments took and gave back in all, in minor units.
     *
     * @param allCaptured of all payments of the order
     * @param allRefunded the same, before this refund
     */
    public record Books(long captured, long refunded, long allCaptured, long allRefunded) {}

    /** Takes up a due refund. */
    public RefundStore.Taken takeUp(Refund refund, Instant now) {
        return new RefundStore.Taken(refund.takenUp(now, now.plus(lease)), step(refund, now));
    }

    private Step step(Refund refund, Instant now) {
        if (refund.unknownAt() == null) {
            return Step.ASK;
        }
        boolean mayAskAgain = refund.providerRef() == null && !windowIsOver(refund, now);
        return mayAskAgain ? Step.LOOK_UP_OR_ASK : Step.LOOK_UP;
    }

    /**
     * Settles what the provider answered.
     *
     * @param refund as it was taken up
     * @param step what the provider was asked
     */
    public Decision settle(
            Refund refund, Books books, OrderState order, Step step, RefundOutcome outcome, Instant now) {
        if (outcome instanceof RefundOutcome.Done done) {
            return done(refund, books, order, done.ref(), now);
        }
        if (outcome instanceof RefundOutcome.Refused refused) {
            long settled = refund.kind() == Kind.REFUND ? refund.amount().minor() : 0;
            return new Decision(refund.failed(refused.code()), new PaymentBooking(settled, 0, null), null);
        }
        if (outcome instanceof RefundOutcome.Pending pending) {
            return unresolved(refund.waiting(
                    RefundState.PENDING,
                    pending.ref(),
                    now.plus(GrowingWait.after(refund.attempts())),
                    refund.unknownAt()));
        }
        if (outcome instanceof NotFound) {
            return doubtful(refund, now);
        }
        ChargeOutcome cause = ((RefundOutcome.NoAnswer) outcome).cause();
        if (cause instanceof ChargeOutcome.Unavailable unavailable) {
            return unavailable(refund, step, unavailable, now);
        }
        return doubtful(refund, now);
    }

    private static Decision unresolved(Refund after) {
        return new Decision(after, null, null);
    }

    /** Nothing was done now; only if nothing was before either, there is nothing to look for. */
    private Decision unavailable(Refund refund, Step step, ChargeOutcome.Unavailable outcome, Instant now) {
        if (step != Step.ASK && windowIsOver(refund, now) && refund.providerRef() == null) {
            return unresolved(refund.leftToAPerson(refund.state()));
        }
        Duration wait = GrowingWait.after(refund.attempts(), outcome.retryAfter());
        Instant unknownSince = step == Step.ASK ? null : refund.unknownAt();
        return unresolved(refund.waiting(refund.state(), refund.providerRef(), now.plus(wait), unknownSince));
    }

    /** It is looked for until the provider would not know any more; then it is a person's. What has a reference is never lost. */
    private Decision doubtful(Refund refund, Instant now) {
        if (refund.providerRef() == null && windowIsOver(refund, now)) {
            return unresolved(refund.leftToAPerson(RefundState.UNKNOWN));
        }
        return unresolved(refund.waiting(
                RefundState.UNKNOWN,
                refund.providerRef(),
                now.plus(GrowingWait.after(refund.attempts())),
                refund.unknownAt()));
    }

    private static Decision done(Refund refund, Books books, OrderState order, String ref, Instant now) {
        Refund after = refund.succeeded(ref);
        return refund.kind() == Kind.VOID ? voided(after, order, now) : refunded(after, books, order, now);
    }

    private static Decision voided(Refund refund, OrderState order, Instant now) {
        return new Decision(
                refund,
                new PaymentBooking(0, 0, PaymentState.VOIDED),
                change(refund, order, PaymentStatus.VOIDED, EventType.PAYMENT_VOIDED, now));
    }

    private static Decision refunded(Refund refund, Books books, OrderState order, Instant now) {
        long back = refund.amount().minor();
        boolean all = books.refunded() + back == books.captured();
        boolean allOfTheOrder = books.allRefunded() + back == books.allCaptured();
        return new Decision(
                refund,
                new PaymentBooking(back, back, all ? PaymentState.REFUNDED : PaymentState.PARTIALLY_REFUNDED),
                change(
                        refund,
                        order,
                        allOfTheOrder ? PaymentStatus.REFUNDED : PaymentStatus.PARTIALLY_REFUNDED,
                        EventType.PAYMENT_REFUNDED,
                        now));
    }

    private static OrderChange change(
            Refund refund, OrderState order, PaymentStatus next, EventType event, Instant now) {
        OrderState after = Transitions.allows(order.paymentStatus(), next) ? order.moveTo(next) : order;
        return new OrderChange(
                order,
                after,
                List.of(new NewEvent(event, facts(refund))),
                List.of(),
                PaymentDecider.ACTOR,
                now,
                refund.traceparent());
    }

    private static Map<String, Object> facts(Refund refund) {
        Money amount = refund.amount();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("refund_id", refund.id().toString());
        data.put("payment_id", refund.paymentId().toString());
        data.put("provider", refund.provider());
        data.put("amount", amount.toDecimal());
        data.put("currency", amount.currency().getCurrencyCode());
        data.put("reason", refund.reason());
        data.put("provider_ref", refund.providerRef());
        return data;
    }

    private boolean windowIsOver(Refund refund, Instant now) {
        return refund.unknownAt() != null && !now.isBefore(refund.unknownAt().plus(lookUpWindow));
    }
}
