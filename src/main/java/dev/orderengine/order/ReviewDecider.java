package dev.orderengine.order;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides on a review: what is approved is due for payment, and has all the time for it; what is rejected gives its stock back. */
public final class ReviewDecider implements OrderDecider<ReviewOrder> {

    private final PaymentTerms terms;

    public ReviewDecider(PaymentTerms terms) {
        this.terms = terms;
    }

    @Override
    public Ruling decide(LockedOrder order, ReviewOrder command, Instant now) {
        OrderState state = order.state();
        if (state.status() != OrderStatus.PENDING_REVIEW) {
            return Ruling.illegal("An order that is " + state.status().wire() + " is not to be reviewed.");
        }
        return command.approved() ? approve(state, command, now) : reject(state, command);
    }

    private Ruling approve(OrderState state, ReviewOrder command, Instant now) {
        OrderState approved = state.moveTo(OrderStatus.PENDING).expiringAt(terms.deadline(state.paymentMethod(), now));
        return Ruling.Change.of(
                approved, new NewEvent(EventType.ORDER_APPROVED, data(command)), List.of(new Effect.MakePaymentDue()));
    }

    private static Ruling reject(OrderState state, ReviewOrder command) {
        return Ruling.Change.of(
                state.moveTo(OrderStatus.REJECTED).expiringAt(null),
                new NewEvent(EventType.ORDER_REJECTED, data(command)),
                List.of(new Effect.GiveUpPayments(), new Effect.ReleaseStock()));
    }

    private static Map<String, Object> data(ReviewOrder command) {
        Map<String, Object> data = new HashMap<>();
        data.put("by", "review");
        if (command.note() != null) {
            data.put("note", command.note());
        }
        return data;
    }
}
