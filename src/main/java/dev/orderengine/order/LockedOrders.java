package dev.orderengine.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Locks orders for commands and reads what belongs to them. */
final class LockedOrders {

    // A statement of its own, after the lock: while that waited, others may have written what this reads.
    private static final String BELONGINGS = "SELECT id, " + OrderRows.DETAILS + """
                   , (SELECT json_agg(json_build_object(
                               'payment_id', p.id, 'captured', p.captured, 'refunding', p.refunding, 'refunded', p.refunded,
                               'authorized', CASE WHEN p.state = 'authorized' THEN p.amount ELSE 0 END) ORDER BY p.id)::text
                    FROM payments p
                    WHERE p.order_id = o.id AND (p.captured > 0 OR p.state = 'authorized')) AS payments,
                   v.code_hash, v.code_expires_at, v.tries
            FROM orders o
            LEFT JOIN verifications v ON v.order_id = o.id
            WHERE o.id = ANY ($1)""";

    private static final String COUNT_TRIES = "UPDATE verifications SET tries = tries + 1 WHERE order_id = ANY ($1)";

    private final OrderChanges orders;
    private final OrderRows rows;
    private final ObjectMapper json;

    LockedOrders(OrderChanges orders, ObjectMapper json) {
        this.orders = orders;
        this.rows = new OrderRows(json);
        this.json = json;
    }

    /** Locks them, in the order of their ids, until the transaction ends; unknown ids are absent from the answer. */
    Future<Map<UUID, LockedOrder>> lock(SqlClient transaction, Collection<UUID> ids) {
        return orders.lock(transaction, ids)
                .compose(states -> transaction
                        .preparedQuery(BELONGINGS)
                        .execute(Tuple.of(states.keySet().toArray(UUID[]::new)))
                        .map(found -> locked(states, found)));
    }

    private Map<UUID, LockedOrder> locked(Map<UUID, OrderState> states, RowSet<Row> found) {
        Map<UUID, LockedOrder> locked = new HashMap<>();
        for (Row row : found) {
            OrderState state = states.get(row.getUUID("id"));
            Currency currency = state.total().currency();
            locked.put(state.id(), new LockedOrder(state, rows.details(row), funds(row, currency), verification(row)));
        }
        return locked;
    }

    /** Counts one more wrong code for each of the orders, which are locked. */
    Future<Void> countTries(SqlClient transaction, Collection<UUID> ids) {
        return ids.isEmpty()
                ? Future.succeededFuture()
                : transaction
                        .preparedQuery(COUNT_TRIES)
                        .execute(Tuple.of(ids.toArray(UUID[]::new)))
                        .mapEmpty();
    }

    private static Verification verification(Row row) {
        Buffer hash = row.getBuffer("code_hash");
        return hash == null
                ? null
                : new Verification(
                        hash.getBytes(),
                        row.getOffsetDateTime("code_expires_at").toInstant(),
                        row.getInteger("tries"));
    }

    private Funds funds(Row row, Currency currency) {
        String payments = row.getString("payments");
        try {
            return new Funds(
                    currency, payments == null ? List.of() : List.of(json.readValue(payments, Funds.Held[].class)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("payments of an order that cannot be read", e);
        }
    }
}
