package dev.orderengine.payment;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Database;
import dev.orderengine.inventory.Reservations;
import dev.orderengine.money.Money;
import dev.orderengine.order.OrderChange;
import dev.orderengine.order.OrderChanges;
import dev.orderengine.order.OrderState;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Payments in Postgres. Locks: orders by id, then payments by id, as everybody does who holds both; claiming locks in
 * another order, but waits for no lock, and so for nobody in a circle.
 */
public final class PgPayments implements PaymentStore {

    private static final String COLUMNS = """
            id, order_id, provider, amount, currency, state, token, provider_ref, decline_code, captured, attempts, next_at,
            unknown_at, flagged, created_at, traceparent
            """;

    private static final String LOCK_DUE = "SELECT " + COLUMNS + """
            FROM payments
            WHERE provider = $1 AND next_at <= $2 AND state IN ('created', 'processing', 'unknown')
            ORDER BY next_at
            LIMIT $3
            FOR NO KEY UPDATE SKIP LOCKED""";

    private static final String LOCK = "SELECT " + COLUMNS + """
            FROM payments
            WHERE id = ANY ($1)
            ORDER BY id
            FOR NO KEY UPDATE""";

    private static final String WRITE = """
            UPDATE payments p
            SET state = c.state, token = c.token, provider_ref = c.provider_ref, decline_code = c.decline_code,
                captured = c.captured, attempts = c.attempts, next_at = c.next_at, unknown_at = c.unknown_at,
                flagged = c.flagged, updated_at = $11
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::int[], $8::timestamptz[],
                        $9::timestamptz[], $10::boolean[])
                AS c (id, state, token, provider_ref, decline_code, captured, attempts, next_at, unknown_at, flagged)
            WHERE p.id = c.id""";

    private static final String BACKLOG = """
            SELECT count(*) AS due, min(next_at) AS oldest_due,
                   (SELECT count(*) FROM payments WHERE provider = $1 AND flagged) AS flagged
            FROM payments
            WHERE provider = $1 AND next_at <= $2""";

    private final Database database;
    private final OrderChanges orders;
    private final Reservations reservations;
    private final PaymentDecider decider;

    public PgPayments(Database database, OrderChanges orders, Reservations reservations, PaymentDecider decider) {
        this.database = database;
        this.orders = orders;
        this.reservations = reservations;
        this.decider = decider;
    }

    @Override
    public Future<List<Taken>> claim(String provider, int limit, Instant now) {
        return database.transactions()
                .run(transaction -> transaction
                        .preparedQuery(LOCK_DUE)
                        .execute(Tuple.of(provider, time(now), limit))
                        .map(PgPayments::payments)
                        .compose(due -> takeUp(transaction, due, now)));
    }

