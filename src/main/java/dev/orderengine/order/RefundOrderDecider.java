package dev.orderengine.order;

import dev.orderengine.money.InvalidAmountException;
import dev.orderengine.money.Money;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Decides on a refund: up to what was captured and is not back or on its way back already. */
public final class RefundOrderDecider implements OrderDecider<RefundOrder> {

    private static final String POINTER = "/amount";

    private final Supplier<UUID> ids;

    /** @param ids UUIDv7, of the refunds */
    public RefundOrderDecider(Supplier<UUID> ids) {
        this.ids = ids;
    }

    @Override
    public Ruling decide(LockedOrder order, RefundOrder command, Instant now) {
        Funds funds = order.funds();
        if (funds.captured().minor() == 0) {
            return Ruling.illegal("Nothing was captured for the order that could be refunded.");
        }
        Money amount;
        try {
            amount = Money.parse(command.amount(), funds.currency());
        } catch (InvalidAmountException e) {
            return Ruling.invalid(new Fault(POINTER, "invalid_amount", e.getMessage()));
        }
        if (amount.minor() == 0) {
            return Ruling.invalid(new Fault(POINTER, "out_of_range", "must be more than nothing"));
        }
        if (amount.compareTo(funds.refundable()) > 0) {
            return Ruling.invalid(new Fault(
                    POINTER,
                    "more_than_refundable",
                    "must be at most " + funds.refundable().toDecimal()
                            + ", what was captured and is not refunded yet"));
        }
        return refund(order, amount, command.reason());
    }

    private Ruling refund(LockedOrder order, Money amount, String reason) {
        List<Effect> refunds = order.funds().refund(amount, reason, ids);
        UUID first = ((Effect.GiveBack) refunds.get(0)).refundId();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("changed", List.of("refunds"));
        data.put("reason", reason);
        data.put("refund", amount.toDecimal());
        data.put("currency", amount.currency().getCurrencyCode());
        return new Ruling.Change(
                order.state(),
                List.of(new NewEvent(EventType.ORDER_UPDATED, data)),
                refunds,
                new Ruling.Created("refund_id", first));
    }
}
