package dev.orderengine.order;

import dev.orderengine.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Decides on cancelling, whole or in part, before shipment. Stock goes back at once; money that was taken goes back for what is
 * cancelled, as far as it has not gone back before; money that is only held is let go with the last unit. A payment under way is left to
 * come to its end: what it brings too much goes back then.
 */
public final class CancelDecider implements OrderDecider<CancelOrder> {

    private static final String NO_REASON = "cancelled";

    private final Supplier<UUID> ids;

    /** @param ids UUIDv7, of the refunds */
    public CancelDecider(Supplier<UUID> ids) {
        this.ids = ids;
    }

    @Override
    public Ruling decide(LockedOrder order, CancelOrder command, Instant now) {
        OrderState state = order.state();
        if (!Transitions.allows(state.status(), OrderStatus.CANCELLED)) {
            return Ruling.illegal("An order that is " + state.status().wire() + " cannot be cancelled.");
        }
        if (command.items().isEmpty()) {
            return whole(order, command);
        }
        List<Fault> faults = faults(state, command);
        if (!faults.isEmpty()) {
            return new Ruling.Refuse(new Refusal.Invalid(faults));
        }
        OrderState rest = without(state, command);
        boolean nothingIsLeft = rest.items().stream().allMatch(item -> item.cancelled() == item.quantity());
        return nothingIsLeft ? whole(order, command) : part(order, rest, command);
    }

    private Ruling whole(LockedOrder order, CancelOrder command) {
        OrderState state = order.state();
        if (state.items().stream().anyMatch(item -> item.allocated() > 0)) {
            return new Ruling.Refuse(new Refusal.Illegal(
                    "in_fulfilment",
                    "Units of the order are in a fulfilment; cancel the others by naming them in items."));
        }
        String reason = command.reason() == null ? NO_REASON : command.reason();
        List<OrderItem> lines =
                state.items().stream().map(item -> item.cancel(item.open())).toList();
        Money back = order.funds().refundable();
        List<Effect> effects = new ArrayList<>(List.of(new Effect.GiveUpPayments(), new Effect.ReleaseStock()));
        effects.addAll(order.funds().refund(back, reason, ids));
        effects.addAll(order.funds().letGo(reason, ids));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("reason", reason);
        data.put("previous_status", state.status().wire());
        putRefund(data, back);
        return Ruling.Change.of(
                state.withItems(lines).cancelled(reason), new NewEvent(EventType.ORDER_CANCELLED, data), effects);
    }

    private Ruling part(LockedOrder order, OrderState rest, CancelOrder command) {
        String reason = command.reason() == null ? NO_REASON : command.reason();
        boolean partlyPaid = order.state().status() == OrderStatus.PENDING
                && order.funds().refundable().minor() > 0;
        Money back = partlyPaid
                ? excess(order.funds(), rest)
                : order.funds().refundableOf(order.state().due().minus(rest.due()));
        Map<String, Integer> units = new HashMap<>();
        command.items().forEach(item -> units.put(item.productId(), item.quantity()));
        List<Effect> effects =
                new ArrayList<>(List.of(new Effect.ChangePaymentAmount(rest.due()), new Effect.ReleaseUnits(units)));
        effects.addAll(order.funds().refund(back, reason, ids));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("changed", List.of("items"));
        data.put(
                "cancelled",
                command.items().stream()
                        .map(item -> Map.of("product_id", item.productId(), "quantity", item.quantity()))
                        .toList());
        data.put("reason", reason);
        putRefund(data, back);
        NewEvent updated = new NewEvent(EventType.ORDER_UPDATED, data);
        return partlyPaid && order.funds().refundable().compareTo(rest.due()) >= 0
                ? paid(order.funds(), rest, updated, effects)
                : Ruling.Change.of(rest, updated, effects);
    }

    /** What was transferred so far counts for what is left of the order; only what is more than that goes back. */
    private static Money excess(Funds funds, OrderState rest) {
        Money kept = funds.refundable();
        return kept.compareTo(rest.due()) > 0 ? kept.minus(rest.due()) : Money.zero(kept.currency());
    }

    /** What was transferred so far is enough for what is left: nothing more is waited for. */
    private static Ruling paid(Funds funds, OrderState rest, NewEvent updated, List<Effect> effects) {
        List<Effect> settling = new ArrayList<>(effects);
        List<NewEvent> events = new ArrayList<>(List.of(updated));
        for (Funds.Held payment : funds.payments()) {
            settling.add(new Effect.ReceiveTransfer(payment.paymentId(), Money.zero(funds.currency()), true));
            events.add(new NewEvent(
                    EventType.PAYMENT_CAPTURED,
                    Map.of(
                            "payment_id",
                            payment.paymentId().toString(),
                            "provider",
                            PaymentMethod.BANK_TRANSFER.provider(),
                            "amount",
                            rest.due().toDecimal(),
                            "currency",
                            funds.currency().getCurrencyCode())));
        }
        return new Ruling.Change(rest.moveTo(PaymentStatus.CAPTURED).paid(), events, settling, null);
    }

    private static List<Fault> faults(OrderState state, CancelOrder command) {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < command.items().size(); i++) {
            ProductUnits wanted = command.items().get(i);
            String pointer = "/items/" + i;
            state.items().stream()
                    .filter(item -> item.productId().equals(wanted.productId()))
                    .findFirst()
                    .ifPresentOrElse(
                            item -> tooMany(item, wanted, pointer, faults),
                            () -> faults.add(
                                    new Fault(pointer + "/product_id", "unknown_item", "is not in the order")));
        }
        return faults;
    }

    private static void tooMany(OrderItem item, ProductUnits wanted, String pointer, List<Fault> faults) {
        if (wanted.quantity() > item.open()) {
            faults.add(new Fault(
                    pointer + "/quantity",
                    "too_many",
                    "must be at most " + item.open() + ", what can be cancelled of it"));
        }
    }

    private static OrderState without(OrderState state, CancelOrder command) {
        Map<String, Integer> units = new HashMap<>();
        command.items().forEach(item -> units.put(item.productId(), item.quantity()));
        return state.withItems(state.items().stream()
                .map(item -> item.cancel(units.getOrDefault(item.productId(), 0)))
                .toList());
    }

    private static void putRefund(Map<String, Object> data, Money back) {
        if (back.minor() > 0) {
            data.put("refund", back.toDecimal());
            data.put("currency", back.currency().getCurrencyCode());
        }
    }
}
