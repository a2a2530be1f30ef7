package dev.orderengine.inventory;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/** Stock held for orders. Stock rows are always locked in the order of product and location, so that nobody waits in a circle. */
public final class Reservations {

    private static final String LOCK_STOCK_OF = """
            SELECT FROM stock s
            WHERE (s.product_id, s.location_id) IN (
                SELECT l.product_id, l.location_id
                FROM reservations r, unnest(r.products, r.locations) AS l (product_id, location_id)
                WHERE r.order_id = ANY ($1))
            ORDER BY s.product_id, s.location_id
            FOR NO KEY UPDATE""";

    private static final String RELEASE = """
            WITH released AS (
                DELETE FROM reservations WHERE order_id = ANY ($1) RETURNING products, locations, quantities)
            UPDATE stock s
            SET reserved = s.reserved - l.quantity
            FROM (SELECT l.product_id, l.location_id, sum(l.quantity) AS quantity
                  FROM released r, unnest(r.products, r.locations, r.quantities) AS l (product_id, location_id, quantity)
                  GROUP BY l.product_id, l.location_id) l
            WHERE s.product_id = l.product_id AND s.location_id = l.location_id""";

    /** Gives back all that is held for the orders, inside the caller's transaction, in which the orders are locked. */
    public Future<Void> release(SqlClient transaction, List<UUID> orders) {
        if (orders.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple ids = Tuple.of(orders.toArray(UUID[]::new));
        return transaction
                .preparedQuery(LOCK_STOCK_OF)
                .execute(ids)
                .compose(locked -> transaction.preparedQuery(RELEASE).execute(ids))
                .mapEmpty();
    }
}
