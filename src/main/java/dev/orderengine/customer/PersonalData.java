package dev.orderengine.customer;

import dev.orderengine.audit.Recording;
import dev.orderengine.database.Rows;
import dev.orderengine.database.Transactions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What Postgres holds of a person, to be given to them and to be erased (GDPR, articles 15 and 17). The customer's id stays: it is a
 * pseudonym, and what the orders' figures hang on. Locks the customer, then their orders by id.
 */
public final class PersonalData {

    /** Rows as they are held, amounts in minor units; no tokens, and nothing of how the engine works on them. */
    private static final String EXPORT = """
            WITH mine AS (
                SELECT * FROM orders WHERE customer_id = $1)
            SELECT jsonb_build_object(
                'customer', (SELECT to_jsonb(c) FROM customers c WHERE c.customer_id = $1),
                'orders', (SELECT coalesce(jsonb_agg(to_jsonb(o) ORDER BY o.id), '[]') FROM mine o),
                'events', (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.order_id, e.sequence), '[]')
                           FROM order_events e WHERE e.order_id IN (SELECT id FROM mine)),
                'payments', (SELECT coalesce(jsonb_agg(to_jsonb(p) - '{token,attempts,next_at,unknown_at,flagged,traceparent}'::text[]
                                                       ORDER BY p.id), '[]')
                             FROM payments p WHERE p.order_id IN (SELECT id FROM mine)),
                'refunds', (SELECT coalesce(jsonb_agg(to_jsonb(r) - '{attempts,next_at,unknown_at,flagged,traceparent}'::text[]
                                                      ORDER BY r.id), '[]')
                            FROM refunds r WHERE r.order_id IN (SELECT id FROM mine)),
                'fulfillments', (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.fulfillment_id), '[]')
                                 FROM fulfilments f WHERE f.order_id IN (SELECT id FROM mine)),
                'returns', (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.return_id), '[]')
                            FROM returns r WHERE r.customer_id = $1),
                'notifications', (SELECT coalesce(jsonb_agg(to_jsonb(n) - '{attempts,next_at,traceparent}'::text[]
                                                            ORDER BY n.order_id, n.sequence), '[]')
                                  FROM notifications n WHERE n.order_id IN (SELECT id FROM mine)))::text AS data
            WHERE EXISTS (SELECT FROM customers WHERE customer_id = $1) OR EXISTS (SELECT FROM mine)""";

    private static final String LOCK_CUSTOMER =
            "SELECT customer_id FROM customers WHERE customer_id = $1 FOR NO KEY UPDATE";

    private static final String LOCK_ORDERS = """
            SELECT id FROM orders WHERE customer_id = $1 ORDER BY id FOR NO KEY UPDATE""";

    private static final String ERASE_CUSTOMER = """
            UPDATE customers SET email = NULL, name = NULL, locale = NULL, updated_at = now()
            WHERE customer_id = $1 AND num_nonnulls(email, name, locale) > 0""";

    /** That an order expired is no word of anybody's, and decides what becomes of money that comes late. */
    private static final String ERASE_ORDERS = """
            UPDATE orders
            SET shipping_address = NULL, metadata = NULL,
                cancel_reason = CASE WHEN cancel_reason = 'expired' THEN cancel_reason WHEN cancel_reason IS NOT NULL THEN 'erased' END
            WHERE id = ANY ($1)""";

    /** What people wrote; that it was written stays. */
    private static final String ERASE_EVENTS = """
            UPDATE order_events
            SET data = data || (SELECT jsonb_object_agg(name, 'erased'::text) FROM unnest(ARRAY ['reason', 'note', 'tracking']) AS name
                                WHERE data ? name)
            WHERE order_id = ANY ($1) AND data ?| ARRAY ['reason', 'note', 'tracking'] AND type <> 'order.expired'""";

