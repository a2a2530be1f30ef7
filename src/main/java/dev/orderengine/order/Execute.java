package dev.orderengine.order;

import dev.orderengine.bus.BusMessage;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.UUID;
import java.util.function.IntPredicate;

/**
 * Asks for a command to be carried out on an order.
 *
 * @param caller whose key it is, and the actor of the events
 * @param onlyCustomer whose orders the caller may see; null for staff, who see all
 * @param key null if none was sent
 * @param expects whether the order may be changed in that version
 * @param traceparent of the request
 */
public record Execute(
        UUID orderId,
        String caller,
        String onlyCustomer,
        Key key,
        IntPredicate expects,
        OrderCommand command,
        String traceparent)
        implements BusMessage {

    /**
     * An idempotency key; its scope is the caller.
     *
     * @param requestHash of the request that it stands for
     */
    public record Key(String value, Buffer requestHash) {}

    /** The same in the name of a span. */
    public Execute within(String span) {
        return Objects.equals(span, traceparent)
                ? this
                : new Execute(orderId, caller, onlyCustomer, key, expects, command, span);
    }

    boolean mayActOn(OrderState order) {
        return onlyCustomer == null || onlyCustomer.equals(order.customerId());
    }
}
