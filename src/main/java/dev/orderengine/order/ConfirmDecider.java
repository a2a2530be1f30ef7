package dev.orderengine.order;

import dev.orderengine.money.InvalidAmountException;
import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.ReceiveTransfer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Decides on money that came by bank transfer. What is enough pays the order; too little is kept, and waits with its order for the rest or
 * for a person; what is too much, or comes for an order that wants none, goes back.
 */
public final class ConfirmDecider implements OrderDecider<ConfirmPayment> {

    private static final String POINTER = "/amount";

    private static final Set<OrderStatus> UNDECIDED =
            Set.of(OrderStatus.PENDING_REVIEW, OrderStatus.PENDING_VERIFICATION);

    private final Supplier<UUID> ids;

    /** @param ids UUIDv7, of the refunds */
    public ConfirmDecider(Supplier<UUID> ids) {
        this.ids = ids;
    }

    @Override
    public Ruling decide(LockedOrder order, ConfirmPayment command, Instant now) {
        OrderState state = order.state();
        if (UNDECIDED.contains(state.status())) {
            return Ruling.illegal("An order that is " + state.status().wire()
                    + " cannot be paid yet; confirm the transfer when that is decided.");
        }
        Money received;
        try {
            received = Money.parse(command.amount(), order.funds().currency());
        } catch (InvalidAmountException e) {
            return Ruling.invalid(new Fault(POINTER, "invalid_amount", e.getMessage()));
        }
        if (received.minor() == 0) {
            return Ruling.invalid(new Fault(POINTER, "out_of_range", "must be more than nothing"));
        }
        if (state.status() != OrderStatus.PENDING) {
            return late(state, command, received);
        }
        Money kept = order.funds().refundable().plus(received);
        return kept.compareTo(state.due()) < 0
                ? partial(state, command, received, kept)
                : enough(state, command, received, kept);
    }

    private static Ruling partial(OrderState state, ConfirmPayment command, Money received, Money kept) {
        // Money has moved: such an order is not taken from the customer when its time is over.
        OrderState waiting = moved(state, PaymentStatus.PROCESSING);
        Map<String, Object> data = facts(command, state.due(), received);
        data.put("missing", state.due().minus(kept).toDecimal());
        return Ruling.Change.of(
                waiting,
                new NewEvent(EventType.PAYMENT_RECEIVED, data),
                List.of(new ReceiveTransfer(command.paymentId(), received, false)));
    }

    private Ruling enough(OrderState state, ConfirmPayment command, Money received, Money kept) {
        Money excess = kept.minus(state.due());
        OrderState paid = moved(moved(state, PaymentStatus.PROCESSING), PaymentStatus.CAPTURED)
                .paid();
        Map<String, Object> data = facts(command, state.due(), received);
        List<Effect> effects = new ArrayList<>(List.of(new ReceiveTransfer(command.paymentId(), received, true)));
        if (excess.minor() > 0) {
            data.put("excess", excess.toDecimal());
            effects.add(back(command, excess, "more came than was due"));
        }
        return Ruling.Change.of(paid, new NewEvent(EventType.PAYMENT_CAPTURED, data), effects);
    }

    private Ruling late(OrderState state, ConfirmPayment command, Money received) {
        Map<String, Object> data = facts(command, Money.zero(received.currency()), received);
        data.put("excess", received.toDecimal());
        data.put("late", true);
        return Ruling.Change.of(
                state,
                new NewEvent(EventType.PAYMENT_CAPTURED, data),
                List.of(
                        new ReceiveTransfer(command.paymentId(), received, true),
                        back(
                                command,
                                received,
                                "the order was " + state.status().wire())));
    }

    private Effect back(ConfirmPayment command, Money amount, String reason) {
        return new Effect.GiveBack(ids.get(), Effect.GiveBack.Kind.REFUND, command.paymentId(), amount, reason);
    }

    private static OrderState moved(OrderState order, PaymentStatus next) {
        return Transitions.allows(order.paymentStatus(), next) ? order.moveTo(next) : order;
    }

    private static Map<String, Object> facts(ConfirmPayment command, Money due, Money received) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("payment_id", command.paymentId().toString());
        data.put("provider", PaymentMethod.BANK_TRANSFER.provider());
        data.put("amount", due.toDecimal());
        data.put("currency", due.currency().getCurrencyCode());
        data.put("received", received.toDecimal());
        return data;
    }
}
