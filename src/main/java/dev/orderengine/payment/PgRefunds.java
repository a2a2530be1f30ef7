package dev.orderengine.payment;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Database;
import dev.orderengine.database.Rows;
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
import java.util.ArrayList;
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

    private static final String LOCK_PAYMENTS = """
            SELECT id, order_id, captured, refunded FROM payments WHERE order_id = ANY ($1) ORDER BY id FOR NO KEY UPDATE""";

    private static final String BOOK = """
            UPDATE payments p
            SET refunding = p.refunding - c.settled, refunded = p.refunded + c.back, state = coalesce(c.state, p.state),
                next_at = CASE WHEN c.state = 'voided' THEN NULL ELSE p.next_at END, updated_at = $5
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
                .run(transaction -> RefundRows.lockDue(transaction, provider, now, limit)
                        .compose(due -> takeUp(transaction, due, now)));
    }

    private Future<List<Taken>> takeUp(SqlConnection transaction, List<Refund> due, Instant now) {
        List<Taken> taken =
                due.stream().map(refund -> decider.takeUp(refund, now)).toList();
        return RefundRows.write(transaction, taken.stream().map(Taken::refund).toList(), now)
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

    /**
     * Settles what a provider told without being asked, as if it had been its answer; in a transaction of the caller's.
     *
     * @param outcome one that settles
     */
    public Future<Told> settleTold(
            SqlConnection transaction, String provider, UUID refundId, RefundOutcome outcome, Instant now) {
        return RefundRows.find(transaction, provider, refundId)
                .compose(found -> found.map(refund -> settleTold(transaction, refund, outcome, now))
                        .orElseGet(() -> Future.succeededFuture(Told.UNKNOWN)));
    }

    private Future<Told> settleTold(SqlConnection transaction, Refund found, RefundOutcome outcome, Instant now) {
        return lock(transaction, List.of(told(found, outcome))).compose(locked -> {
            Refund current = locked.refund(found.id());
            if (!current.state().isOpen()) {
                return Future.succeededFuture(Told.NOTHING_NEW);
            }
            Map<Settlement, Decision> decisions = decide(List.of(told(current, outcome)), locked, now);
            return write(transaction, List.copyOf(decisions.values()), now, Told.APPLIED);
        });
    }

    private static Settlement told(Refund refund, RefundOutcome outcome) {
        return new Settlement(new Taken(refund, Step.LOOK_UP), outcome);
    }

    private Future<Map<Settlement, Refund>> settle(SqlConnection transaction, List<Settlement> turn, Instant now) {
        return lock(transaction, turn).compose(locked -> {
            Map<Settlement, Decision> decisions = decide(turn, locked, now);
            return write(transaction, List.copyOf(decisions.values()), now, after(turn, decisions, locked));
        });
    }

    private Future<Locked> lock(SqlClient transaction, List<Settlement> turn) {
        UUID[] orderIds = turn.stream().map(Settlement::orderId).toArray(UUID[]::new);
        UUID[] ids = turn.stream().map(Settlement::refundId).toArray(UUID[]::new);
        return orders.lock(transaction, List.of(orderIds))
                .compose(states -> transaction
                        .preparedQuery(LOCK_PAYMENTS)
                        .execute(Tuple.of(orderIds))
                        .compose(payments -> RefundRows.lock(transaction, ids)
                                .map(refunds -> new Locked(states, payments, refunds))));
    }

    /** Decides the settlements that still hold the lease of their refund; for the others there is no decision. */
    private Map<Settlement, Decision> decide(List<Settlement> turn, Locked locked, Instant now) {
        Map<Settlement, Decision> decisions = new HashMap<>();
        for (Settlement settlement : turn) {
            Refund current = locked.refund(settlement.refundId());
            if (locked.isLeased(settlement)) {
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

    private static Map<Settlement, Refund> after(
            List<Settlement> turn, Map<Settlement, Decision> decisions, Locked locked) {
        Map<Settlement, Refund> after = new HashMap<>();
        turn.stream()
                .filter(settlement ->
                        !locked.refund(settlement.refundId()).state().isOpen())
                .forEach(settlement -> after.put(settlement, locked.refund(settlement.refundId())));
        decisions.forEach((settlement, decision) -> after.put(settlement, decision.after()));
        return after;
    }

    @Override
    public Future<Backlog> backlog(String provider, Instant now) {
        return database.readers()
                .preparedQuery(BACKLOG)
                .execute(Tuple.of(provider, time(now)))
                .map(rows -> rows.iterator().next())
                .map(row -> new Backlog(row.getLong("due"), Rows.instant(row, "oldest_due"), row.getLong("flagged")));
    }

    private <T> Future<T> write(SqlConnection transaction, List<Decision> decisions, Instant now, T result) {
        List<OrderChange> changes =
                decisions.stream().map(Decision::order).filter(Objects::nonNull).toList();
        return RefundRows.write(
                        transaction, decisions.stream().map(Decision::after).toList(), now)
                .compose(written -> book(transaction, decisions, now))
                .compose(booked -> orders.write(transaction, changes))
                .map(result);
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

    private record Locked(Map<UUID, OrderState> orders, RowSet<Row> payments, List<Refund> refunds) {

        Refund refund(UUID id) {
            return refunds.stream()
                    .filter(refund -> refund.id().equals(id))
                    .findFirst()
                    .orElseThrow();
        }

        /** Whether the answer is still waited for: nobody took the refund up since, nor settled it by what the provider told. */
        boolean isLeased(Settlement settlement) {
            Refund current = refund(settlement.refundId());
            return current.state().isOpen()
                    && current.attempts() == settlement.taken().refund().attempts();
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
