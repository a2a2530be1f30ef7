package dev.orderengine.catalog;

import dev.orderengine.money.Money;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The catalogue in Postgres. */
public final class PgCatalogStore implements CatalogStore {

    private static final String BY_IDS = """
            SELECT p.product_id, p.name, p.active, p.version,
                   array_agg(c.currency::text) FILTER (WHERE c.currency IS NOT NULL) AS currencies,
                   array_agg(c.amount) FILTER (WHERE c.currency IS NOT NULL) AS amounts
            FROM products p
            LEFT JOIN prices c USING (product_id)
            WHERE p.product_id = ANY ($1)
            GROUP BY p.product_id""";

    private static final String PAGE = """
            SELECT p.product_id, p.name, p.active, p.version,
                   array_agg(c.currency::text) FILTER (WHERE c.currency IS NOT NULL) AS currencies,
                   array_agg(c.amount) FILTER (WHERE c.currency IS NOT NULL) AS amounts
            FROM (SELECT * FROM products WHERE product_id > $1 ORDER BY product_id LIMIT $2) p
            LEFT JOIN prices c USING (product_id)
            GROUP BY p.product_id, p.name, p.active, p.version
            ORDER BY p.product_id""";

    private final Pool readers;

    public PgCatalogStore(Pool readers) {
        this.readers = readers;
    }

    @Override
    public Future<List<Product>> products(Collection<String> productIds) {
        return readers.preparedQuery(BY_IDS)
                .execute(Tuple.of(productIds.toArray(String[]::new)))
                .map(PgCatalogStore::products);
    }

    @Override
    public Future<List<Product>> page(String after, int limit) {
        return readers.preparedQuery(PAGE).execute(Tuple.of(after, limit)).map(PgCatalogStore::products);
    }

    private static List<Product> products(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(PgCatalogStore::product)
                .toList();
    }

    private static Product product(Row row) {
        Map<Currency, Money> prices = new HashMap<>();
        String[] currencies = row.getArrayOfStrings("currencies");
        Long[] amounts = row.getArrayOfLongs("amounts");
        for (int i = 0; currencies != null && i < currencies.length; i++) {
            Currency currency = Currency.getInstance(currencies[i]);
            prices.put(currency, new Money(amounts[i], currency));
        }
        return new Product(
                row.getString("product_id"),
                row.getString("name"),
                row.getBoolean("active"),
                row.getInteger("version"),
                prices);
    }
}
