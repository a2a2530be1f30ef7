package dev.orderengine.order;

import dev.orderengine.bus.BusMessage;
import dev.orderengine.rules.Verdict;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.UUID;

/**
 * Asks for the placement of an order.
 *
 * @param id of the order, UUIDv7
 * @param caller whose key it is, and the actor of the event
 * @param idempotencyKey null if none was sent
 * @param requestHash of the request that the key stands for
 * @param expiresAt when it is cancelled unless paid
 * @param traceparent of the request
 */
public record Place(
        UUID id,
        UUID paymentId,
        String caller,
        String idempotencyKey,
        Buffer requestHash,
        PricedOrder order,
        Instant at,
        Instant expiresAt,
        String traceparent)
        implements BusMessage {

    /** The status in which the decision places it. */
    OrderStatus status() {
        return switch (order.decision().verdict()) {
            case REVIEW -> OrderStatus.PENDING_REVIEW;
            case VERIFY -> OrderStatus.PENDING_VERIFICATION;
            case ACCEPT -> OrderStatus.PENDING;
            case REJECT -> throw new IllegalStateException("a rejected order is not placed");
        };
    }

    /** Whether the money may be asked for at once: nobody has to look at it first, and it does not come by itself. */
    boolean chargeable() {
        return order.decision().verdict() == Verdict.ACCEPT
                && order.request().paymentMethod() != PaymentMethod.BANK_TRANSFER;
    }
}
