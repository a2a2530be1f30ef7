package dev.orderengine.order;

import static dev.orderengine.database.Columns.time;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.database.Rows;
import dev.orderengine.database.SqlStates;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Orders by the keys that their placements spent. */
public final class PlacedOrders {

    /** How long a key stands for what it was spent by; {@code place_orders} says the same. */
    public static final Duration KEY_LIFE = Duration.ofHours(24);

    private static final String FIND = """
            SELECT k.request_hash, k.order_id, e.data::text AS data, e.at
            FROM idempotency_keys k
            JOIN order_events e ON e.order_id = k.order_id AND e.sequence = 1
            WHERE k.caller = $1 AND k.key = $2 AND k.created_at > $3""";

    private static final String SPEND = "SELECT spend_key($1, $2, $3, $4, $5)";

    private final Pool readers;
    private final Pool writers;
    private final ObjectMapper json;
    private final Clock clock;

    public PlacedOrders(Pool readers, Pool writers, ObjectMapper json, Clock clock) {
        this.readers = readers;
        this.writers = writers;
        this.json = json;
        this.clock = clock;
    }

    /**
     * An order and what its key stands for.
     *
     * @param requestHash of the request that the key was spent by
     */
    public record PlacedOrder(Buffer requestHash, Receipt receipt) {}

    /** The order that was placed under that key, if one was in the last 24 hours. */
    public Future<Optional<PlacedOrder>> find(String scope, String key) {
        Tuple parameters = Tuple.of(scope, key, time(clock.instant().minus(KEY_LIFE)));
        return readers.preparedQuery(FIND).execute(parameters).map(rows -> Rows.first(rows, this::placed));
    }

    /** Lets a further key stand for an order that was placed before; false if it stands for another already. */
    public Future<Boolean> spend(String caller, String key, Buffer requestHash, UUID orderId) {
        Tuple parameters = Tuple.of(caller, key, requestHash, orderId, time(clock.instant()));
        return writers.preparedQuery(SPEND)
                .execute(parameters)
                .map(true)
                .recover(fault -> PgPlacementStore.SPENT_OTHERWISE.equals(SqlStates.of(fault))
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(fault));
    }

    private PlacedOrder placed(Row row) {
        UUID orderId = row.getUUID("order_id");
        Receipt receipt = NewOrder.receipt(
                orderId, row.getString("data"), row.getOffsetDateTime("at").toInstant(), json);
        return new PlacedOrder(row.getBuffer("request_hash"), receipt);
    }
}
