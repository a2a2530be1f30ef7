package dev.orderengine.inventory;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Stock as it is now, never cached. */
public final class Inventory {

    private static final String LEVELS = """
            SELECT p.product_id, s.location_id, s.on_hand, s.reserved
            FROM products p
            LEFT JOIN stock s USING (product_id)
            WHERE p.product_id = ANY ($1)
            ORDER BY p.product_id, s.location_id""";

    private final Pool readers;

    public Inventory(Pool readers) {
        this.readers = readers;
    }

    /** The levels of the products, in the order of their ids; unknown products are absent. */
    public Future<List<StockLevels>> levels(Collection<String> productIds) {
        return readers.preparedQuery(LEVELS)
                .execute(Tuple.of(productIds.toArray(String[]::new)))
                .map(Inventory::levels);
    }

    private static List<StockLevels> levels(Iterable<Row> rows) {
        Map<String, List<StockLevels.AtLocation>> byProduct = new LinkedHashMap<>();
        for (Row row : rows) {
            List<StockLevels.AtLocation> locations =
                    byProduct.computeIfAbsent(row.getString("product_id"), id -> new ArrayList<>());
            if (row.getString("location_id") != null) {
                locations.add(StockLevels.AtLocation.of(
                        row.getString("location_id"), row.getInteger("on_hand"), row.getInteger("reserved")));
            }
        }
        return byProduct.entrySet().stream()
                .map(product -> StockLevels.of(product.getKey(), product.getValue()))
                .toList();
    }
}
