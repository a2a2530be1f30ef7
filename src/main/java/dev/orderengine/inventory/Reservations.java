package dev.orderengine.inventory;

import static dev.orderengine.database.Columns.column;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Stock held for orders. Stock rows are always locked in the order of product and location, so that nobody waits in a circle. All is
 * done inside the caller's transaction, in which the orders are locked.
 */
public final class Reservations {

    private static final String LOCK_STOCK_OF = """
            SELECT FROM stock s
            WHERE (s.product_id, s.location_id) IN (
                SELECT l.product_id, l.location_id
                FROM reservations r, unnest(r.products, r.locations) AS l (product_id, location_id)
                WHERE r.order_id = ANY ($1)
                UNION ALL
                SELECT * FROM unnest($2::text[], $3::text[]))
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

    // What goes back of a product is taken from the end of what is held of it; what is in a parcel stays.
    private static final String RELEASE_UNITS = """
            WITH wanted AS (
                SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[]) AS w (order_id, product_id, units)),
            packed AS (
                SELECT f.order_id, l.product_id, f.location_id, sum(l.quantity) AS quantity
                FROM fulfilments f, unnest(f.products, f.quantities) AS l (product_id, quantity)
                WHERE f.order_id = ANY ($1) AND f.status = 'created'
                GROUP BY f.order_id, l.product_id, f.location_id),
            held AS (
                SELECT *, sum(free) OVER (PARTITION BY order_id, product_id ORDER BY at DESC) - free AS behind
                FROM (SELECT r.order_id, l.product_id, l.location_id, l.quantity, l.at, l.quantity - coalesce(p.quantity, 0) AS free
                      FROM reservations r
                      CROSS JOIN unnest(r.products, r.locations, r.quantities) WITH ORDINALITY
                          AS l (product_id, location_id, quantity, at)
                      LEFT JOIN packed p
                          ON p.order_id = r.order_id AND p.product_id = l.product_id AND p.location_id = l.location_id
                      WHERE r.order_id = ANY ($1)) line),
            freed AS (
                SELECT h.*, greatest(0, least(h.free, coalesce(w.units, 0) - h.behind))::int AS units
                FROM held h LEFT JOIN wanted w ON w.order_id = h.order_id AND w.product_id = h.product_id),
            kept AS (
                SELECT order_id,
                       array_agg(product_id ORDER BY at) FILTER (WHERE quantity > units) AS products,
                       array_agg(location_id ORDER BY at) FILTER (WHERE quantity > units) AS locations,
                       array_agg(quantity - units ORDER BY at) FILTER (WHERE quantity > units) AS quantities
                FROM freed GROUP BY order_id),
            smaller AS (
                UPDATE reservations r SET products = k.products, locations = k.locations, quantities = k.quantities
                FROM kept k WHERE r.order_id = k.order_id AND k.products IS NOT NULL),
            empty AS (
                DELETE FROM reservations r USING kept k WHERE r.order_id = k.order_id AND k.products IS NULL),
            returned AS (
                UPDATE stock s SET reserved = s.reserved - f.units
                FROM (SELECT product_id, location_id, sum(units)::int AS units
                      FROM freed WHERE units > 0 GROUP BY product_id, location_id) f
                WHERE s.product_id = f.product_id AND s.location_id = f.location_id)
            SELECT (SELECT sum(units) FROM freed) = (SELECT sum(units) FROM wanted) AS all_freed""";

    // As placement takes it: of each product from where most is free.
    private static final String RESERVE = """
            WITH wanted AS (
                SELECT * FROM unnest($2::text[], $3::int[]) AS w (product_id, units)),
            stocked AS (
                SELECT product_id, location_id, on_hand - reserved AS free
                FROM stock WHERE product_id = ANY ($2)
                ORDER BY product_id, location_id
                FOR NO KEY UPDATE),
            supply AS (
                SELECT s.*, sum(s.free) OVER (PARTITION BY s.product_id ORDER BY s.free DESC, s.location_id) - s.free AS before
                FROM stocked s),
            taken AS (
                SELECT s.product_id, s.location_id, greatest(0, least(s.free, w.units - s.before))::int AS units
                FROM supply s JOIN wanted w ON w.product_id = s.product_id),
            verdict AS (
                SELECT coalesce((SELECT sum(units) FROM taken), 0) = (SELECT sum(units) FROM wanted) AS enough),
            held AS (
                INSERT INTO reservations (order_id, products, locations, quantities)
                SELECT $1, array_agg(t.product_id), array_agg(t.location_id), array_agg(t.units)
                FROM taken t, verdict v
                WHERE t.units > 0 AND v.enough
                HAVING count(*) > 0),
            counted AS (
                UPDATE stock s SET reserved = s.reserved + t.units
                FROM taken t, verdict v
                WHERE v.enough AND t.units > 0 AND s.product_id = t.product_id AND s.location_id = t.location_id)
            SELECT enough FROM verdict""";

    /** Units of one product that an order holds. */
    public record Units(UUID orderId, String productId, int quantity) {}

    /** Locks the stock that is held for the orders, and where else something moves, before any of it changes. */
    public Future<Void> lock(SqlClient transaction, Collection<UUID> orders, Collection<StockMovement> movements) {
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(orders.toArray(UUID[]::new))
                .addArrayOfString(
                        movements.stream().map(StockMovement::productId).toArray(String[]::new))
                .addArrayOfString(
                        movements.stream().map(StockMovement::locationId).toArray(String[]::new));
        return transaction.preparedQuery(LOCK_STOCK_OF).execute(tuple).mapEmpty();
    }

    /** Gives back all that is held for the orders, whose stock is locked. */
    public Future<Void> release(SqlClient transaction, List<UUID> orders) {
        if (orders.isEmpty()) {
            return Future.succeededFuture();
        }
        return transaction
                .preparedQuery(RELEASE)
                .execute(Tuple.of(orders.toArray(UUID[]::new)))
                .mapEmpty();
    }

    /** Gives back some of what is held for orders, whose stock is locked; fails if an order holds less than that. */
    public Future<Void> releaseUnits(SqlClient transaction, List<Units> units) {
        if (units.isEmpty()) {
            return Future.succeededFuture();
        }
        return transaction
                .preparedQuery(RELEASE_UNITS)
                .execute(tuple(units))
                .compose(rows -> Boolean.TRUE.equals(rows.iterator().next().getBoolean("all_freed"))
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException("an order holds less than it gives back")));
    }

    /** Takes stock for an order that holds none; says whether there was enough of everything, else nothing is taken. */
    public Future<Boolean> reserve(SqlClient transaction, UUID order, Map<String, Integer> units) {
        Tuple tuple = Tuple.of(order)
                .addArrayOfString(units.keySet().toArray(String[]::new))
                .addArrayOfInteger(units.values().toArray(Integer[]::new));
        return transaction
                .preparedQuery(RESERVE)
                .execute(tuple)
                .map(rows -> rows.iterator().next().getBoolean("enough"));
    }

    private static Tuple tuple(List<Units> units) {
        return Tuple.tuple()
                .addArrayOfUUID(column(units, Units::orderId, UUID[]::new))
                .addArrayOfString(column(units, Units::productId, String[]::new))
                .addArrayOfInteger(column(units, Units::quantity, Integer[]::new));
    }
}
