package dev.orderengine.payment.reconciliation;

import dev.orderengine.database.AnsweredKeys;
import dev.orderengine.database.Once;
import dev.orderengine.database.Transactions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** What was compared and found, and further runs by those who want one. */
public final class ReconciliationReports {

    private final Set<String> providers;
    private final Pool readers;
    private final Transactions transactions;
    private final AnsweredKeys keys;
    private final RunStore runs = new RunStore();

    /** @param providers that are configured */
    public ReconciliationReports(Set<String> providers, Pool readers, Transactions transactions, AnsweredKeys keys) {
        this.providers = Collections.unmodifiableSet(new TreeSet<>(providers));
        this.readers = readers;
        this.transactions = transactions;
        this.keys = keys;
    }

    /** The providers that can be compared with. */
    public Set<String> providers() {
        return providers;
    }

    /** A run with what it found, the first 1,000 differences at most. */
    public record Report(Run run, List<Difference> differences) {}

    /** Runs, the newest first. */
    public Future<List<Run>> list(RunFilter filter, int limit) {
        return runs.list(readers, filter, limit);
    }

    /** One run; empty if there is none of that id. */
    public Future<Optional<Report>> find(UUID id) {
        Future<Optional<Run>> run = runs.find(readers, id);
        Future<List<Difference>> differences = runs.differences(readers, id);
        return Future.all(run, differences)
                .map(read -> run.result().map(found -> new Report(found, differences.result())));
    }

    /** Adds a run, once for each key. */
    public Future<Once<Run>> ask(AskedRun asked) {
        return transactions.run(transaction -> keys.once(
                        transaction,
                        asked.key(),
                        () -> added(transaction, asked.run()),
                        run -> Optional.of(asked.format().apply(run)))
                .compose(outcome ->
                        asked.recording().record(transaction, outcome).map(outcome)));
    }

    private Future<Run> added(SqlClient transaction, Run run) {
        return runs.add(transaction, List.of(run), run.createdAt()).map(run);
    }
}
