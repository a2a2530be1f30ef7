package dev.orderengine.order;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Decides on a verification code: with the right one the order is due for payment, and has all the time for it. */
public final class VerificationDecider implements OrderDecider<VerifyOrder> {

    private static final String POINTER = "/code";

    private final PaymentTerms terms;

    public VerificationDecider(PaymentTerms terms) {
        this.terms = terms;
    }

    @Override
    public Ruling decide(LockedOrder order, VerifyOrder command, Instant now) {
        OrderState state = order.state();
        if (state.status() != OrderStatus.PENDING_VERIFICATION) {
            return Ruling.illegal("An order that is " + state.status().wire() + " is not to be verified.");
        }
        Verification sent = order.verification();
        if (sent == null) {
            return new Ruling.Refuse(new Refusal.Illegal("code_not_sent", "The code is not sent yet."));
        }
        if (sent.triesLeft() < 1) {
            return Ruling.invalid(new Fault(POINTER, "no_tries_left", "was wrong too often; the order will expire"));
        }
        if (!now.isBefore(sent.expiresAt())) {
            return Ruling.invalid(new Fault(POINTER, "code_expired", "is not good any more; the order will expire"));
        }
        if (!sent.isCode(state.id(), command.code())) {
            int left = sent.triesLeft() - 1;
            return new Ruling.FailedTry(
                    new Fault(POINTER, "wrong_code", "is not the code; " + left + " tries are left"));
        }
        OrderState verified = state.moveTo(OrderStatus.PENDING).expiringAt(terms.deadline(state.paymentMethod(), now));
        return Ruling.Change.of(
                verified,
                new NewEvent(EventType.ORDER_APPROVED, Map.of("by", "verification")),
                List.of(new Effect.MakePaymentDue()));
    }
}
