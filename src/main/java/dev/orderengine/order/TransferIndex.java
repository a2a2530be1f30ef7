package dev.orderengine.order;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;

/** Tells whether an order waits, or waited, for a bank transfer. */
public final class TransferIndex {

    private static final String FIND = "SELECT FROM payments WHERE id = $1 AND order_id = $2 AND provider = '"
            + PaymentMethod.BANK_TRANSFER.provider() + "'";

    private final Pool readers;

    public TransferIndex(Pool readers) {
        this.readers = readers;
    }

    /** The order; empty if the payment is not its transfer. */
    public Future<Optional<UUID>> orderOf(UUID paymentId, UUID orderId) {
        return readers.preparedQuery(FIND)
                .execute(Tuple.of(paymentId, orderId))
                .map(rows -> rows.size() == 0 ? Optional.empty() : Optional.of(orderId));
    }
}
