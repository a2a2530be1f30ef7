package dev.orderengine.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Locks orders for commands and reads what belongs to them. */
final class LockedOrders {

    // A statement of its own, after the lock: while that waited, others may have written what this reads.
    private static final String BELONGINGS = "SELECT o.id, " + OrderRows.DETAILS + ", " + GoodsRows.COLUMNS + """
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

    private static final String SHELVES = """
            WITH held AS (
                SELECT r.order_id, l.product_id, l.location_id, l.quantity
                FROM reservations r, unnest(r.products, r.locations, r.quantities) AS l (product_id, location_id, quantity)
                WHERE r.order_id = ANY ($1)),
            packed AS (
                SELECT f.order_id, l.product_id, f.location_id, sum(l.quantity)::int AS quantity
                FROM fulfilments f, unnest(f.products, f.quantities) AS l (product_id, quantity)
                WHERE f.order_id = ANY ($1) AND f.status = 'created'
                GROUP BY f.order_id, l.product_id, f.location_id)
            SELECT w.order_id, s.product_id, s.location_id, l.channels,
                   coalesce(h.quantity, 0) - coalesce(p.quantity, 0) AS held, s.on_hand - s.reserved AS free
            FROM (SELECT DISTINCT order_id, product_id FROM held) w
            JOIN stock s ON s.product_id = w.product_id
            JOIN locations l ON l.location_id = s.location_id
            LEFT JOIN held h ON h.order_id = w.order_id AND h.product_id = s.product_id AND h.location_id = s.location_id
            LEFT JOIN packed p ON p.order_id = w.order_id AND p.product_id = s.product_id AND p.location_id = s.location_id
            ORDER BY w.order_id, s.product_id, s.location_id""";

    private final OrderChanges orders;
    private final OrderRows rows;
    private final GoodsRows goods;
    private final ObjectMapper json;

    LockedOrders(OrderChanges orders, ObjectMapper json) {
        this.orders = orders;
        this.rows = new OrderRows(json);
        this.goods = new GoodsRows(json);
        this.json = json;
    }

    /** Locks them, in the order of their ids, until the transaction ends; unknown ids are absent from the answer. */
    Future<Map<UUID, LockedOrder>> lock(SqlClient transaction, Collection<UUID> ids) {
        return orders.lock(transaction, ids)
                .compose(states -> shelves(transaction, states)
                        .compose(shelves -> transaction
                                .preparedQuery(BELONGINGS)
                                .execute(Tuple.of(states.keySet().toArray(UUID[]::new)))
                                .map(found -> locked(states, shelves, found))));
    }

    /** What there is for orders that something may leave for. */
    private static Future<Map<UUID, List<Shelf>>> shelves(SqlClient transaction, Map<UUID, OrderState> states) {
        UUID[] leaving = states.values().stream()
                .filter(OrderState::maySend)
                .map(OrderState::id)
                .toArray(UUID[]::new);
        if (leaving.length == 0) {
            return Future.succeededFuture(Map.of());
        }
        return transaction.preparedQuery(SHELVES).execute(Tuple.of(leaving)).map(rows -> {
            Map<UUID, List<Shelf>> shelves = new HashMap<>();
            rows.forEach(row -> shelves.computeIfAbsent(row.getUUID("order_id"), none -> new ArrayList<>())
                    .add(shelf(row)));
            return shelves;
        });
    }

    private static Shelf shelf(Row row) {
        return new Shelf(
                row.getString("product_id"),
                row.getString("location_id"),
                Stream.of(row.getArrayOfStrings("channels"))
                        .map(FulfillmentChannel::of)
                        .collect(Collectors.toSet()),
                row.getInteger("held"),
                row.getInteger("free"));
    }

    private Map<UUID, LockedOrder> locked(
            Map<UUID, OrderState> states, Map<UUID, List<Shelf>> shelves, RowSet<Row> found) {
        Map<UUID, LockedOrder> locked = new HashMap<>();
        for (Row row : found) {
            OrderState state = states.get(row.getUUID("id"));
            Currency currency = state.total().currency();
            Goods whereabouts =
                    new Goods(goods.fulfilments(row), goods.returns(row), shelves.getOrDefault(state.id(), List.of()));
            locked.put(
                    state.id(),
                    new LockedOrder(state, rows.details(row), funds(row, currency), verification(row), whereabouts));
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
