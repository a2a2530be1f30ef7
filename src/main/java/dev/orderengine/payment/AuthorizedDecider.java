package dev.orderengine.payment;

import dev.orderengine.money.Money;
import dev.orderengine.order.Effect;
import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.order.EventType;
import dev.orderengine.order.OrderChange;
import dev.orderengine.order.OrderItem;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.PaymentStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Decides on money that is held until goods ship. It is taken once, when all that is left of the order has shipped: what was cancelled is
 * let go with that, and what came back meanwhile is refunded at once. Before a provider stops holding it, it is asked to go on; if it does not, what has shipped is taken and a person has
 * to look after the rest. Pure.
 */
final class AuthorizedDecider {

    private final Duration lease;
    private final AuthorizationTerms terms;
    private final Supplier<UUID> ids;

    /** @param ids UUIDv7, of the refunds */
    AuthorizedDecider(Duration lease, AuthorizationTerms terms, Supplier<UUID> ids) {
        this.lease = lease;
        this.terms = terms;
        this.ids = ids;
    }

    /** When to see to money that is held from now on. */
    Instant firstLook(Instant now) {
        return terms.nextLook(now, now);
    }

    Decision takeUp(Payment payment, OrderState order, Instant now) {
        if (payment.toCapture() == null && terms.areOver(payment.authorizedAt(), now)) {
            return new Decision(lapse(payment, order, "authorization_lapses", now), null, Step.NOTHING);
        }
        return new Decision(
                payment.takenUp(PaymentState.AUTHORIZED, now, now.plus(lease)),
                null,
                payment.toCapture() == null ? Step.RENEW : Step.CAPTURE);
    }

    /** What has shipped is due now; if nothing has, a person has to look. */
    private static Payment lapse(Payment payment, OrderState order, String code, Instant now) {
        Money shipped = worth(order, OrderItem::fulfilled);
        return shipped.minor() > 0 ? payment.capturing(shipped.minor(), now) : payment.lapsed(code);
    }

    private static Money worth(OrderState order, ToIntFunction<OrderItem> units) {
        return order.items().stream()
                .map(item -> item.unitPrice().times(units.applyAsInt(item)))
                .reduce(Money.zero(order.total().currency()), Money::plus);
    }

    Decision settle(Payment payment, OrderState order, Step step, ChargeOutcome outcome, Instant now) {
        return outcome.accept(new Settling(payment, order, step, now));
    }

    private final class Settling implements ChargeOutcome.Cases<Decision> {

        private final Payment payment;
        private final OrderState order;
        private final Step step;
        private final Instant now;

        Settling(Payment payment, OrderState order, Step step, Instant now) {
            this.payment = payment;
            this.order = order;
            this.step = step;
            this.now = now;
        }

        @Override
        public Decision captured(ChargeOutcome.Captured outcome) {
            long taken = payment.toCapture() == null ? payment.amount().minor() : payment.toCapture();
            Money amount = new Money(taken, payment.amount().currency());
            OrderChange told = PaymentDecider.told(
                    order, PaymentStatus.CAPTURED, EventType.PAYMENT_CAPTURED, payment, amount, now);
            return new Decision(
                    payment.captured(outcome.ref(), taken), told.with(returnedBefore(amount)), Step.NOTHING);
        }

        /** What came back before its money was taken: there was nothing to refund then. */
        private List<Effect> returnedBefore(Money taken) {
            Money returned = worth(order, OrderItem::returned);
            Money back = returned.compareTo(taken) < 0 ? returned : taken;
            return back.minor() == 0
                    ? List.of()
                    : List.of(new Effect.GiveBack(ids.get(), Kind.REFUND, payment.id(), back, "returned"));
        }

        @Override
        public Decision authorized(ChargeOutcome.Authorized outcome) {
            return step == Step.RENEW
                    ? unchanged(payment.waiting(
                            PaymentState.AUTHORIZED, outcome.ref(), terms.nextLook(payment.authorizedAt(), now), null))
                    : later(Duration.ZERO);
        }

        @Override
        public Decision pending(ChargeOutcome.Pending outcome) {
            return later(Duration.ZERO);
        }

        @Override
        public Decision declined(ChargeOutcome.Declined outcome) {
            return refused(outcome.code());
        }

        @Override
        public Decision rejected(ChargeOutcome.Rejected outcome) {
            return refused(outcome.code());
        }

        @Override
        public Decision unavailable(ChargeOutcome.Unavailable outcome) {
            return later(outcome.retryAfter());
        }

        @Override
        public Decision unknown(ChargeOutcome.Unknown outcome) {
            return later(Duration.ZERO);
        }

        private Decision refused(String code) {
            return unchanged(step == Step.RENEW ? lapse(payment, order, code, now) : payment.lapsed(code));
        }

        private Decision later(Duration atLeast) {
            Instant next = now.plus(GrowingWait.after(payment.attempts(), atLeast));
            return unchanged(
                    payment.waiting(PaymentState.AUTHORIZED, payment.providerRef(), next, payment.unknownAt()));
        }

        private Decision unchanged(Payment after) {
            return new Decision(after, null, Step.NOTHING);
        }
    }
}
