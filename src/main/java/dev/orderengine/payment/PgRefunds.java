package dev.orderengine.payment;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Database;
import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.order.OrderChange;
import dev.orderengine.order.OrderChanges;
import dev.orderengine.order.OrderState;
import dev.orderengine.payment.RefundDecider.Books;
import dev.orderengine.payment.RefundDecider.Decision;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Refunds in Postgres. Locks: orders by id, then their payments by id, then refunds by id; claiming locks refunds only, and waits for
 * no lock.
 */
public final class PgRefunds implements RefundStore {

    private static final String COLUMNS = """
            r.id, r.order_id, r.payment_id, p.provider_ref AS payment_ref, r.provider, r.kind, r.amount, r.currency, r.reason, r.state,
            r.provider_ref, r.failure_code, r.attempts, r.next_at, r.unknown_at, r.flagged, r.traceparent
            FROM refunds r JOIN payments p ON p.id = r.payment_id
            """;

    private static final String LOCK_DUE = "SELECT " + COLUMNS + """
            WHERE r.provider = $1 AND r.next_at <= $2
            ORDER BY r.next_at
            LIMIT $3
            FOR NO KEY UPDATE OF r SKIP LOCKED""";

    private static final String LOCK_PAYMENTS = """
            SELECT id, order_id, captured, refunded FROM payments WHERE order_id = ANY ($1) ORDER BY id FOR NO KEY UPDATE""";

    private static final String LOCK = "SELECT " + COLUMNS + """
            WHERE r.id = ANY ($1)
            ORDER BY r.id
            FOR NO KEY UPDATE OF r""";

    private static final String WRITE = """
            UPDATE refunds r
            SET state = c.state, provider_ref = c.provider_ref, failure_code = c.failure_code, attempts = c.attempts,
                next_at = c.next_at, unknown_at = c.unknown_at, flagged = c.flagged, updated_at = $9
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::timestamptz[], $7::timestamptz[], $8::boolean[])
                AS c (id, state, provider_ref, failure_code, attempts, next_at, unknown_at, flagged)
            WHERE r.id = c.id""";

    private static final String BOOK = """
            UPDATE payments p
            SET refunding = p.refunding - c.settled, refunded = p.refunded + c.back, state = coalesce(c.state, p.state), updated_at = $5
            FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[]) AS c (id, settled, back, state)
            WHERE p.id = c.id""";

    private static final String BACKLOG = """
            SELECT count(*) FILTER (WHERE next_at <= $2) AS due, min(next_at) FILTER (WHERE next_at <= $2) AS oldest_due,
                   count(*) FILTER (WHERE flagged) AS flagged
            FROM refunds
            WHERE (provider = $1 AND next_at <= $2) OR (provider = $1 AND flagged)""";

    private final Database database;
    private final OrderChanges orders;
    private final RefundDecider decider;

    public PgRefunds(Database database, OrderChanges orders, RefundDecider decider) {
        this.database = database;
        this.orders = orders;
        this.decider = decider;
    }

    @Override
    public Future<List<Taken>> claim(String provider, int limit, Instant now) {
        return database.transactions()
                .run(transaction -> transaction
                        .preparedQuery(LOCK_DUE)
                        .execute(Tuple.of(provider, time(now), limit))
                        .map(PgRefunds::refunds)
                        .compose(due -> takeUp(transaction, due, now)));
    }

    private Future<List<Taken>> takeUp(SqlConnection transaction, List<Refund> due, Instant now) {
        List<Taken> taken =
                due.stream().map(refund -> decider.takeUp(refund, now)).toList();
        return write(transaction, taken.stream().map(Taken::refund).toList(), now)
                .map(taken);
    }

    @Override
    public Future<List<Refund>> settle(List<Settlement> settlements, Instant now) {
        Map<Settlement, Refund> settled = new HashMap<>();
        return settleInTurns(settlements, settled, now)
                .map(done -> settlements.stream().map(settled::get).toList());
    }

