package dev.orderengine.customer;

import dev.orderengine.audit.Recording;
import dev.orderengine.database.Transactions;
import dev.orderengine.database.Written;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.function.Predicate;

/** The customers in Postgres. The first order of an unknown one makes his row too, and later orders may update it. */
public final class Customers {

    private static final String FIND = """
            SELECT customer_id, email, name, locale, version FROM customers WHERE customer_id = $1""";

    private static final String LOCK = FIND + " FOR NO KEY UPDATE";

    private static final String CREATE = """
            INSERT INTO customers (customer_id, email, name, locale, created_at, updated_at)
            VALUES ($1, $2, $3, $4, now(), now())
            ON CONFLICT DO NOTHING
            RETURNING customer_id, email, name, locale, version""";

    private static final String REPLACE = """
            UPDATE customers SET email = $2, name = $3, locale = $4, updated_at = now()
            WHERE customer_id = $1
            RETURNING customer_id, email, name, locale, version""";

    private final Pool readers;
    private final Transactions transactions;

    public Customers(Pool readers, Transactions transactions) {
        this.readers = readers;
        this.transactions = transactions;
    }

    /** The customer of that id, if he is known. */
    public Future<Optional<Customer>> find(String customerId) {
        return readers.preparedQuery(FIND).execute(Tuple.of(customerId)).map(Customers::first);
    }

    /**
     * Creates or replaces a customer.
     *
     * @param expected tells whether he may be written as he is now (empty: he is not known); may be asked more than once
     * @param recording of what comes of it
     */
    public Future<Written<Customer>> put(
            CustomerProfile profile, Predicate<Optional<Customer>> expected, Recording<Written<Customer>> recording) {
        return transactions.run(transaction -> put(transaction, profile, expected)
                .compose(written -> recording.record(transaction, written).map(written)));
    }

    private static Future<Written<Customer>> put(
            SqlClient transaction, CustomerProfile profile, Predicate<Optional<Customer>> expected) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(profile.customerId()))
                .map(Customers::first)
                .compose(found -> {
                    if (!expected.test(found)) {
                        return Future.succeededFuture(Written.notAsExpected());
                    }
                    return found.isEmpty()
                            ? create(transaction, profile, expected)
                            : replace(transaction, profile, found.get());
                });
    }

    /** His first order may create him in the same moment: then he is there to be replaced. */
    private static Future<Written<Customer>> create(
            SqlClient transaction, CustomerProfile profile, Predicate<Optional<Customer>> expected) {
        return transaction
                .preparedQuery(CREATE)
                .execute(tuple(profile))
                .map(Customers::first)
                .compose(created -> created.isEmpty()
                        ? put(transaction, profile, expected)
                        : Future.succeededFuture(Written.created(created.get())));
    }

    private static Future<Written<Customer>> replace(SqlClient transaction, CustomerProfile profile, Customer before) {
        if (before.profile().equals(profile)) {
            return Future.succeededFuture(Written.unchanged(before));
        }
        return transaction
                .preparedQuery(REPLACE)
                .execute(tuple(profile))
                .map(rows -> Written.replaced(first(rows).orElseThrow()));
    }

    private static Tuple tuple(CustomerProfile profile) {
        return Tuple.of(profile.customerId(), profile.email(), profile.name(), profile.locale());
    }

    private static Optional<Customer> first(RowSet<Row> rows) {
        for (Row row : rows) {
            CustomerProfile profile = new CustomerProfile(
                    row.getString("customer_id"),
                    row.getString("email"),
                    row.getString("name"),
                    row.getString("locale"));
            return Optional.of(new Customer(profile, row.getInteger("version")));
        }
        return Optional.empty();
    }
}