    private static final String ERASE_RETURNS =
            "UPDATE returns SET reason = NULL WHERE order_id = ANY ($1) AND reason IS NOT NULL";
    private static final String ERASE_REFUNDS = "UPDATE refunds SET reason = 'erased' WHERE order_id = ANY ($1)";
    private static final String ERASE_PARCELS =
            "UPDATE fulfilments SET tracking = NULL WHERE order_id = ANY ($1) AND tracking IS NOT NULL";

    /** Answers have the whole order in them; their keys stay spent. */
    private static final String ERASE_ANSWERS =
            "UPDATE idempotency_keys SET response_body = '{}' WHERE order_id = ANY ($1) AND response_body IS NOT NULL";

    /** Nobody is told any more, and what mail servers said of the address is forgotten. */
    private static final String ERASE_MAILS = """
            UPDATE notifications
            SET state = CASE WHEN state = 'waiting' THEN 'skipped' ELSE state END,
                next_at = CASE WHEN state = 'waiting' THEN NULL ELSE next_at END,
                reason = CASE WHEN state = 'waiting' OR reason IS NOT NULL THEN 'erased' END
            WHERE order_id = ANY ($1)""";

    private static final String ERASE_CODE_MAILS =
            "UPDATE verifications SET last_error = NULL WHERE order_id = ANY ($1) AND last_error IS NOT NULL";

    private static final List<String> ERASURES_OF_ORDERS = List.of(
            ERASE_ORDERS,
            ERASE_EVENTS,
            ERASE_RETURNS,
            ERASE_REFUNDS,
            ERASE_PARCELS,
            ERASE_ANSWERS,
            ERASE_MAILS,
            ERASE_CODE_MAILS);

    private final Pool readers;
    private final Transactions transactions;

    public PersonalData(Pool readers, Transactions transactions) {
        this.readers = readers;
        this.transactions = transactions;
    }

    /** All that is held of the customer, as one JSON object; empty if he is not known. */
    public Future<Optional<String>> export(String customerId) {
        return readers.preparedQuery(EXPORT)
                .execute(Tuple.of(customerId))
                .map(rows -> Rows.first(rows, row -> row.getString("data")));
    }

    /**
     * Erases what is personal, in one transaction; safe to repeat.
     *
     * @param recording of how many orders it was; empty if the customer is not known
     * @return of how many orders; empty if the customer is not known
     */
    public Future<Optional<Integer>> erase(String customerId, Recording<Optional<Integer>> recording) {
        return transactions.run(transaction -> erase(transaction, customerId)
                .compose(erased -> recording.record(transaction, erased).map(erased)));
    }

    private static Future<Optional<Integer>> erase(SqlConnection transaction, String customerId) {
        return transaction
                .preparedQuery(LOCK_CUSTOMER)
                .execute(Tuple.of(customerId))
                .compose(customer -> transaction
                        .preparedQuery(LOCK_ORDERS)
                        .execute(Tuple.of(customerId))
                        .compose(orders -> customer.size() == 0 && orders.size() == 0
                                ? Future.succeededFuture(Optional.empty())
                                : erase(transaction, customerId, ids(orders)).map(Optional.of(orders.size()))));
    }

    private static Future<Void> erase(SqlConnection transaction, String customerId, UUID[] orders) {
        Future<Void> erased = transaction
                .preparedQuery(ERASE_CUSTOMER)
                .execute(Tuple.of(customerId))
                .mapEmpty();
        for (String erasure : ERASURES_OF_ORDERS) {
            erased = erased.compose(before -> transaction
                    .preparedQuery(erasure)
                    .execute(Tuple.tuple().addArrayOfUUID(orders))
                    .mapEmpty());
        }
        return erased;
    }

    private static UUID[] ids(RowSet<Row> orders) {
        UUID[] ids = new UUID[orders.size()];
        int at = 0;
        for (Row order : orders) {
            ids[at++] = order.getUUID("id");
        }
        return ids;
    }
}
