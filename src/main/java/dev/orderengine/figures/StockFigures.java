package dev.orderengine.figures;

import dev.orderengine.database.Queries;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;

/**
 * Stock and reservations in units, and whether they agree. As they were at the last refresh, which reads both tables in one
 * statement, and so on one snapshot: a difference is real. All engines on a database show the same figures.
 */
public final class StockFigures {

    private static final String STOCK = """
            WITH held AS (
                SELECT l.product_id, l.location_id, sum(l.quantity) AS quantity
                FROM reservations r, unnest(r.products, r.locations, r.quantities) AS l (product_id, location_id, quantity)
                GROUP BY l.product_id, l.location_id)
            SELECT (SELECT count(*) FROM reservations) AS reservations,
                   coalesce(sum(s.reserved), 0)::bigint AS reserved,
                   coalesce(sum(s.on_hand - s.reserved), 0)::bigint AS available,
                   coalesce(sum(abs(coalesce(s.reserved, 0) - coalesce(h.quantity, 0))), 0)::bigint AS drift
            FROM stock s
            FULL JOIN held h ON h.product_id = s.product_id AND h.location_id = s.location_id""";

    private final Queries queries;
    private volatile Stock latest = new Stock(0, 0, 0, 0);

    private record Stock(long reservations, long reserved, long available, long drift) {}

    /** @param queries may be of a replica, on which a snapshot is as good */
    public StockFigures(Queries queries, MeterRegistry metrics) {
        this.queries = queries;
        Gauge.builder("reservations.orders", this, figures -> figures.latest.reservations())
                .description("Orders that hold stock")
                .register(metrics);
        Gauge.builder("stock.reserved", this, figures -> figures.latest.reserved())
                .description("Units held for orders")
                .baseUnit("units")
                .register(metrics);
        Gauge.builder("stock.available", this, figures -> figures.latest.available())
                .description("Units that can be ordered")
                .baseUnit("units")
                .register(metrics);
        Gauge.builder("reservations.drift", this, figures -> figures.latest.drift())
                .description("Units by which the stock's reserved counts and the reservations differ: must be 0")
                .baseUnit("units")
                .register(metrics);
    }

    /** Reads both tables whole: seconds on a large shop, so not often. */
    public Future<Void> refresh() {
        return queries.query(STOCK, Tuple.tuple())
                .map(rows -> rows.iterator().next())
                .onSuccess(row -> latest = stock(row))
                .mapEmpty();
    }

    private static Stock stock(Row row) {
        return new Stock(
                row.getLong("reservations"), row.getLong("reserved"), row.getLong("available"), row.getLong("drift"));
    }
}
