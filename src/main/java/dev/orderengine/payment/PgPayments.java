package dev.orderengine.payment;

import static dev.orderengine.database.Columns.time;

import dev.orderengine.database.Database;
import dev.orderengine.database.Rows;
import dev.orderengine.inventory.Reservations;
import dev.orderengine.order.OrderChange;
import dev.orderengine.order.OrderChanges;
import dev.orderengine.order.OrderState;
import dev.orderengine.seal.TokenSeal;
import dev.orderengine.seal.UnreadableTokenException;
import dev.orderengine.telemetry.LogFields;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Payments in Postgres. Locks: orders by id, then payments by id, as everybody does who holds both; claiming locks in
 * another order, but waits for no lock, and so for nobody in a circle.
 */
public final class PgPayments implements PaymentStore {

    private static final Logger LOG = LoggerFactory.getLogger(PgPayments.class);

    /** How long a payment waits whose token cannot be read: until its key is there, here or in another engine. */
    private static final Duration UNREADABLE_PAUSE = Duration.ofMinutes(1);

    private static final String ORDER_OF = "SELECT order_id FROM payments WHERE id = $1 AND provider = $2";

    private static final String BACKLOG = """
            SELECT count(*) AS due, min(next_at) AS oldest_due,
                   (SELECT count(*) FROM payments WHERE provider = $1 AND flagged) AS flagged
            FROM payments
            WHERE provider = $1 AND next_at <= $2""";

    private final Database database;
    private final OrderChanges orders;
    private final Reservations reservations;
    private final TokenSeal tokens;
    private final PaymentDecider decider;

    /** @param tokens opens the tokens of payments that are taken up */
    public PgPayments(
            Database database,
            OrderChanges orders,
            Reservations reservations,
            TokenSeal tokens,
            PaymentDecider decider) {
        this.database = database;
        this.orders = orders;
        this.reservations = reservations;
        this.tokens = tokens;
        this.decider = decider;
    }

    @Override
    public Future<List<Taken>> claim(String provider, int limit, Instant now) {
        return database.transactions()
                .run(transaction -> PaymentRows.lockDue(transaction, provider, now, limit)
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
                        .map(payment -> takeUp(payment, locked.get(payment.orderId()), now))
                        .toList())
                .compose(taken -> write(transaction, decisions(taken), now).map(jobs(taken)));
    }

    /** @param token opened; null if the step needs none */
    private record TakenUp(Decision decision, String token) {}

    private TakenUp takeUp(Payment payment, OrderState order, Instant now) {
        Decision decision = decider.takeUp(payment, order, now);
        if (!decision.step().needsToken()) {
            return new TakenUp(decision, null);
        }
        try {
            return new TakenUp(decision, tokens.open(payment.token(), payment.id()));
        } catch (UnreadableTokenException e) {
            LOG.error(
                    "{} waits, for its token cannot be read: {}",
                    payment,
                    e.getMessage(),
                    LogFields.order(payment.orderId()),
                    e);
            Payment waiting = payment.waiting(
                    payment.state(), payment.providerRef(), now.plus(UNREADABLE_PAUSE), payment.unknownAt());
            return new TakenUp(new Decision(waiting, null, Step.NOTHING), null);
        }
    }

    private static List<Decision> decisions(List<TakenUp> taken) {
        return taken.stream().map(TakenUp::decision).toList();
    }

    private static List<Taken> jobs(List<TakenUp> taken) {
        return taken.stream()
                .map(one -> new Taken(
                        one.decision().after().withToken(one.token()),
                        one.decision().step()))
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
                        .compose(locked -> settle(transaction, settlements, locked, now)));
    }

    private Future<Map<Settlement, Settled>> settle(
            SqlConnection transaction, List<Settlement> settlements, Locked locked, Instant now) {
        return reserveAgain(transaction, settlements, locked).compose(ready -> {
            Map<Settlement, Decision> decisions = decide(settlements, ready, now);
            return write(transaction, decisions.values(), now).map(results(settlements, decisions, ready));
        });
    }

    /**
     * Settles what a provider told without being asked, as if it had been its answer; in a transaction of the caller's.
     *
     * @param outcome one that settles
     */
    public Future<Told> settleTold(
            SqlConnection transaction, String provider, UUID paymentId, ChargeOutcome outcome, Instant now) {
        return transaction
                .preparedQuery(ORDER_OF)
                .execute(Tuple.of(paymentId, provider))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(Told.UNKNOWN)
                        : settleTold(transaction, rows.iterator().next().getUUID(0), paymentId, outcome, now));
    }

    private Future<Told> settleTold(
            SqlConnection transaction, UUID orderId, UUID paymentId, ChargeOutcome outcome, Instant now) {
        return orders.lock(transaction, List.of(orderId))
                .compose(states -> PaymentRows.lock(transaction, paymentId).compose(payments -> {
                    Payment payment = payments.get(0);
                    if (payment.state() == PaymentState.CREATED) {
                        // It was not asked for: whatever moved is not what we know of.
                        return Future.succeededFuture(Told.UNKNOWN);
                    }
                    if (!payment.state().isOpen()) {
                        return Future.succeededFuture(Told.NOTHING_NEW);
                    }
                    Settlement told = new Settlement(new Taken(payment, Step.LOOK_UP), outcome);
                    Locked locked = new Locked(states, byId(payments), Set.of());
                    return settle(transaction, List.of(told), locked, now).map(Told.APPLIED);
                }));
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
                .compose(states -> PaymentRows.lock(transaction, ids)
                        .map(payments -> new Locked(states, byId(payments), Set.of())));
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

    private static Map<Settlement, Settled> results(
            List<Settlement> settlements, Map<Settlement, Decision> decisions, Locked locked) {
        Map<Settlement, Settled> results = new HashMap<>();
        for (Settlement settlement : settlements) {
            Decision decision = decisions.get(settlement);
            results.put(
                    settlement,
                    decision == null
                            ? new Settled(settlement.taken().payment(), locked.isSettled(settlement))
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
                .map(row -> new Backlog(row.getLong("due"), Rows.instant(row, "oldest_due"), row.getLong("flagged")));
    }

    private Future<Void> write(SqlConnection transaction, Collection<Decision> decisions, Instant now) {
        if (decisions.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Payment> payments = decisions.stream().map(Decision::after).toList();
        List<OrderChange> changes =
                decisions.stream().map(Decision::order).filter(Objects::nonNull).toList();
        return PaymentRows.write(transaction, payments, now).compose(written -> orders.write(transaction, changes));
    }

    private static <T> List<T> onePerOrder(List<T> elements, Function<T, UUID> orderId) {
        Set<UUID> seen = new HashSet<>();
        return elements.stream()
                .filter(element -> seen.add(orderId.apply(element)))
                .toList();
    }

    private static Map<UUID, Payment> byId(List<Payment> payments) {
        return payments.stream().collect(Collectors.toMap(Payment::id, Function.identity()));
    }

    /** @param stockIsBack orders whose stock was reserved again */
    private record Locked(Map<UUID, OrderState> orders, Map<UUID, Payment> payments, Set<UUID> stockIsBack) {

        /** Whether the answer is still waited for: nobody took the payment up since, nor settled it by what the provider told. */
        boolean isLeased(Settlement settlement) {
            Payment current = payments.get(settlement.paymentId());
            return current.isAwaited()
                    && current.attempts() == settlement.taken().payment().attempts();
        }

        boolean isSettled(Settlement settlement) {
            return !payments.get(settlement.paymentId()).isAwaited();
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
