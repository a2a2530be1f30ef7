package dev.orderengine.figures;

import static dev.orderengine.database.Columns.time;

import dev.orderengine.order.OrderStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Orders that wait for somebody (the review queue, codes to be entered, another payment) and payments whose outcome is unknown: how
 * many, and since when. As they were at the last refresh; all engines on a database show the same figures.
 */
public final class WaitingFigures {

    // Reads what the partial indexes orders_waiting and payments_due hold, whatever the size of the tables.
    private static final String WAITING = """
            SELECT status AS kind, count(*) AS number, extract(epoch FROM $1 - min(updated_at))::float8 AS age
            FROM orders
            WHERE status IN ('pending_review', 'pending_verification', 'payment_failed')
            GROUP BY status
            UNION ALL
            SELECT 'unknown', count(*), extract(epoch FROM $1 - min(unknown_at))::float8
            FROM payments
            WHERE state = 'unknown' AND next_at IS NOT NULL""";

    private static final String UNKNOWN = "unknown";
    private static final Waiting NOTHING = new Waiting(0, 0);

    private final Pool readers;
    private final Clock clock;
    private volatile Map<String, Waiting> latest = Map.of();

    private record Waiting(long number, double ageSeconds) {}

    public WaitingFigures(Pool readers, MeterRegistry metrics, Clock clock) {
        this.readers = readers;
        this.clock = clock;
        for (OrderStatus status :
                List.of(OrderStatus.PENDING_REVIEW, OrderStatus.PENDING_VERIFICATION, OrderStatus.PAYMENT_FAILED)) {
            gauge("orders.waiting", status.wire(), Waiting::number)
                    .description("Orders that wait for somebody to act")
                    .tag("status", status.wire())
                    .register(metrics);
            gauge("orders.waiting.age", status.wire(), Waiting::ageSeconds)
                    .description("How long the first of them waits")
                    .baseUnit("seconds")
                    .tag("status", status.wire())
                    .register(metrics);
        }
        gauge("payments.unknown", UNKNOWN, Waiting::number)
                .description("Payments of which nobody knows yet whether they were charged")
                .register(metrics);
        gauge("payments.unknown.age", UNKNOWN, Waiting::ageSeconds)
                .description("How long that is not known of the first of them")
                .baseUnit("seconds")
                .register(metrics);
    }

    /** Reads the figures again. */
    public Future<Void> refresh() {
        return readers.preparedQuery(WAITING)
                .execute(Tuple.of(time(clock.instant())))
                .onSuccess(rows -> latest = byKind(rows))
                .mapEmpty();
    }

    private static Map<String, Waiting> byKind(RowSet<Row> rows) {
        Map<String, Waiting> waiting = new HashMap<>();
        for (Row row : rows) {
            Double age = row.getDouble("age");
            waiting.put(row.getString("kind"), new Waiting(row.getLong("number"), age == null ? 0 : Math.max(0, age)));
        }
        return waiting;
    }

    private Gauge.Builder<WaitingFigures> gauge(String name, String kind, ToDoubleFunction<Waiting> value) {
        return Gauge.builder(name, this, figures -> value.applyAsDouble(figures.latest.getOrDefault(kind, NOTHING)));
    }
}
