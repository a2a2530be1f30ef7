package dev.orderengine.figures;

import dev.orderengine.outbox.OutboxStore;
import dev.orderengine.outbox.OutboxStore.Lag;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an operator looks at while the engine runs: the service levels of this process, and of the database, for all engines, the
 * orders by status, the outbox and what was given up. One look at the database serves all that ask while it is under way. Confined
 * to one event loop.
 */
public final class LiveFigures {

    private static final long COUNTED = 10_000;

    // The newest orders by their key: a glance at the end of the index, whatever the table holds.
    private static final String NOW = """
            WITH recent AS (
                SELECT status FROM orders WHERE id >= uuid7_floor(now() - interval '24 hours') ORDER BY id DESC LIMIT $1)
            SELECT 'order' AS kind, status AS name, count(*) AS number FROM recent GROUP BY status
            UNION ALL
            SELECT 'dead', 'notifications', count(*) FROM (SELECT FROM notifications WHERE state = 'dead' LIMIT $1) n
            UNION ALL
            SELECT 'unknown', 'payments', count(*)
            FROM (SELECT FROM payments WHERE state = 'unknown' AND next_at IS NOT NULL LIMIT $1) p""";

    private final Pool readers;
    private final OutboxStore outbox = new OutboxStore();
    private final MeterRegistry metrics;
    private final Objectives objectives;
    private final Clock clock;
    private Future<Snapshot> looking;

    /**
     * The figures at one time. What is counted in the database is counted up to 10,000, but for what the outbox says itself.
     *
     * @param orders of the last 24 hours by status, the newest 10,000 of them
     * @param breakers of this process, by the name of what they guard: closed, open, half_open, …
     * @param outbox how far the relays are behind
     */
    public record Snapshot(
            Instant at,
            List<Objective> objectives,
            Map<String, Long> orders,
            Map<String, String> breakers,
            Lag outbox,
            long deadMails,
            long unknownPayments) {}

    public LiveFigures(Pool readers, MeterRegistry metrics, Clock clock) {
        this.readers = readers;
        this.metrics = metrics;
        this.objectives = new Objectives(metrics);
        this.clock = clock;
    }

    /** The figures as they are now. */
    public Future<Snapshot> read() {
        if (looking == null || looking.isComplete()) {
            Instant now = clock.instant();
            Future<Lag> lag = outbox.lag(readers);
            looking = readers.preparedQuery(NOW)
                    .execute(Tuple.of(COUNTED))
                    .compose(rows -> lag.map(behind -> snapshot(rows, behind, now)));
        }
        return looking;
    }

    private Snapshot snapshot(RowSet<Row> rows, Lag behind, Instant at) {
        Map<String, Long> orders = new TreeMap<>();
        Map<String, Long> numbers = new HashMap<>();
        for (Row row : rows) {
            String kind = row.getString("kind");
            if (kind.equals("order")) {
                orders.put(row.getString("name"), row.getLong("number"));
            } else {
                numbers.put(kind + " " + row.getString("name"), row.getLong("number"));
            }
        }
        return new Snapshot(
                at,
                objectives.read(),
                orders,
                breakers(),
                behind,
                numbers.get("dead notifications"),
                numbers.get("unknown payments"));
    }

    /** resilience4j has a gauge a state, of which one is 1. */
    private Map<String, String> breakers() {
        Map<String, String> states = new TreeMap<>();
        for (Gauge gauge : metrics.find("resilience4j.circuitbreaker.state").gauges()) {
            if (gauge.value() == 1) {
                states.put(gauge.getId().getTag("name"), gauge.getId().getTag("state"));
            }
        }
        return states;
    }
}
