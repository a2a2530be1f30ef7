package dev.orderengine.order;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decides what becomes of an order whose time to pay is over (specification, section 4). */
public final class ExpiryDecider {

    /** The actor and the reason that stay with an expired order. */
    static final String ACTOR = "expiry";

    static final String REASON = "expired";

    private static final Duration EXTENSION = Duration.ofMinutes(5);

    private static final Set<OrderStatus> UNPAID = Set.of(
            OrderStatus.PENDING,
            OrderStatus.PENDING_REVIEW,
            OrderStatus.PENDING_VERIFICATION,
            OrderStatus.PAYMENT_FAILED);

    // Any other may be money that moves or has moved: such an order is never taken from the customer.
    private static final Set<PaymentStatus> NO_MONEY = Set.of(PaymentStatus.NONE, PaymentStatus.FAILED);

    /** What becomes of the order. */
    public sealed interface Verdict {

        /** It is cancelled. */
        record Expire(OrderChange change) implements Verdict {}

        /** A payment is under way: it is looked at again later. */
        record Extend(Instant until) implements Verdict {}

        /** It cannot expire any more. */
        record Settle() implements Verdict {}
    }

    /** @param order whose {@code expiresAt} is past */
    public Verdict decide(OrderState order, Instant now) {
        if (!UNPAID.contains(order.status())) {
            return new Verdict.Settle();
        }
        if (!NO_MONEY.contains(order.paymentStatus())) {
            return new Verdict.Extend(now.plus(EXTENSION));
        }
        return new Verdict.Expire(expire(order, now));
    }

    private static OrderChange expire(OrderState order, Instant now) {
        OrderState cancelled = order.cancelled(REASON);
        NewEvent expired = new NewEvent(
                EventType.ORDER_EXPIRED,
                Map.of("reason", REASON, "previous_status", order.status().wire()));
        List<Effect> effects = List.of(new Effect.GiveUpPayments(), new Effect.ReleaseStock());
        return new OrderChange(order, cancelled, List.of(expired), effects, ACTOR, now, null);
    }
}
