package dev.orderengine.order;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.database.Transactions;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Commands in Postgres: one transaction for a batch. In it, in this order: the keys are held, the orders locked by id, all decided, the
 * orders written with their events and effects (stock last), and the keys with their answers.
 */
public final class PgCommandStore implements CommandStore {

    private static final int TRIES = 3;

    private final Transactions transactions;
    private final OrderChanges changes;
    private final LockedOrders orders;
    private final Deciders deciders;
    private final PgOrderStore reader;
    private final AnswerFormat answers;
    private final CommandKeys keys = new CommandKeys();
    private final Clock clock;

    /** @param reader reads the orders for the answers, inside the transaction */
    public PgCommandStore(
            Transactions transactions,
            OrderChanges changes,
            Deciders deciders,
            PgOrderStore reader,
            AnswerFormat answers,
            ObjectMapper json,
            Clock clock) {
        this.transactions = transactions;
        this.changes = changes;
        this.orders = new LockedOrders(changes, json);
        this.deciders = deciders;
        this.reader = reader;
        this.answers = answers;
        this.clock = clock;
    }

    @Override
    public Future<List<Execution>> execute(List<Execute> commands) {
        return together(commands, 1)
                .map(outcomes -> commands.stream().map(outcomes::get).toList());
    }

    private Future<Map<Execute, Execution>> together(List<Execute> commands, int attempt) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return transactions
                .run(transaction -> new Turn(transaction, now).carryOut(commands))
                .recover(fault -> isOutdated(fault) && attempt < TRIES
                        ? together(commands, attempt + 1)
                        : Future.failedFuture(fault));
    }

    /** Another look will find what came to be after the first. */
    private static boolean isOutdated(Throwable fault) {
        return fault instanceof CommandKeys.KeyTaken || fault instanceof DecisionOutdated;
    }

    /** One transaction. */
    private final class Turn {

        private final SqlConnection transaction;
        private final Instant now;

        Turn(SqlConnection transaction, Instant now) {
            this.transaction = transaction;
            this.now = now;
        }

        Future<Map<Execute, Execution>> carryOut(List<Execute> commands) {
            return keys.hold(transaction, commands, now).compose(known -> {
                List<Execute> open = commands.stream()
                        .filter(command -> !known.containsKey(command))
                        .toList();
                return decideAndWrite(open).map(outcomes -> {
                    outcomes.putAll(known);
                    return outcomes;
                });
            });
        }

        private Future<Map<Execute, Execution>> decideAndWrite(List<Execute> commands) {
            if (commands.isEmpty()) {
                return Future.succeededFuture(new IdentityHashMap<>());
            }
            return orders.lock(
                            transaction, commands.stream().map(Execute::orderId).toList())
                    .compose(locked -> write(commands, locked, rulings(commands, locked)));
        }

        private Map<Execute, Ruling> rulings(List<Execute> commands, Map<UUID, LockedOrder> locked) {
            Map<Execute, Ruling> rulings = new IdentityHashMap<>();
            commands.forEach(command -> rulings.put(command, ruling(command, locked.get(command.orderId()))));
            return rulings;
        }

        private Ruling ruling(Execute command, LockedOrder order) {
            if (order == null || !command.mayActOn(order.state())) {
                return new Ruling.Refuse(new Refusal.NotFound());
            }
            return command.expects().test(order.state().version())
                    ? deciders.decide(order, command.command(), now)
                    : new Ruling.Refuse(new Refusal.OtherVersion());
        }

        private Future<Map<Execute, Execution>> write(
                List<Execute> commands, Map<UUID, LockedOrder> locked, Map<Execute, Ruling> rulings) {
            List<OrderChange> decided = new ArrayList<>();
            for (Execute command : commands) {
                if (rulings.get(command) instanceof Ruling.Change change) {
                    decided.add(change(command, locked.get(command.orderId()).state(), change));
                }
            }
            return orders.countTries(transaction, failedTries(rulings))
                    .compose(counted -> changes.write(transaction, decided))
                    .compose(written -> answers(rulings))
                    .compose(done -> keys.write(transaction, done, now).map(written -> outcomes(rulings, done)));
        }

        private OrderChange change(Execute command, OrderState before, Ruling.Change change) {
            return new OrderChange(
                    before,
                    change.after(),
                    change.events(),
                    change.effects(),
                    command.caller(),
                    now,
                    command.traceparent());
        }

        private Future<Map<Execute, Execution.Done>> answers(Map<Execute, Ruling> rulings) {
            List<Execute> done = rulings.keySet().stream()
                    .filter(command -> refusal(rulings.get(command)).isEmpty())
                    .toList();
            if (done.isEmpty()) {
                return Future.succeededFuture(Map.of());
            }
            return reader.findAll(
                            transaction, done.stream().map(Execute::orderId).toList())
                    .map(found -> {
                        Map<Execute, Execution.Done> answered = new IdentityHashMap<>();
                        done.forEach(command ->
                                answered.put(command, answer(rulings.get(command), found.get(command.orderId()))));
                        return answered;
                    });
        }

        private Execution.Done answer(Ruling ruling, Order order) {
            Ruling.Created created = ruling instanceof Ruling.Change change ? change.created() : null;
            return new Execution.Done(
                    created == null ? 200 : 201, order.state().version(), answers.body(order, created), false);
        }
    }

    private static Map<Execute, Execution> outcomes(Map<Execute, Ruling> rulings, Map<Execute, Execution.Done> done) {
        Map<Execute, Execution> outcomes = new IdentityHashMap<>(done);
        rulings.forEach((command, ruling) ->
                refusal(ruling).ifPresent(refusal -> outcomes.put(command, new Execution.Refused(refusal))));
        return outcomes;
    }

    private static Optional<Refusal> refusal(Ruling ruling) {
        if (ruling instanceof Ruling.Refuse refuse) {
            return Optional.of(refuse.refusal());
        }
        return ruling instanceof Ruling.FailedTry failed
                ? Optional.of(new Refusal.Invalid(List.of(failed.fault())))
                : Optional.empty();
    }

    private static List<UUID> failedTries(Map<Execute, Ruling> rulings) {
        return rulings.entrySet().stream()
                .filter(ruled -> ruled.getValue() instanceof Ruling.FailedTry)
                .map(ruled -> ruled.getKey().orderId())
                .toList();
    }
}
