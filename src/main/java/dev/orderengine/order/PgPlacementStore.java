package dev.orderengine.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.database.SqlStates;
import dev.orderengine.database.Transactions;
import dev.orderengine.order.Placement.Shortage;
import dev.orderengine.seal.TokenSeal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/** Placement in Postgres: one round trip and one commit for a batch, by the function {@code place_orders}. */
public final class PgPlacementStore implements PlacementStore {

    private static final String PLACE = """
            SELECT ordinal, outcome, order_id, detail::text AS detail
            FROM place_orders($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                              $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37)""";

    private static final String PLACE_AND_SPEND_FURTHER_KEYS = """
            WITH placed AS MATERIALIZED (
                SELECT ordinal, outcome, order_id, detail
                FROM place_orders($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                                  $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37)),
            spent AS MATERIALIZED (
                SELECT spend_key(k.caller, k.key, k.hash, placed.order_id, k.at)
                FROM unnest($38::text[], $39::text[], $40::bytea[], $41::timestamptz[]) WITH ORDINALITY
                    AS k (caller, key, hash, at, ordinal)
                JOIN placed ON placed.ordinal = k.ordinal
                WHERE k.key IS NOT NULL AND placed.outcome IN ('placed', 'replayed')
                ORDER BY k.caller COLLATE "C", k.key COLLATE "C")
            SELECT ordinal, outcome, order_id, detail::text AS detail FROM placed, (SELECT count(*) FROM spent) AS keys
            ORDER BY ordinal""";

    private static final String FIRST_EVENTS = """
            SELECT order_id, data::text AS data, at FROM order_events WHERE order_id = ANY ($1) AND sequence = 1""";

    /** Stock ran short between reading and locking: nothing was written, and deciding under locks will tell. */
    private static final String RAN_SHORT = "OE001";

    /** A further key was spent by another order in between: nothing was written. */
    static final String SPENT_OTHERWISE = "OE002";

    private final Pool writers;
    private final Transactions transactions;
    private final TokenSeal tokens;
    private final ObjectMapper json;

    public PgPlacementStore(Pool writers, Transactions transactions, TokenSeal tokens, ObjectMapper json) {
        this.writers = writers;
        this.transactions = transactions;
        this.tokens = tokens;
        this.json = json;
    }

    @Override
    public Future<List<Placement>> place(List<Place> places) {
        List<NewOrder> orders =
                places.stream().map(place -> NewOrder.of(place, json)).toList();
        PlacementParameters parameters = new PlacementParameters(orders, tokens);
        return place(parameters, false)
                .recover(fault ->
                        RAN_SHORT.equals(SqlStates.of(fault)) ? place(parameters, true) : Future.failedFuture(fault))
                .compose(outcomes -> placements(orders, outcomes))
                // Of several orders the others are placed one by one.
                .recover(fault -> SPENT_OTHERWISE.equals(SqlStates.of(fault)) && orders.size() == 1
                        ? Future.succeededFuture(List.of(new Placement.KeyReused()))
                        : Future.failedFuture(fault));
    }

    /**
     * Places nothing on each connection of the pool, so that all are there and have their plans before the first order comes.
     *
     * @param connections of the pool
     */
    public Future<Void> prepare(int connections) {
        Tuple nothing = new PlacementParameters(List.of(), tokens).tuple(false);
        List<Future<SqlConnection>> all = IntStream.range(0, connections)
                .mapToObj(number -> writers.getConnection())
                .toList();
        return Future.join(all.stream()
                        .map(connection -> connection.compose(
                                found -> found.preparedQuery(PLACE).execute(nothing)))
                        .toList())
                .eventually(() -> Future.join(all.stream()
                        .map(connection -> connection.compose(SqlConnection::close))
                        .toList()))
                .mapEmpty();
    }

    private Future<RowSet<Row>> place(PlacementParameters parameters, boolean pessimistic) {
        return parameters.spendsFurtherKeys()
                ? execute(PLACE_AND_SPEND_FURTHER_KEYS, parameters.tupleWithFurtherKeys(pessimistic))
                : execute(PLACE, parameters.tuple(pessimistic));
    }

    private Future<RowSet<Row>> execute(String statement, Tuple parameters) {
        return transactions.retried(() -> writers.preparedQuery(statement).execute(parameters));
    }

    private Future<List<Placement>> placements(List<NewOrder> orders, RowSet<Row> outcomes) {
        List<UUID> replayed = new ArrayList<>();
        for (Row row : outcomes) {
            if (row.getString("outcome").equals("replayed")) {
                replayed.add(row.getUUID("order_id"));
            }
        }
        return receipts(replayed).map(receipts -> placements(orders, outcomes, receipts));
    }

    private List<Placement> placements(List<NewOrder> orders, RowSet<Row> outcomes, Map<UUID, Receipt> receipts) {
        Map<UUID, Placement> byOrderId = new HashMap<>();
        receipts.forEach((orderId, receipt) -> byOrderId.put(orderId, new Placement.Replayed(receipt)));
        List<Placement> placements = new ArrayList<>(orders.size());
        for (Row row : outcomes) {
            NewOrder order = orders.get(row.getInteger("ordinal") - 1);
            // The same request twice in one batch, the first refused: the second replays the refusal.
            Placement placement = row.getString("outcome").equals("replayed")
                    ? byOrderId.get(row.getUUID("order_id"))
                    : placement(row, order);
            byOrderId.putIfAbsent(order.place().id(), placement);
            placements.add(placement);
        }
        return placements;
    }

    private Placement placement(Row row, NewOrder order) {
        return switch (row.getString("outcome")) {
            case "placed" -> new Placement.Placed(order.receipt());
            case "key_reused" -> new Placement.KeyReused();
            case "insufficient_stock" -> new Placement.InsufficientStock(shortages(row));
            case "price_changed" ->
                new Placement.PriceChanged(
                        shortages(row).stream().map(Shortage::productId).toList());
            default -> throw new IllegalStateException("place_orders said " + row.getString("outcome"));
        };
    }

    private Future<Map<UUID, Receipt>> receipts(List<UUID> orderIds) {
        if (orderIds.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return writers.preparedQuery(FIRST_EVENTS)
                .execute(Tuple.of(orderIds.toArray(UUID[]::new)))
                .map(this::receipts);
    }

    private Map<UUID, Receipt> receipts(RowSet<Row> firstEvents) {
        Map<UUID, Receipt> receipts = new HashMap<>();
        for (Row row : firstEvents) {
            UUID orderId = row.getUUID("order_id");
            receipts.put(
                    orderId,
                    NewOrder.receipt(
                            orderId,
                            row.getString("data"),
                            row.getOffsetDateTime("at").toInstant(),
                            json));
        }
        return receipts;
    }

    private List<Shortage> shortages(Row row) {
        try {
            return List.of(json.readValue(row.getString("detail"), Shortage[].class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("place_orders gave a detail that cannot be read", e);
        }
    }
}
