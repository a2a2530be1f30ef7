package dev.orderengine.payment.reconciliation;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;
import static dev.orderengine.database.Rows.instant;

import dev.orderengine.database.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Runs in Postgres. Each call is one statement, in the transaction of the caller's if there is one. */
final class RunStore {

    private static final String COLUMNS = """
            run_id, provider, day, daily, state, attempts, next_at, failure, compared, differences, created_at, updated_at""";

    private static final String LAST_PLANNED =
            "SELECT max(day) AS day FROM reconciliation_runs WHERE provider = $1 AND daily";

    // Engines plan the same days at once.
    private static final String ADD = """
            INSERT INTO reconciliation_runs (run_id, provider, day, daily, state, next_at, created_at, updated_at)
            SELECT run_id, provider, day, daily, 'waiting', $5, $5, $5
            FROM unnest($1::uuid[], $2::text[], $3::date[], $4::bool[]) AS r (run_id, provider, day, daily)
            ON CONFLICT (provider, day) WHERE daily DO NOTHING""";

    private static final String CLAIM = """
            UPDATE reconciliation_runs r SET state = 'running', attempts = r.attempts + 1, next_at = $3, updated_at = $2
            FROM (SELECT run_id AS due FROM reconciliation_runs
                  WHERE next_at <= $2 AND provider = ANY ($1)
                  ORDER BY next_at
                  LIMIT 1
                  FOR UPDATE SKIP LOCKED) d
            WHERE r.run_id = d.due
            RETURNING\s""" + COLUMNS;

    private static final String STILL_HELD = " WHERE run_id = $1 AND attempts = $2 AND state = 'running'";

    private static final String KEEP = "UPDATE reconciliation_runs SET next_at = $3" + STILL_HELD;

    private static final String LET_GO =
            "UPDATE reconciliation_runs SET state = 'waiting', next_at = $3, updated_at = $3" + STILL_HELD;

    private static final String FAIL =
            "UPDATE reconciliation_runs SET state = 'failed', failure = $3, next_at = $4, updated_at = $5" + STILL_HELD;

    private static final String FINISH =
            "UPDATE reconciliation_runs SET state = 'done', next_at = NULL, compared = $3, differences = $4, updated_at = $5"
                    + STILL_HELD;

    private static final String ADD_DIFFERENCES = """
            INSERT INTO reconciliation_differences (run_id, number, kind, item, item_id, order_id, provider_ref, our_state, our_amount,
                                                    our_currency, their_state, their_amount, their_currency)
            SELECT $1, number, kind, item, item_id, order_id, provider_ref, our_state, our_amount::numeric, our_currency, their_state,
                   their_amount::numeric, their_currency
            FROM unnest($2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                        $11::text[], $12::text[])
                WITH ORDINALITY AS d (kind, item, item_id, order_id, provider_ref, our_state, our_amount, our_currency, their_state,
                                      their_amount, their_currency, number)""";

    private static final String LIST = "SELECT " + COLUMNS + """
             FROM reconciliation_runs
            WHERE ($1::text IS NULL OR provider = $1) AND ($2::date IS NULL OR day = $2) AND ($3::uuid IS NULL OR run_id < $3)
            ORDER BY run_id DESC
            LIMIT $4""";

    private static final String FIND = "SELECT " + COLUMNS + " FROM reconciliation_runs WHERE run_id = $1";

    private static final String DIFFERENCES = """
            SELECT kind, item, item_id, order_id, provider_ref, our_state, our_amount, our_currency, their_state, their_amount, their_currency
            FROM reconciliation_differences
            WHERE run_id = $1
            ORDER BY number""";

    // A day counts as it was compared last. A run that was asked for long after its day does not stand in for the daily
    // one.
    private static final String FIGURES = """
            SELECT provider,
                   (SELECT coalesce(sum(differences), 0)
                    FROM (SELECT DISTINCT ON (day) differences
                          FROM reconciliation_runs r
                          WHERE r.provider = p.provider AND state = 'done' AND day > $2::date - 7
                          ORDER BY day, updated_at DESC) latest) AS differences,
                   coalesce((SELECT max(updated_at)
                             FROM reconciliation_runs r
                             WHERE r.provider = p.provider AND state = 'done' AND day = (updated_at AT TIME ZONE 'UTC')::date - 1),
                            (SELECT min(created_at) FROM reconciliation_runs r WHERE r.provider = p.provider)) AS since
            FROM unnest($1::text[]) AS p (provider)""";

