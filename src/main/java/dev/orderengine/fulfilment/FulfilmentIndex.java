package dev.orderengine.fulfilment;

import dev.orderengine.database.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;

/** Tells which order a parcel belongs to. */
public final class FulfilmentIndex {

    private static final String ORDER_OF = "SELECT order_id FROM fulfilments WHERE fulfillment_id = $1";

    private final Pool readers;

    public FulfilmentIndex(Pool readers) {
        this.readers = readers;
    }

    /** The order; empty if there is no such parcel. */
    public Future<Optional<UUID>> orderOf(UUID fulfilmentId) {
        return readers.preparedQuery(ORDER_OF)
                .execute(Tuple.of(fulfilmentId))
                .map(rows -> Rows.first(rows, row -> row.getUUID("order_id")));
    }
}
