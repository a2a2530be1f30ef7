package dev.orderengine.order;

import static dev.orderengine.database.Columns.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.database.Queries;
import dev.orderengine.database.Rows;
import dev.orderengine.money.Money;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Orders in Postgres. */
public final class PgOrderStore implements OrderStore {

    private static final String COLUMNS = """
            SELECT o.id, o.customer_id, o.status, o.payment_status, o.fulfillment_status, o.version, o.currency, o.total_amount,
                   o.items::text AS items, o.payment_method, o.shipping_address, o.channel, o.metadata::text AS metadata,
                   o.decision, o.matched_rules, o.rules_version, o.fx_rate, o.cancel_reason, o.created_at, o.updated_at, o.expires_at,
            """ + GoodsRows.COLUMNS + """
                   , (SELECT json_agg(json_build_object('refund_id', r.id, 'payment_id', r.payment_id, 'kind', r.kind,
                                                      'amount', r.amount, 'reason', r.reason, 'state', r.state) ORDER BY r.id)::text
                    FROM refunds r WHERE r.order_id = o.id) AS refunds,
                   (SELECT json_agg(json_build_object('payment_id', p.id, 'provider', p.provider, 'state', p.state,
                                                      'amount', p.amount, 'captured', p.captured, 'refunded', p.refunded,
                                                      'decline_code', p.decline_code, 'flagged', p.flagged) ORDER BY p.id)::text
                    FROM payments p WHERE p.order_id = o.id) AS payments
            FROM orders o
            """;

    private static final String FIND = COLUMNS + "WHERE o.id = $1";

    private static final String FIND_ALL = COLUMNS + "WHERE o.id = ANY ($1)";

    /** The id carries the time of creation, so that the time's bounds are bounds of the key. */
    private static final String LIST = COLUMNS + """
            WHERE ($1::text IS NULL OR o.customer_id = $1)
              AND ($2::text IS NULL OR o.status = $2)
              AND ($3::text IS NULL OR o.payment_status = $3)
              AND ($4::text IS NULL OR o.fulfillment_status = $4)
              AND ($5::timestamptz IS NULL OR o.id >= uuid7_floor($5))
              AND ($6::timestamptz IS NULL OR o.id < uuid7_floor($6))
              AND ($7::uuid IS NULL OR o.id < $7)
            ORDER BY o.id DESC
            LIMIT $8""";

    private static final String STATUSES = """
            SELECT id, customer_id, status, payment_status, fulfillment_status, version, updated_at
            FROM orders WHERE id = ANY ($1)""";

    private static final String EVENTS = """
            SELECT sequence, type, data::text AS data, actor, at
            FROM order_events
            WHERE order_id = $1 AND sequence > $2
            ORDER BY sequence
            LIMIT $3""";

    private final Pool readers;
    private final Queries lists;
    private final ObjectMapper json;
    private final OrderRows orders;
    private final GoodsRows goods;

    /**
     * @param readers for single orders and their events, which are read as they are now
     * @param lists for lists of orders, which may be some moments old
     */
    public PgOrderStore(Pool readers, Queries lists, ObjectMapper json) {
        this.readers = readers;
        this.lists = lists;
        this.json = json;
        this.orders = new OrderRows(json);
        this.goods = new GoodsRows(json);
    }

    @Override
    public Future<Optional<Order>> find(UUID orderId) {
        return readers.preparedQuery(FIND)
                .execute(Tuple.of(orderId))
                .map(rows -> Rows.list(rows, this::order).stream().findFirst());
    }

    /** The orders as a client sees them now, in its transaction if it is in one; unknown ones are absent. */
    Future<Map<UUID, Order>> findAll(SqlClient client, Collection<UUID> orderIds) {
        return client.preparedQuery(FIND_ALL)
                .execute(Tuple.of(orderIds.toArray(UUID[]::new)))
                .map(rows -> {
                    Map<UUID, Order> found = new HashMap<>();
                    rows.forEach(row -> found.put(row.getUUID("id"), order(row)));
                    return found;
                });
    }