    /** One refund an order in each transaction. */
    private Future<Void> settleInTurns(List<Settlement> settlements, Map<Settlement, Refund> settled, Instant now) {
        if (settlements.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Settlement> turn = new ArrayList<>();
        List<Settlement> later = new ArrayList<>();
        Set<UUID> seen = new HashSet<>();
        settlements.forEach(one -> (seen.add(one.orderId()) ? turn : later).add(one));
        return database.transactions()
                .run(transaction -> settle(transaction, turn, now))
                .compose(done -> {
                    settled.putAll(done);
                    return settleInTurns(later, settled, now);
                });
    }

    private Future<Map<Settlement, Refund>> settle(SqlConnection transaction, List<Settlement> turn, Instant now) {
        return lock(transaction, turn).compose(locked -> {
            Map<Settlement, Decision> decisions = decide(turn, locked, now);
            return write(transaction, List.copyOf(decisions.values()), now, after(decisions));
        });
    }

    private Future<Locked> lock(SqlClient transaction, List<Settlement> turn) {
        UUID[] orderIds = turn.stream().map(Settlement::orderId).toArray(UUID[]::new);
        UUID[] ids = turn.stream().map(Settlement::refundId).toArray(UUID[]::new);
        return orders.lock(transaction, List.of(orderIds))
                .compose(states -> transaction
                        .preparedQuery(LOCK_PAYMENTS)
                        .execute(Tuple.of(orderIds))
                        .compose(payments -> transaction
                                .preparedQuery(LOCK)
                                .execute(Tuple.of(ids))
                                .map(refunds -> new Locked(states, payments, refunds(refunds)))));
    }

    /** Decides the settlements that still hold the lease of their refund; for the others there is no decision. */
    private Map<Settlement, Decision> decide(List<Settlement> turn, Locked locked, Instant now) {
        Map<Settlement, Decision> decisions = new HashMap<>();
        for (Settlement settlement : turn) {
            Refund current = locked.refund(settlement.refundId());
            if (current.attempts() == settlement.taken().refund().attempts()) {
                decisions.put(
                        settlement,
                        decider.settle(
                                current,
                                locked.books(current),
                                locked.orders.get(current.orderId()),
                                settlement.taken().step(),
                                settlement.outcome(),
                                now));
            }
        }
        return decisions;
    }

    private static Map<Settlement, Refund> after(Map<Settlement, Decision> decisions) {
        Map<Settlement, Refund> after = new HashMap<>();
        decisions.forEach((settlement, decision) -> after.put(settlement, decision.after()));
        return after;
    }

    @Override
    public Future<Backlog> backlog(String provider, Instant now) {
        return database.readers()
                .preparedQuery(BACKLOG)
                .execute(Tuple.of(provider, time(now)))
                .map(rows -> rows.iterator().next())
                .map(row -> new Backlog(row.getLong("due"), instant(row, "oldest_due"), row.getLong("flagged")));
    }

    private <T> Future<T> write(SqlConnection transaction, List<Decision> decisions, Instant now, T result) {
        List<OrderChange> changes =
                decisions.stream().map(Decision::order).filter(Objects::nonNull).toList();
        return write(transaction, decisions.stream().map(Decision::after).toList(), now)
                .compose(written -> book(transaction, decisions, now))
                .compose(booked -> orders.write(transaction, changes))
                .map(result);
    }

    private static Future<Void> write(SqlClient transaction, List<Refund> refunds, Instant now) {
        if (refunds.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(column(refunds, Refund::id, UUID[]::new))
                .addArrayOfString(column(refunds, refund -> refund.state().wire(), String[]::new))
                .addArrayOfString(column(refunds, Refund::providerRef, String[]::new))
                .addArrayOfString(column(refunds, Refund::failureCode, String[]::new))
                .addArrayOfInteger(column(refunds, Refund::attempts, Integer[]::new))
                .addArrayOfOffsetDateTime(column(refunds, refund -> time(refund.nextAt()), OffsetDateTime[]::new))
                .addArrayOfOffsetDateTime(column(refunds, refund -> time(refund.unknownAt()), OffsetDateTime[]::new))
                .addArrayOfBoolean(column(refunds, Refund::flagged, Boolean[]::new))
                .addOffsetDateTime(time(now));
        return transaction.preparedQuery(WRITE).execute(tuple).mapEmpty();
    }

    private static Future<Void> book(SqlClient transaction, List<Decision> decisions, Instant now) {
        List<Decision> booked = decisions.stream()
                .filter(decision -> decision.payment() != null)
                .toList();
        if (booked.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(column(booked, decision -> decision.after().paymentId(), UUID[]::new))
                .addArrayOfLong(column(booked, decision -> decision.payment().settled(), Long[]::new))
                .addArrayOfLong(column(booked, decision -> decision.payment().back(), Long[]::new))
                .addArrayOfString(column(
                        booked,
                        decision -> decision.payment().state() == null
                                ? null
                                : decision.payment().state().wire(),
                        String[]::new))
                .addOffsetDateTime(time(now));
        return transaction.preparedQuery(BOOK).execute(tuple).mapEmpty();
    }

    private static List<Refund> refunds(RowSet<Row> rows) {
        List<Refund> refunds = new ArrayList<>(rows.size());
        rows.forEach(row -> refunds.add(refund(row)));
        return refunds;
    }

    private static Refund refund(Row row) {
        return new Refund(
                row.getUUID("id"),
                row.getUUID("order_id"),
                row.getUUID("payment_id"),
                row.getString("payment_ref"),
                row.getString("provider"),
                Kind.of(row.getString("kind")),
                new Money(row.getLong("amount"), Currency.getInstance(row.getString("currency"))),
                row.getString("reason"),
                RefundState.of(row.getString("state")),
                row.getString("provider_ref"),
                row.getString("failure_code"),
                row.getInteger("attempts"),
                instant(row, "next_at"),
                instant(row, "unknown_at"),
                row.getBoolean("flagged"),
                row.getString("traceparent"));
    }

    private static Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private record Locked(Map<UUID, OrderState> orders, RowSet<Row> payments, List<Refund> refunds) {

        Refund refund(UUID id) {
            return refunds.stream()
                    .filter(refund -> refund.id().equals(id))
                    .findFirst()
                    .orElseThrow();
        }

        Books books(Refund refund) {
            long captured = 0;
            long refunded = 0;
            long allCaptured = 0;
            long allRefunded = 0;
            for (Row payment : payments) {
                if (payment.getUUID("id").equals(refund.paymentId())) {
                    captured = payment.getLong("captured");
                    refunded = payment.getLong("refunded");
                }
                if (payment.getUUID("order_id").equals(refund.orderId())) {
                    allCaptured += payment.getLong("captured");
                    allRefunded += payment.getLong("refunded");
                }
            }
            return new Books(captured, refunded, allCaptured, allRefunded);
        }
    }
}
