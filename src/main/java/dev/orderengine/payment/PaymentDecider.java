package dev.orderengine.payment;

import static dev.orderengine.order.OrderStatus.PAYMENT_FAILED;
import static dev.orderengine.order.OrderStatus.PENDING;
import static dev.orderengine.order.OrderStatus.PENDING_REVIEW;
import static dev.orderengine.order.OrderStatus.PENDING_VERIFICATION;

import dev.orderengine.money.Money;
import dev.orderengine.order.Effect;
import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.order.EventType;
import dev.orderengine.order.NewEvent;
import dev.orderengine.order.OrderChange;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.PaymentStatus;
import dev.orderengine.order.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Decides what an answer of a provider, or its absence, means for a payment and its order. Pure. */
public final class PaymentDecider {

    /** Who changes the order, in its events. */
    static final String ACTOR = "payments";

    private final Duration lease;
    private final Duration lookUpWindow;
    private final AuthorizedDecider authorized;
    private final Supplier<UUID> ids;

    /**
     * @param lease how long a payment that was taken up is left to whoever took it
     * @param lookUpWindow how long the provider honours an idempotency key and shows what became of a payment
     * @param terms how long the provider holds money
     * @param ids UUIDv7, of the refunds
     */
    public PaymentDecider(Duration lease, Duration lookUpWindow, AuthorizationTerms terms, Supplier<UUID> ids) {
        this.lease = lease;
        this.lookUpWindow = lookUpWindow;
        this.authorized = new AuthorizedDecider(lease, terms, ids);
        this.ids = ids;
    }

    /** Takes up a due payment: created, processing, unknown or authorized. */
    public Decision takeUp(Payment payment, OrderState order, Instant now) {
        if (payment.state() == PaymentState.AUTHORIZED) {
            return authorized.takeUp(payment, order, now);
        }
        return payment.state() == PaymentState.CREATED
                ? takeUpFirst(payment, order, now)
                : takeUpAgain(payment, order, now);
    }

    private Decision takeUpFirst(Payment payment, OrderState order, Instant now) {
        if (order.status() == PENDING && Transitions.allows(order.paymentStatus(), PaymentStatus.PROCESSING)) {
            if (payment.amount().minor() == 0) {
                return free(payment, order, now);
            }
            Payment after = payment.takenUp(PaymentState.PROCESSING, now, now.plus(lease));
            OrderState charging = order.moveTo(PaymentStatus.PROCESSING);
            return new Decision(
                    after,
                    change(order, charging, EventType.PAYMENT_PROCESSING, facts(payment), payment, now),
                    Step.ASK);
        }
        if (order.status() == PENDING_REVIEW || order.status() == PENDING_VERIFICATION) {
            // Whoever approves the order makes it due again.
            return new Decision(payment.waiting(PaymentState.CREATED, null, null, null), null, Step.NOTHING);
        }
        return new Decision(payment.failed(noLongerWanted(order), null), null, Step.NOTHING);
    }

    /** There is nothing to charge, and providers refuse to charge nothing. */
    private static Decision free(Payment payment, OrderState order, Instant now) {
        OrderState paid = order.moveTo(PaymentStatus.PROCESSING)
                .moveTo(PaymentStatus.CAPTURED)
                .paid();
        return new Decision(
                payment.captured(null, 0),
                change(order, paid, EventType.PAYMENT_CAPTURED, facts(payment), payment, now),
                Step.NOTHING);
    }

    private Decision takeUpAgain(Payment payment, OrderState order, Instant now) {
        boolean wanted = order.status() == PENDING;
        if (payment.unknownAt() == null) {
            return wanted
                    ? again(payment, Step.ASK, now)
                    : failed(payment, order, noLongerWanted(order), payment.providerRef(), now);
        }
        boolean mayAskAgain = wanted && payment.providerRef() == null && !windowIsOver(payment, now);
        return again(payment, mayAskAgain ? Step.LOOK_UP_OR_ASK : Step.LOOK_UP, now);
    }

    private Decision again(Payment payment, Step step, Instant now) {
        return new Decision(payment.takenUp(payment.state(), now, now.plus(lease)), null, step);
    }

    /**
     * Whether money came too late, for an order whose time was over: if its stock can be reserved again it is honoured, else the money
     * goes back. An order that somebody cancelled stays cancelled, whatever comes.
     */
    public static boolean wantsStockBack(OrderState order, ChargeOutcome outcome) {
        boolean money = outcome instanceof ChargeOutcome.Captured || outcome instanceof ChargeOutcome.Authorized;
        return money && order.isExpired();
    }

    /**
     * Settles what the provider answered.
     *
     * @param payment as it was taken up
     * @param step what the provider was asked
     * @param stockIsBack whether the stock was reserved again for an order that {@link #wantsStockBack}
     */
    public Decision settle(
            Payment payment, OrderState order, Step step, ChargeOutcome outcome, boolean stockIsBack, Instant now) {
        return payment.state() == PaymentState.AUTHORIZED
                ? authorized.settle(payment, order, step, outcome, now)
                : outcome.accept(new Settling(payment, order, step, stockIsBack, now));
    }

    private final class Settling implements ChargeOutcome.Cases<Decision> {

        private final Payment payment;
        private final OrderState order;
        private final Step step;
        private final boolean stockIsBack;
        private final Instant now;

        Settling(Payment payment, OrderState order, Step step, boolean stockIsBack, Instant now) {
            this.payment = payment;
            this.order = order;
            this.step = step;
            this.stockIsBack = stockIsBack;
            this.now = now;
        }

        @Override
        public Decision captured(ChargeOutcome.Captured outcome) {
            return succeeded(
                    PaymentState.CAPTURED,
                    PaymentStatus.CAPTURED,
                    EventType.PAYMENT_CAPTURED,
                    outcome.ref(),
                    payment.amount().minor());
        }