    /** @param since when the day before was compared last, or the first run was planned if none ever was; null if none is planned */
    record Figures(String provider, long differences, Instant since) {}

    Future<Optional<LocalDate>> lastPlanned(SqlClient client, String provider) {
        return client.preparedQuery(LAST_PLANNED)
                .execute(Tuple.of(provider))
                .map(rows -> Optional.ofNullable(rows.iterator().next().getLocalDate("day")));
    }

    /** Adds runs, but for daily ones that are there already. */
    Future<Void> add(SqlClient client, List<Run> runs, Instant now) {
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(column(runs, Run::id, UUID[]::new))
                .addArrayOfString(column(runs, Run::provider, String[]::new))
                .addArrayOfLocalDate(column(runs, Run::day, LocalDate[]::new))
                .addArrayOfBoolean(column(runs, Run::daily, Boolean[]::new))
                .addOffsetDateTime(time(now));
        return client.preparedQuery(ADD).execute(tuple).mapEmpty();
    }

    /** Takes up the run that has been due longest. */
    Future<Optional<Run>> claim(SqlClient client, Collection<String> providers, Instant now, Instant leasedUntil) {
        return client.preparedQuery(CLAIM)
                .execute(Tuple.of(providers.toArray(String[]::new), time(now), time(leasedUntil)))
                .map(rows -> Rows.first(rows, RunStore::run));
    }

    /** @return whether the run was still held by whoever took it up so often; if not, nothing is changed, here as below */
    Future<Boolean> keep(SqlClient client, Run run, Instant leasedUntil) {
        return changed(client, KEEP, Tuple.of(run.id(), run.attempts(), time(leasedUntil)));
    }

    /** Leaves the run to others. */
    Future<Boolean> letGo(SqlClient client, Run run, Instant now) {
        return changed(client, LET_GO, Tuple.of(run.id(), run.attempts(), time(now)));
    }

    /** @param nextAt when to try again; null for never */
    Future<Boolean> fail(SqlClient client, Run run, String failure, Instant nextAt, Instant now) {
        return changed(client, FAIL, Tuple.of(run.id(), run.attempts(), failure, time(nextAt), time(now)));
    }

    Future<Boolean> finish(SqlClient client, Run run, Findings found, Instant now) {
        return changed(
                client, FINISH, Tuple.of(run.id(), run.attempts(), found.compared(), found.differences(), time(now)));
    }

    private static Future<Boolean> changed(SqlClient client, String statement, Tuple tuple) {
        return client.preparedQuery(statement).execute(tuple).map(rows -> rows.rowCount() == 1);
    }

    Future<Void> addDifferences(SqlClient client, Run run, List<Difference> differences) {
        return differences.isEmpty()
                ? Future.succeededFuture()
                : client.preparedQuery(ADD_DIFFERENCES)
                        .execute(DifferenceRows.columns(run.id(), differences))
                        .mapEmpty();
    }

    /** The newest first. */
    Future<List<Run>> list(SqlClient client, RunFilter filter, int limit) {
        return client.preparedQuery(LIST)
                .execute(Tuple.of(filter.provider(), filter.day(), filter.before(), limit))
                .map(rows -> Rows.list(rows, RunStore::run));
    }

    Future<Optional<Run>> find(SqlClient client, UUID id) {
        return client.preparedQuery(FIND).execute(Tuple.of(id)).map(rows -> Rows.first(rows, RunStore::run));
    }

    Future<List<Difference>> differences(SqlClient client, UUID id) {
        return client.preparedQuery(DIFFERENCES)
                .execute(Tuple.of(id))
                .map(rows -> Rows.list(rows, DifferenceRows::difference));
    }

    Future<List<Figures>> figures(SqlClient client, Collection<String> providers, LocalDate today) {
        return client.preparedQuery(FIGURES)
                .execute(Tuple.of(providers.toArray(String[]::new), today))
                .map(rows -> Rows.list(
                        rows,
                        row -> new Figures(
                                row.getString("provider"), row.getLong("differences"), instant(row, "since"))));
    }

    private static Run run(Row row) {
        return new Run(
                row.getUUID("run_id"),
                row.getString("provider"),
                row.getLocalDate("day"),
                row.getBoolean("daily"),
                RunState.of(row.getString("state")),
                row.getInteger("attempts"),
                instant(row, "next_at"),
                row.getString("failure"),
                row.getInteger("compared"),
                row.getInteger("differences"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }
}