    @Override
    public Future<Map<UUID, OrderStatusView>> statuses(Collection<UUID> orderIds) {
        return readers.preparedQuery(STATUSES)
                .execute(Tuple.of(orderIds.toArray(UUID[]::new)))
                .map(rows -> {
                    Map<UUID, OrderStatusView> statuses = new HashMap<>();
                    rows.forEach(row -> statuses.put(row.getUUID("id"), status(row)));
                    return statuses;
                });
    }

    @Override
    public Future<List<Order>> list(OrderFilter filter, int limit) {
        Tuple parameters = Tuple.of(
                        filter.customerId(),
                        filter.status() == null ? null : filter.status().wire(),
                        filter.paymentStatus() == null
                                ? null
                                : filter.paymentStatus().wire(),
                        filter.fulfillmentStatus() == null
                                ? null
                                : filter.fulfillmentStatus().wire(),
                        time(filter.createdFrom()),
                        time(filter.createdTo()))
                .addUUID(filter.before())
                .addInteger(limit);
        return lists.query(LIST, parameters).map(rows -> Rows.list(rows, this::order));
    }

    @Override
    public Future<List<OrderEvent>> events(UUID orderId, int after, int limit) {
        return readers.preparedQuery(EVENTS)
                .execute(Tuple.of(orderId, after, limit))
                .map(rows -> Rows.list(rows, PgOrderStore::event));
    }

    private Order order(Row row) {
        OrderState state = orders.state(row);
        return new Order(
                state,
                orders.details(row),
                row.getString("decision"),
                List.of(row.getArrayOfStrings("matched_rules")),
                row.getString("rules_version"),
                row.getBigDecimal("fx_rate"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                read(row.getString("payments"), StoredPayment[].class)
                        .map(payment -> payment.toAttempt(state.total().currency()))
                        .toList(),
                read(row.getString("refunds"), StoredRefund[].class)
                        .map(refund -> refund.toMoneyBack(state.total().currency()))
                        .toList(),
                goods.fulfilments(row),
                goods.returns(row));
    }

    private static OrderStatusView status(Row row) {
        return new OrderStatusView(
                row.getUUID("id"),
                row.getString("customer_id"),
                OrderStatus.of(row.getString("status")),
                PaymentStatus.of(row.getString("payment_status")),
                FulfillmentStatus.of(row.getString("fulfillment_status")),
                row.getInteger("version"),
                row.getOffsetDateTime("updated_at").toInstant());
    }

    private static OrderEvent event(Row row) {
        return new OrderEvent(
                row.getInteger("sequence"),
                row.getString("type"),
                row.getString("data"),
                row.getString("actor"),
                row.getOffsetDateTime("at").toInstant());
    }

    /** The elements of an array that was aggregated; none if it is null. */
    private <T> Stream<T> read(String array, Class<T[]> type) {
        try {
            return array == null ? Stream.of() : Stream.of(json.readValue(array, type));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an order in the database that cannot be read", e);
        }
    }

    private record StoredPayment(
            String paymentId,
            String provider,
            String state,
            long amount,
            long captured,
            long refunded,
            String declineCode,
            boolean flagged) {

        Order.PaymentAttempt toAttempt(Currency currency) {
            return new Order.PaymentAttempt(
                    paymentId,
                    provider,
                    state,
                    new Money(amount, currency),
                    new Money(captured, currency),
                    new Money(refunded, currency),
                    declineCode,
                    flagged);
        }
    }

    private record StoredRefund(
            String refundId, String paymentId, String kind, long amount, String reason, String state) {

        Order.MoneyBack toMoneyBack(Currency currency) {
            return new Order.MoneyBack(refundId, paymentId, kind, new Money(amount, currency), reason, state);
        }
    }
}