        @Override
        public Decision authorized(ChargeOutcome.Authorized outcome) {
            return succeeded(
                    PaymentState.AUTHORIZED, PaymentStatus.AUTHORIZED, EventType.PAYMENT_AUTHORIZED, outcome.ref(), 0);
        }

        @Override
        public Decision pending(ChargeOutcome.Pending outcome) {
            return unresolved(
                    payment.state(), outcome.ref(), GrowingWait.after(payment.attempts()), payment.unknownAt(), null);
        }

        @Override
        public Decision declined(ChargeOutcome.Declined outcome) {
            return failed(payment, order, outcome.code(), outcome.ref(), now);
        }

        @Override
        public Decision rejected(ChargeOutcome.Rejected outcome) {
            return failed(payment, order, outcome.code(), payment.providerRef(), now);
        }

        @Override
        public Decision unavailable(ChargeOutcome.Unavailable outcome) {
            // Nothing was charged now; only if nothing was before either, there is nothing to look for.
            Instant unknownSince = step == Step.ASK ? null : payment.unknownAt();
            Duration wait = GrowingWait.after(payment.attempts(), outcome.retryAfter());
            return unresolved(payment.state(), payment.providerRef(), wait, unknownSince, null);
        }

        @Override
        public Decision unknown(ChargeOutcome.Unknown outcome) {
            OrderChange told = payment.state() == PaymentState.UNKNOWN
                    ? null
                    : change(
                            order,
                            moved(order, PaymentStatus.UNKNOWN),
                            EventType.PAYMENT_UNKNOWN,
                            facts(payment),
                            payment,
                            now);
            return unresolved(
                    PaymentState.UNKNOWN,
                    payment.providerRef(),
                    GrowingWait.after(payment.attempts()),
                    payment.unknownAt(),
                    told);
        }

        private Decision unresolved(
                PaymentState state, String ref, Duration wait, Instant unknownSince, OrderChange told) {
            Payment after = unknownSince != null && windowIsOver(payment, now)
                    ? payment.leftToAPerson(state, ref)
                    : payment.waiting(state, ref, now.plus(wait), unknownSince);
            return new Decision(after, told, Step.NOTHING);
        }

        private Decision succeeded(
                PaymentState state, PaymentStatus status, EventType event, String ref, long captured) {
            boolean late = order.status() != PENDING;
            boolean honoured = !late || (order.isExpired() && stockIsBack);
            OrderState paid = honoured ? order.paid() : order;
            Map<String, Object> data = facts(payment);
            data.put("provider_ref", ref);
            if (late) {
                data.put("late", true);
            }
            OrderChange change = change(order, moved(paid, status), event, data, payment, now)
                    .with(honoured ? tooMuch(captured) : all(state));
            Payment after = state == PaymentState.CAPTURED
                    ? payment.captured(ref, captured)
                    : payment.authorized(ref, now, honoured ? authorized.firstLook(now) : null);
            return new Decision(after, change, Step.NOTHING);
        }

        /** What was cancelled while the payment was under way. */
        private List<Effect> tooMuch(long captured) {
            long excess = captured - order.due().minor();
            return excess > 0 ? List.of(giveBack(Kind.REFUND, excess, "units were cancelled")) : List.of();
        }

        private List<Effect> all(PaymentState state) {
            Kind kind = state == PaymentState.CAPTURED ? Kind.REFUND : Kind.VOID;
            return List.of(giveBack(
                    kind,
                    payment.amount().minor(),
                    "the order was " + order.status().wire()));
        }

        private Effect giveBack(Kind kind, long minor, String reason) {
            Money amount = new Money(minor, payment.amount().currency());
            return new Effect.GiveBack(ids.get(), kind, payment.id(), amount, reason);
        }
    }

    private static Decision failed(Payment payment, OrderState order, String code, String ref, Instant now) {
        OrderState unpaid = Transitions.allows(order.status(), PAYMENT_FAILED) ? order.moveTo(PAYMENT_FAILED) : order;
        Map<String, Object> data = facts(payment);
        data.put("decline_code", code);
        return new Decision(
                payment.failed(code, ref),
                change(order, moved(unpaid, PaymentStatus.FAILED), EventType.PAYMENT_FAILED, data, payment, now),
                Step.NOTHING);
    }

    private boolean windowIsOver(Payment payment, Instant now) {
        return !now.isBefore(payment.unknownAt().plus(lookUpWindow));
    }

    private static String noLongerWanted(OrderState order) {
        return "order_" + order.status().wire();
    }

    /** The order with that payment status if it may move there; another payment may have moved it on. */
    private static OrderState moved(OrderState order, PaymentStatus next) {
        return Transitions.allows(order.paymentStatus(), next) ? order.moveTo(next) : order;
    }

    private static Map<String, Object> facts(Payment payment) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("payment_id", payment.id().toString());
        data.put("provider", payment.provider());
        data.put("amount", payment.amount().toDecimal());
        data.put("currency", payment.amount().currency().getCurrencyCode());
        return data;
    }

    /** The order, told that its money was taken. @param amount how much of it */
    static OrderChange told(
            OrderState order, PaymentStatus status, EventType event, Payment payment, Money amount, Instant now) {
        Map<String, Object> data = facts(payment);
        data.put("amount", amount.toDecimal());
        return change(order, moved(order, status), event, data, payment, now);
    }

    private static OrderChange change(
            OrderState before,
            OrderState after,
            EventType event,
            Map<String, Object> data,
            Payment payment,
            Instant now) {
        return new OrderChange(
                before, after, List.of(new NewEvent(event, data)), List.of(), ACTOR, now, payment.traceparent());
    }
}
