package dev.orderengine.catalog;

import dev.orderengine.audit.Recording;
import dev.orderengine.database.Queries;
import dev.orderengine.database.Rows;
import dev.orderengine.database.Transactions;
import dev.orderengine.database.Written;
import dev.orderengine.money.Money;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

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

    private static final String LOCK = "SELECT FROM products WHERE product_id = $1 FOR NO KEY UPDATE";

    private static final String CREATE = """
            INSERT INTO products (product_id, name, active) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING""";

    private static final String WRITE = """
            WITH described AS (
                UPDATE products SET name = $2, active = $3, updated_at = now()
                WHERE product_id = $1 AND (name, active) IS DISTINCT FROM ($2, $3)),
            withdrawn AS (
                DELETE FROM prices WHERE product_id = $1 AND currency <> ALL ($4::text[]))
            INSERT INTO prices AS p (product_id, currency, amount)
            SELECT $1, c.currency, c.amount FROM unnest($4::text[], $5::bigint[]) AS c (currency, amount)
            ON CONFLICT (product_id, currency) DO UPDATE SET amount = excluded.amount WHERE p.amount <> excluded.amount""";

    private final Pool readers;
    private final Queries lists;
    private final Transactions transactions;

    /** @param lists for the list of products, which may be some moments old */
    public PgCatalogStore(Pool readers, Queries lists, Transactions transactions) {
        this.readers = readers;
        this.lists = lists;
        this.transactions = transactions;
    }

    @Override
    public Future<List<Product>> products(Collection<String> productIds) {
        return products(readers, productIds);
    }

    @Override
    public Future<List<Product>> page(String after, int limit) {
        return lists.query(PAGE, Tuple.of(after, limit)).map(PgCatalogStore::products);
    }

    @Override
    public Future<Written<Product>> put(
            ProductDetails details, Predicate<Optional<Product>> expected, Recording<Written<Product>> recording) {
        return transactions.run(transaction -> put(transaction, details, expected)
                .compose(written -> recording.record(transaction, written).map(written)));
    }

    private static Future<Written<Product>> put(
            SqlClient transaction, ProductDetails details, Predicate<Optional<Product>> expected) {
        return locked(transaction, details.productId()).compose(found -> {
            if (!expected.test(found)) {
                return Future.succeededFuture(Written.notAsExpected());
            }
            if (found.isEmpty()) {
                return create(transaction, details, expected);
            }
            return details.describes(found.get())
                    ? Future.succeededFuture(Written.unchanged(found.get()))
                    : write(transaction, details).map(Written::replaced);
        });
    }

    private static Future<Optional<Product>> locked(SqlClient transaction, String productId) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(productId))
                .compose(locked -> products(transaction, List.of(productId)))
                .map(found -> found.stream().findFirst());
    }

    /** Somebody else may create it in the same moment: then it is there to be replaced. */
    private static Future<Written<Product>> create(
            SqlClient transaction, ProductDetails details, Predicate<Optional<Product>> expected) {
        return transaction
                .preparedQuery(CREATE)
                .execute(Tuple.of(details.productId(), details.name(), details.active()))
                .compose(created -> created.rowCount() == 0
                        ? put(transaction, details, expected)
                        : write(transaction, details).map(Written::created));
    }

    private static Future<Product> write(SqlClient transaction, ProductDetails details) {
        List<Money> prices = List.copyOf(details.prices().values());
        Tuple tuple = Tuple.of(details.productId(), details.name(), details.active())
                .addArrayOfString(prices.stream()
                        .map(price -> price.currency().getCurrencyCode())
                        .toArray(String[]::new))
                .addArrayOfLong(prices.stream().map(Money::minor).toArray(Long[]::new));
        return transaction
                .preparedQuery(WRITE)
                .execute(tuple)
                .compose(written -> products(transaction, List.of(details.productId())))
                .map(found -> found.get(0));
    }

    private static Future<List<Product>> products(SqlClient client, Collection<String> productIds) {
        return client.preparedQuery(BY_IDS)
                .execute(Tuple.of(productIds.toArray(String[]::new)))
                .map(PgCatalogStore::products);
    }

    private static List<Product> products(RowSet<Row> rows) {
        return Rows.list(rows, PgCatalogStore::product);
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
