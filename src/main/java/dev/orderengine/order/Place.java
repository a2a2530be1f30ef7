package dev.orderengine.order;

import dev.orderengine.bus.BusMessage;
import dev.orderengine.rules.Verdict;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Objects;
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
 * @param once what is ordered at most once; null if it may be ordered again. It decides on replays, and the idempotency key is
 *     spent beside it
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
        String traceparent,
        OnceKey once)
        implements BusMessage {

    /** The same in the name of a span. */
    Place within(String span) {
        return Objects.equals(span, traceparent)
                ? this
                : new Place(id, paymentId, caller, idempotencyKey, requestHash, order, at, expiresAt, span, once);
    }

    /** Whose key decides on replays. */
    String keyScope() {
        return once == null ? caller : once.scope();
    }

    /** The key that decides on replays; null if there is none. */
    String key() {
        return once == null ? idempotencyKey : once.key();
    }

    /** What that key stands for. */
    Buffer keyHash() {
        return once == null ? requestHash : once.contentHash();
    }

    /** Whether the caller's key is spent beside another. */
    boolean spendsTwoKeys() {
        return once != null && idempotencyKey != null;
    }

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
