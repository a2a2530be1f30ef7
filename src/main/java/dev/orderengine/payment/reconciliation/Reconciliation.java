package dev.orderengine.payment.reconciliation;

import static dev.orderengine.telemetry.LogFields.field;
import static dev.orderengine.telemetry.LogFields.ifKnown;

import dev.orderengine.audit.AuditEntry;
import dev.orderengine.audit.AuditWriter;
import dev.orderengine.database.Database;
import dev.orderengine.payment.reconciliation.ProviderBooks.NoAnswerException;
import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job that compares each day with the providers' lists: plans what is to be compared, and works through what is due, one run after the
 * other. Any number of engines may do so at once: a run is leased, and one whose engine died is taken up again from its beginning. What a run
 * found is written with its end, in one transaction. Confined to one event loop.
 */
public final class Reconciliation {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

    /** Longer than a call of a provider takes, with all its repeats. */
    private static final Duration LEASE = Duration.ofMinutes(2);

    private static final int TRIES = 24;
    private static final IntervalFunction WAIT_MILLIS =
            IntervalFunction.ofExponentialBackoff(Duration.ofMinutes(1), 2, Duration.ofHours(1));

    private static final String ACTOR = "engine";

    private final Vertx vertx;
    private final Database database;
    private final Map<String, ProviderBooks> providers = new TreeMap<>();
    private final int hour;
    private final AuditWriter audit;
    private final Supplier<UUID> ids;
    private final Clock clock;
    private final ReconciliationFigures figures;
    private final RunStore runs = new RunStore();
    private final OurBooks ours;
    private boolean stopping;

    /**
     * @param books one a provider
     * @param hour of UTC from which on the day before is compared
     * @param ids UUIDv7
     */
    public Reconciliation(
            Vertx vertx,
            Database database,
            List<ProviderBooks> books,
            int hour,
            AuditWriter audit,
            Supplier<UUID> ids,
            Clock clock,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.database = database;
        books.forEach(one -> providers.put(one.provider(), one));
        this.hour = hour;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
        this.figures = new ReconciliationFigures(providers.keySet(), metrics, clock);
        this.ours = new OurBooks(database.readers());
    }

    /** Does what is due. */
    Future<Void> run() {
        return plan().compose(planned -> work()).compose(worked -> refresh());
    }

    /** Ends the run at work with its next call, so that somebody else goes on. */
    void stop() {
        stopping = true;
    }

    private Future<Void> plan() {
        Future<Void> planned = Future.succeededFuture();
        for (String provider : providers.keySet()) {
            planned = planned.compose(before -> plan(provider));
        }
        return planned;
    }

    private Future<Void> plan(String provider) {
        Instant now = clock.instant();
        return runs.lastPlanned(database.writers(), provider)
                .map(last -> DailyPlan.days(last, now, hour))
                .compose(days -> days.isEmpty()
                        ? Future.succeededFuture()
                        : runs.add(database.writers(), daily(provider, days, now), now));
    }

    private List<Run> daily(String provider, List<LocalDate> days, Instant now) {
        return days.stream()
                .map(day -> Run.daily(ids.get(), provider, day, now))
                .toList();
    }

    private Future<Void> work() {
        if (stopping) {
            return Future.succeededFuture();
        }
        Instant now = clock.instant();
        return runs.claim(database.writers(), providers.keySet(), now, now.plus(LEASE))
                .compose(due ->
                        due.map(run -> work(run).compose(worked -> work())).orElseGet(Future::succeededFuture));
    }

    private Future<Void> work(Run run) {
        ProviderBooks theirs = providers.get(run.provider());
        return new DayComparison(vertx, theirs, ours, run, () -> keep(run), clock)
                .compare()
                .compose(found -> finish(run, found))
                .recover(fault -> end(run, fault));
    }

    private Future<Void> keep(Run run) {
        if (stopping) {
            return Future.failedFuture(new EndedException());
        }
        return runs.keep(database.writers(), run, clock.instant().plus(LEASE)).compose(Reconciliation::held);
    }

    private static Future<Void> held(boolean held) {
        return held ? Future.succeededFuture() : Future.failedFuture(new EndedException());
    }

    private Future<Void> finish(Run run, Findings found) {
        Instant now = clock.instant();
        return database.transactions()
                .run(transaction -> runs.finish(transaction, run, found, now)
                        .compose(Reconciliation::held)
                        .compose(finished -> runs.addDifferences(transaction, run, found.kept()))
                        .compose(added -> record(transaction, run, found, now)))
                .onSuccess(finished -> tell(run, found));
    }

    private Future<Void> record(SqlConnection transaction, Run run, Findings found, Instant now) {
        if (found.differences() == 0) {
            return Future.succeededFuture();
        }
        AuditEntry entry = new AuditEntry(
                now,
                ACTOR,
                "reconciliation.compare",
                run.provider(),
                "differs",
                null,
                null,
                Map.of(
                        "run_id", run.id(),
                        "day", run.day().toString(),
                        "compared", found.compared(),
                        "differences", found.differences()));
        return audit.append(transaction, List.of(entry));
    }

    private void tell(Run run, Findings found) {
        figures.ended(run, RunState.DONE);
        LOG.info(
                "{} of {}: {} payments and refunds compared, {} differences",
                run.provider(),
                run.day(),
                found.compared(),
                found.differences());
        for (Difference difference : found.kept()) {
            LOG.warn(
                    "{} of {}: a {} {}",
                    run.provider(),
                    run.day(),
                    difference.item().wire(),
                    difference.kind().wire(),
                    field("run_id", run.id()),
                    ifKnown(difference.item().wire() + "_id", difference.itemId()),
                    ifKnown("order_id", difference.orderId()),
                    ifKnown("provider_ref", difference.ref()));
        }
    }

    /** Whatever ended the run before its time: it is taken up again. */
    private Future<Void> end(Run run, Throwable fault) {
        Instant now = clock.instant();
        if (fault instanceof EndedException) {
            return runs.letGo(database.writers(), run, now).mapEmpty();
        }
        figures.ended(run, RunState.FAILED);
        if (!(fault instanceof NoAnswerException)) {
            LOG.error("{} of {}: the comparison failed by a defect, or the database", run.provider(), run.day(), fault);
        }
        Optional<Instant> next =
                Optional.of(now.plusMillis(WAIT_MILLIS.apply(run.attempts()))).filter(time -> run.attempts() < TRIES);
        LOG.warn(
                "{} of {} could not be compared: {}; {}",
                run.provider(),
                run.day(),
                fault.toString(),
                next.map(time -> "tried again at " + time).orElse("given up"));
        return runs.fail(database.writers(), run, fault.toString(), next.orElse(null), now)
                .mapEmpty();
    }

    private Future<Void> refresh() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return runs.figures(database.readers(), providers.keySet(), today)
                .onSuccess(figures::show)
                .mapEmpty();
    }

    /** The run is somebody else's, or is to be. */
    private static final class EndedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        EndedException() {
            super("left to others", null, false, false);
        }
    }
}
