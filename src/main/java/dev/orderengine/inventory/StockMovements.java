package dev.orderengine.inventory;

import static dev.orderengine.database.Columns.column;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;

/**
 * Writes movements of stock: the reservations of the orders and the counters of the stock rows change together, so that the ledger in
 * each row stays sound. All is done inside the caller's transaction, in which the orders are locked, and then the stock.
 */
public final class StockMovements {

    private static final String MOVE = """
            WITH movement AS (
                SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::int[], $6::int[])
                    AS m (order_id, product_id, location_id, held, shipped, restocked)),
            line AS (
                SELECT r.order_id, l.product_id, l.location_id, l.quantity
                FROM reservations r, unnest(r.products, r.locations, r.quantities) AS l (product_id, location_id, quantity)
                WHERE r.order_id IN (SELECT order_id FROM movement WHERE held <> 0)
                UNION ALL
                SELECT order_id, product_id, location_id, held FROM movement WHERE held <> 0),
            remaining AS (
                SELECT order_id, product_id, location_id, sum(quantity)::int AS quantity
                FROM line GROUP BY order_id, product_id, location_id),
            kept AS (
                SELECT order_id,
                       array_agg(product_id ORDER BY product_id, location_id) FILTER (WHERE quantity > 0) AS products,
                       array_agg(location_id ORDER BY product_id, location_id) FILTER (WHERE quantity > 0) AS locations,
                       array_agg(quantity ORDER BY product_id, location_id) FILTER (WHERE quantity > 0) AS quantities
                FROM remaining GROUP BY order_id),
            changed AS (
                UPDATE reservations r SET products = k.products, locations = k.locations, quantities = k.quantities
                FROM kept k WHERE r.order_id = k.order_id AND k.products IS NOT NULL),
            emptied AS (
                DELETE FROM reservations r USING kept k WHERE r.order_id = k.order_id AND k.products IS NULL),
            due AS (
                SELECT product_id, location_id, sum(held)::int AS held, sum(shipped)::int AS shipped, sum(restocked)::int AS restocked
                FROM movement GROUP BY product_id, location_id),
            moved AS (
                UPDATE stock s
                SET on_hand = s.on_hand - d.shipped + d.restocked, reserved = s.reserved + d.held,
                    shipped = s.shipped + d.shipped, restocked = s.restocked + d.restocked
                FROM due d
                WHERE s.product_id = d.product_id AND s.location_id = d.location_id
                  AND s.reserved + d.held <= s.on_hand - d.shipped + d.restocked
                RETURNING 1)
            SELECT NOT EXISTS (SELECT FROM remaining WHERE quantity < 0)
                   AND (SELECT count(*) FROM moved) = (SELECT count(*) FROM due) AS sound""";

    /** A movement and the order that it is about. */
    public record OfOrder(UUID orderId, StockMovement movement) {}

    /**
     * Moves stock whose rows are locked.
     *
     * @return false if an order holds less, or a location has less, than is moved: then the transaction must not be committed
     */
    public Future<Boolean> write(SqlClient transaction, List<OfOrder> movements) {
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(column(movements, OfOrder::orderId, UUID[]::new))
                .addArrayOfString(column(movements, of -> of.movement.productId(), String[]::new))
                .addArrayOfString(column(movements, of -> of.movement.locationId(), String[]::new))
                .addArrayOfInteger(column(movements, of -> of.movement.held(), Integer[]::new))
                .addArrayOfInteger(column(movements, of -> of.movement.shipped(), Integer[]::new))
                .addArrayOfInteger(column(movements, of -> of.movement.restocked(), Integer[]::new));
        return transaction
                .preparedQuery(MOVE)
                .execute(tuple)
                .map(rows -> rows.iterator().next().getBoolean("sound"));
    }
}
