package dev.orderengine.assessment;

import static dev.orderengine.database.Columns.time;

import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.money.Conversion;
import dev.orderengine.money.FxRates;
import dev.orderengine.money.Money;
import dev.orderengine.rules.History;
import dev.orderengine.rules.Returns;
import dev.orderengine.rules.StockFacts;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Facts from Postgres, the authority. The one fact that every order needs (returns) is read for a whole micro-batch of
 * customers in one statement, which costs less than a round trip to Redis for each (ADR 0002). Confined to one event loop.
 */
final class PgFactSource implements FactSource {

    private static final String RETURNED_UNITS = """
            SELECT customer_id, sum(units) AS units
            FROM returns
            WHERE customer_id = ANY ($1) AND created_at > now() - interval '30 days'
            GROUP BY customer_id""";

    private static final String ORDERS_OF_CUSTOMER = """
            SELECT currency::text AS currency,
                   count(*) AS orders,
                   count(*) FILTER (WHERE created_at > $2::timestamptz - interval '1 hour') AS orders_1h,
                   count(*) FILTER (WHERE created_at > $2::timestamptz - interval '24 hours') AS orders_24h,
                   coalesce(sum(total_amount) FILTER (WHERE created_at > $2::timestamptz - interval '24 hours'), 0)::bigint AS amount_24h,
                   sum(total_amount)::bigint AS amount
            FROM orders
            WHERE customer_id = $1
            GROUP BY currency""";

    private static final String LEAST_AVAILABLE = """
            SELECT coalesce(min(available), 0)::bigint AS available
            FROM (SELECT coalesce(sum(s.on_hand - s.reserved), 0) AS available
                  FROM unnest($1::text[]) AS wanted (product_id)
                  LEFT JOIN stock s USING (product_id)
                  GROUP BY wanted.product_id) a""";

    private static final MicroBatcher.Limits LIMITS = new MicroBatcher.Limits(200, 1, 4_000);

    private final Pool readers;
    private final Supplier<FxRates> rates;
    private final MicroBatcher<String, Returns> returns;

    PgFactSource(Pool readers, Supplier<FxRates> rates, MeterRegistry metrics) {
        this.readers = readers;
        this.rates = rates;
        this.returns = new MicroBatcher<>("returns_facts", LIMITS, metrics, this::returnedUnits);
    }

    @Override
    public Future<Returns> returns(String customerId) {
        return returns.submit(customerId);
    }

    @Override
    public Future<History> history(String customerId, Instant at) {
        return readers.preparedQuery(ORDERS_OF_CUSTOMER)
                .execute(Tuple.of(customerId, time(at)))
                .map(this::history);
    }

    @Override
    public Future<StockFacts> stock(Collection<String> productIds) {
        return readers.preparedQuery(LEAST_AVAILABLE)
                .execute(Tuple.of(productIds.toArray(String[]::new)))
                .map(rows -> new StockFacts(rows.iterator().next().getLong("available")));
    }

    private Future<List<Returns>> returnedUnits(List<String> customerIds) {
        return readers.preparedQuery(RETURNED_UNITS)
                .execute(Tuple.of(customerIds.stream().distinct().toArray(String[]::new)))
                .map(rows -> {
                    Map<String, Long> units = new HashMap<>();
                    rows.forEach(row -> units.put(row.getString("customer_id"), row.getLong("units")));
                    return customerIds.stream()
                            .map(id -> new Returns(units.getOrDefault(id, 0L)))
                            .toList();
                });
    }

    private History history(Iterable<Row> rows) {
        History sum = History.none();
        for (Row row : rows) {
            Currency currency = Currency.getInstance(row.getString("currency"));
            sum = new History(
                    sum.orders1h() + row.getLong("orders_1h"),
                    sum.orders24h() + row.getLong("orders_24h"),
                    sum.usd24h().add(usd(row.getLong("amount_24h"), currency)),
                    sum.ordersTotal() + row.getLong("orders"),
                    sum.usdTotal().add(usd(row.getLong("amount"), currency)));
        }
        return sum;
    }

    private BigDecimal usd(long minor, Currency currency) {
        if (rates.get().toUsd(new Money(minor, currency)) instanceof Conversion.Converted converted) {
            return converted.usd();
        }
        throw new IllegalStateException("no rate for " + currency + " any more");
    }
}
