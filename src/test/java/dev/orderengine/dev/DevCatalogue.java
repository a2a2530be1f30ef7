package dev.orderengine.dev;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The catalogue of development and tests: products {@code sku-0001} to {@code sku-0100} with prices in USD, EUR and JPY
 * ({@code sku-0001} costs 19.99 USD), stock of 100000 each at two locations, of {@code sku-0100} 3 units.
 */
public final class DevCatalogue {

    private static final String INSERT_LOCATIONS = """
            INSERT INTO locations (location_id, name, channels)
            VALUES ('loc-main', 'Main warehouse', ARRAY ['warehouse', 'dropship', 'digital']),
                   ('loc-city', 'City store', ARRAY ['store_pickup', 'warehouse'])
            """;

    private static final String INSERT_PRODUCTS = """
            INSERT INTO products (product_id, name)
            SELECT 'sku-' || lpad(n::text, 4, '0'), 'Product ' || n FROM generate_series(1, 100) AS n
            """;

    /** One dollar is a euro's 0.92 or 150 yen, so that prices look plausible; they are prices, not conversions. */
    private static final String INSERT_PRICES = """
            INSERT INTO prices (product_id, currency, amount)
            SELECT 'sku-' || lpad(n::text, 4, '0'), currency, amount
            FROM generate_series(1, 100) AS n,
                 LATERAL (VALUES ('USD', 1899 + 100 * n), ('EUR', 1799 + 92 * n), ('JPY', 2850 + 150 * n))
                     AS price (currency, amount)
            """;

    private static final String INSERT_STOCK = """
            INSERT INTO stock (product_id, location_id, on_hand)
            SELECT 'sku-' || lpad(n::text, 4, '0'), location_id, CASE n WHEN 100 THEN scarce ELSE plenty END
            FROM generate_series(1, 100) AS n,
                 (VALUES ('loc-main', 3, 60000), ('loc-city', 0, 40000)) AS location (location_id, scarce, plenty)
            """;

    private DevCatalogue() {}

    /** Fills a migrated, empty database, all or nothing. */
    public static void seed(PostgresServer.Endpoint endpoint, String database) {
        try (var connection = endpoint.connect(database)) {
            connection.setAutoCommit(false);
            execute(connection, INSERT_LOCATIONS);
            execute(connection, INSERT_PRODUCTS);
            execute(connection, INSERT_PRICES);
            execute(connection, INSERT_STOCK);
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot seed database " + database, e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
