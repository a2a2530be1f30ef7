package dev.orderengine.deadletter;

import dev.orderengine.database.AnsweredKeys;
import dev.orderengine.database.Once;
import dev.orderengine.database.Transactions;
import dev.orderengine.queue.DeadLetterQueue;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists what was given up, and has it tried again. Whoever wants more than one call moves asks again: what is tried again is no
 * dead letter any more, so that a repeat finds only what is left.
 */
public final class DeadLetters {

    /** The events that the relays set aside. */
    public static final String OUTBOX = "outbox";

    /** The mails that were given up. */
    public static final String NOTIFICATIONS = "notifications";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int LISTED = 50;
    private static final int ROWS = 1_000;
    /** Three calls of SQS for each ten of them, within the time of a call of ours. */
    private static final int MESSAGES = 100;

    private static final Duration QUEUE_PATIENCE = Duration.ofSeconds(1);

    private final Pool readers;
    private final Transactions transactions;
    private final AnsweredKeys keys;
    private final Clock clock;
    private final DeadLetterStore store = new DeadLetterStore();
    private final Map<String, DeadLetterQueue> queues = new LinkedHashMap<>();

    public DeadLetters(
            Pool readers, Transactions transactions, AnsweredKeys keys, List<DeadLetterQueue> queues, Clock clock) {
        this.readers = readers;
        this.transactions = transactions;
        this.keys = keys;
        this.clock = clock;
        queues.forEach(queue -> this.queues.put(queue.name(), queue));
    }

    /** The names of all sources. */
    public Set<String> sources() {
        Set<String> names = new TreeSet<>(queues.keySet());
        names.add(OUTBOX);
        names.add(NOTIFICATIONS);
        return names;
    }

    /** All sources, with what is known of their letters; fails if the database does. */
    public Future<List<DeadLetterSource>> list() {
        List<Future<DeadLetterSource>> counted =
                queues.values().stream().map(this::source).toList();
        Future<DeadLetterStore.Counts> counts = store.count(readers);
        Future<List<DeadLetter>> events = store.events(readers, LISTED);
        Future<List<DeadLetter>> mails = store.mails(readers, LISTED);
        return Future.all(counts, events, mails)
                .compose(read -> Future.all(counted))
                .map(read -> {
                    List<DeadLetterSource> sources = new ArrayList<>();
                    sources.add(new DeadLetterSource(OUTBOX, counts.result().events(), events.result()));
                    sources.add(
                            new DeadLetterSource(NOTIFICATIONS, counts.result().mails(), mails.result()));
                    counted.forEach(queue -> sources.add(queue.result()));
                    return sources;
                });
    }

    private Future<DeadLetterSource> source(DeadLetterQueue queue) {
        return queue.count()
                .timeout(QUEUE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(fault ->
                        LOG.warn("the dead letters of {} cannot be counted: {}", queue.name(), fault.toString()))
                .otherwise((Long) null)
                .map(letters -> new DeadLetterSource(queue.name(), letters, List.of()));
    }

    /** Has dead letters of a source tried again, once for each key: up to 1,000 events or mails, or 100 messages of a queue. */
    public Future<Once<Integer>> redrive(Redrive redrive) {
        return transactions.run(transaction -> keys.once(
                        transaction,
                        redrive.key(),
                        () -> letters(transaction, redrive.source()),
                        letters -> Optional.of(redrive.format().apply(letters)))
                .compose(outcome ->
                        redrive.recording().record(transaction, outcome).map(outcome)));
    }

    private Future<Integer> letters(SqlClient transaction, String source) {
        return switch (source) {
            case OUTBOX -> store.redriveEvents(transaction, ROWS);
            case NOTIFICATIONS -> store.redriveMails(transaction, ROWS, clock.instant());
            // What SQS does cannot be taken back: if the transaction fails the letters are where they belong all the
            // same.
            default -> queues.get(source).redrive(MESSAGES);
        };
    }
}