    private Future<List<Taken>> takeUp(SqlConnection transaction, List<Payment> due, Instant now) {
        if (due.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        List<Payment> onePerOrder = onePerOrder(due, Payment::orderId);
        return orders.lockFree(
                        transaction, onePerOrder.stream().map(Payment::orderId).toList())
                .map(locked -> onePerOrder.stream()
                        .filter(payment -> locked.containsKey(payment.orderId()))
                        .map(payment -> decider.takeUp(payment, locked.get(payment.orderId()), now))
                        .toList())
                .compose(decisions -> write(transaction, decisions, now).map(taken(decisions)));
    }

    private static List<Taken> taken(List<Decision> decisions) {
        return decisions.stream()
                .map(decision -> new Taken(decision.after(), decision.step()))
                .toList();
    }

    @Override
    public Future<Map<Settlement, Settled>> settle(List<Settlement> settlements, Instant now) {
        List<Settlement> first = onePerOrder(settlements, Settlement::orderId);
        if (first.size() == settlements.size()) {
            return settleTogether(first, now);
        }
        List<Settlement> rest = new ArrayList<>(settlements);
        first.forEach(rest::remove);
        return settleTogether(first, now)
                .compose(done -> settle(rest, now).map(more -> {
                    Map<Settlement, Settled> all = new HashMap<>(done);
                    all.putAll(more);
                    return all;
                }));
    }

    private Future<Map<Settlement, Settled>> settleTogether(List<Settlement> settlements, Instant now) {
        return database.transactions()
                .run(transaction -> lock(transaction, settlements)
                        .compose(locked -> reserveAgain(transaction, settlements, locked))
                        .map(locked -> decide(settlements, locked, now))
                        .compose(decisions ->
                                write(transaction, decisions.values(), now).map(decisions))
                        .map(decisions -> results(settlements, decisions)));
    }

    /** Money that comes too late is rare: its orders are tried one by one. */
    private Future<Locked> reserveAgain(SqlClient transaction, List<Settlement> settlements, Locked locked) {
        Future<Locked> reserved = Future.succeededFuture(locked);
        for (Settlement settlement : settlements) {
            OrderState order = locked.orders.get(settlement.orderId());
            if (locked.isLeased(settlement) && PaymentDecider.wantsStockBack(order, settlement.outcome())) {
                reserved = reserved.compose(before -> reservations
                        .reserve(transaction, order.id(), order.openUnits())
                        .map(held -> before.with(order, held)));
            }
        }
        return reserved;
    }

    private Future<Locked> lock(SqlClient transaction, List<Settlement> settlements) {
        UUID[] ids = settlements.stream()
                .map(settlement -> settlement.taken().payment().id())
                .toArray(UUID[]::new);
        return orders.lock(
                        transaction,
                        settlements.stream().map(Settlement::orderId).toList())
                .compose(states -> transaction
                        .preparedQuery(LOCK)
                        .execute(Tuple.of(ids))
                        .map(rows -> new Locked(states, byId(payments(rows)), Set.of())));
    }

    /** Decides the settlements that still hold the lease of their payment; for the others there is no decision. */
    private Map<Settlement, Decision> decide(List<Settlement> settlements, Locked locked, Instant now) {
        Map<Settlement, Decision> decisions = new LinkedHashMap<>();
        for (Settlement settlement : settlements) {
            if (locked.isLeased(settlement)) {
                OrderState order = locked.orders.get(settlement.orderId());
                decisions.put(
                        settlement,
                        decider.settle(
                                locked.payments.get(settlement.paymentId()),
                                order,
                                settlement.taken().step(),
                                settlement.outcome(),
                                locked.stockIsBack.contains(order.id()),
                                now));
            }
        }
        return decisions;
    }

    private static Map<Settlement, Settled> results(List<Settlement> settlements, Map<Settlement, Decision> decisions) {
        Map<Settlement, Settled> results = new HashMap<>();
        for (Settlement settlement : settlements) {
            Decision decision = decisions.get(settlement);
            results.put(
                    settlement,
                    decision == null
                            ? new Settled(settlement.taken().payment(), false)
                            : new Settled(decision.after(), true));
        }
        return results;
    }

    @Override
    public Future<Backlog> backlog(String provider, Instant now) {
        return database.readers()
                .preparedQuery(BACKLOG)
                .execute(Tuple.of(provider, time(now)))
                .map(rows -> rows.iterator().next())
                .map(row -> new Backlog(row.getLong("due"), instant(row, "oldest_due"), row.getLong("flagged")));
    }

    private Future<Void> write(SqlConnection transaction, Collection<Decision> decisions, Instant now) {
        if (decisions.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Payment> payments = decisions.stream().map(Decision::after).toList();
        List<OrderChange> changes =
                decisions.stream().map(Decision::order).filter(Objects::nonNull).toList();
        return transaction
                .preparedQuery(WRITE)
                .execute(tuple(payments, now))
                .compose(written -> orders.write(transaction, changes));
    }

    private static Tuple tuple(List<Payment> payments, Instant now) {
        return Tuple.tuple()
                .addArrayOfUUID(column(payments, Payment::id, UUID[]::new))
                .addArrayOfString(column(payments, payment -> payment.state().wire(), String[]::new))
                .addArrayOfString(column(payments, Payment::token, String[]::new))
                .addArrayOfString(column(payments, Payment::providerRef, String[]::new))
                .addArrayOfString(column(payments, Payment::declineCode, String[]::new))
                .addArrayOfLong(column(payments, Payment::captured, Long[]::new))
                .addArrayOfInteger(column(payments, Payment::attempts, Integer[]::new))
                .addArrayOfOffsetDateTime(column(payments, payment -> time(payment.nextAt()), OffsetDateTime[]::new))
                .addArrayOfOffsetDateTime(column(payments, payment -> time(payment.unknownAt()), OffsetDateTime[]::new))
                .addArrayOfBoolean(column(payments, Payment::flagged, Boolean[]::new))
                .addOffsetDateTime(time(now));
    }

    private static <T> List<T> onePerOrder(List<T> elements, Function<T, UUID> orderId) {
        Set<UUID> seen = new HashSet<>();
        return elements.stream()
                .filter(element -> seen.add(orderId.apply(element)))
                .toList();
    }

    private static List<Payment> payments(RowSet<Row> rows) {
        List<Payment> payments = new ArrayList<>(rows.size());
        rows.forEach(row -> payments.add(payment(row)));
        return payments;
    }

    private static Payment payment(Row row) {
        return new Payment(
                row.getUUID("id"),
                row.getUUID("order_id"),
                row.getString("provider"),
                new Money(row.getLong("amount"), Currency.getInstance(row.getString("currency"))),
                PaymentState.of(row.getString("state")),
                row.getString("token"),
                row.getString("provider_ref"),
                row.getString("decline_code"),
                row.getLong("captured"),
                row.getInteger("attempts"),
                instant(row, "next_at"),
                instant(row, "unknown_at"),
                row.getBoolean("flagged"),
                instant(row, "created_at"),
                row.getString("traceparent"));
    }

    private static Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private static Map<UUID, Payment> byId(List<Payment> payments) {
        return payments.stream().collect(Collectors.toMap(Payment::id, Function.identity()));
    }

    /** @param stockIsBack orders whose stock was reserved again */
    private record Locked(Map<UUID, OrderState> orders, Map<UUID, Payment> payments, Set<UUID> stockIsBack) {

        boolean isLeased(Settlement settlement) {
            return payments.get(settlement.paymentId()).attempts()
                    == settlement.taken().payment().attempts();
        }

        Locked with(OrderState order, boolean held) {
            Set<UUID> back = new HashSet<>(stockIsBack);
            if (held) {
                back.add(order.id());
            }
            return new Locked(orders, payments, back);
        }
    }
}
