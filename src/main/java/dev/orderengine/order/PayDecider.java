package dev.orderengine.order;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Decides on another attempt to pay. The order keeps its time to pay, so that stock is not held by attempts without end; but it has
 * always a few minutes for the attempt, and for a transfer as long as transfers take.
 */
public final class PayDecider implements OrderDecider<PayOrder> {

    private static final Duration AT_LEAST = Duration.ofMinutes(5);

    private final PaymentTerms terms;
    private final Supplier<UUID> ids;

    /** @param ids UUIDv7, of the attempts */
    public PayDecider(PaymentTerms terms, Supplier<UUID> ids) {
        this.terms = terms;
        this.ids = ids;
    }

    @Override
    public Ruling decide(LockedOrder order, PayOrder command, Instant now) {
        OrderState state = order.state();
        if (state.status() != OrderStatus.PAYMENT_FAILED) {
            return Ruling.illegal("An order that is " + state.status().wire() + " takes no further attempt to pay.");
        }
        UUID id = ids.get();
        OrderState pending = state.moveTo(OrderStatus.PENDING)
                .paidBy(command.method())
                .expiringAt(deadline(state, command.method(), now));
        NewEvent updated = new NewEvent(
                EventType.ORDER_UPDATED,
                Map.of("changed", List.of("status", "payment_method", "payments"), "payment_id", id.toString()));
        Effect attempt = new Effect.AttemptPayment(id, command.method(), command.token(), state.due());
        return new Ruling.Change(pending, List.of(updated), List.of(attempt), new Ruling.Created("payment_id", id));
    }

    private Instant deadline(OrderState state, PaymentMethod method, Instant now) {
        Instant atLeast = method == PaymentMethod.BANK_TRANSFER ? terms.deadline(method, now) : now.plus(AT_LEAST);
        return state.expiresAt() == null || state.expiresAt().isBefore(atLeast) ? atLeast : state.expiresAt();
    }
}
