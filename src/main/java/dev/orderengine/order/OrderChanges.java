package dev.orderengine.order;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.order.EffectWriter.Effected;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Locks orders for a decision and writes what was decided, many orders at once, inside the caller's transaction. */
public final class OrderChanges {

    private static final String LOCK = "SELECT " + OrderRows.STATE + """
            FROM orders
            WHERE id = ANY ($1)
            ORDER BY id
            FOR NO KEY UPDATE""";

    private static final String LOCK_FREE = LOCK + " SKIP LOCKED";

    private static final String WRITE = """
            WITH change AS (
                SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::timestamptz[],
                                     $8::text[], $9::timestamptz[], $10::text[], $11::text[])
                    AS c (id, status, payment_status, fulfillment_status, old_version, new_version, expires_at, cancel_reason, at,
                          payment_method, items)),
            event AS (
                SELECT * FROM unnest($12::uuid[], $13::int[], $14::text[], $15::text[], $16::text[], $17::timestamptz[], $18::text[])
                    AS e (order_id, sequence, type, data, actor, at, traceparent)),
            recorded AS (
                INSERT INTO order_events (order_id, sequence, type, data, actor, at)
                SELECT order_id, sequence, type, data::jsonb, actor, at FROM event),
            queued AS (
                INSERT INTO outbox (shard, order_id, sequence, traceparent)
                SELECT outbox_shard(order_id), order_id, sequence, traceparent FROM event ORDER BY order_id, sequence)
            UPDATE orders o
            SET status = c.status, payment_status = c.payment_status, fulfillment_status = c.fulfillment_status,
                version = c.new_version, expires_at = c.expires_at, updated_at = c.at, cancel_reason = c.cancel_reason,
                payment_method = c.payment_method, items = coalesce(c.items::jsonb, o.items)
            FROM change c
            WHERE o.id = c.id AND o.version = c.old_version""";

    private final List<EffectWriter> writers;
    private final Set<Class<? extends Effect>> kinds = new HashSet<>();
    private final OrderRows orders;
    private final OrderItems items;
    private final ObjectMapper json;
    private final OrderCounters counters;

    /**
     * @param writers in the order in which they write: stock last, so that its rows are locked shortest
     * @param counters told of what was committed
     */
    public OrderChanges(List<EffectWriter> writers, ObjectMapper json, OrderCounters counters) {
        this.writers = List.copyOf(writers);
        this.writers.forEach(writer -> kinds.addAll(writer.kinds()));
        this.orders = new OrderRows(json);
        this.items = new OrderItems(json);
        this.json = json;
        this.counters = counters;
    }

    /** Locks the orders, in the order of their ids, until the transaction ends; unknown ids are absent from the answer. */
    public Future<Map<UUID, OrderState>> lock(SqlClient transaction, Collection<UUID> ids) {
        return lock(transaction, LOCK, ids);
    }

    /** As {@link #lock}, but waits for nobody: orders that somebody else has locked are absent from the answer too. */
    public Future<Map<UUID, OrderState>> lockFree(SqlClient transaction, Collection<UUID> ids) {
        return lock(transaction, LOCK_FREE, ids);
    }

    private Future<Map<UUID, OrderState>> lock(SqlClient transaction, String statement, Collection<UUID> ids) {
        return transaction
                .preparedQuery(statement)
                .execute(Tuple.of(ids.toArray(UUID[]::new)))
                .map(rows -> {
                    Map<UUID, OrderState> states = new HashMap<>();
                    rows.forEach(row -> states.put(row.getUUID("id"), orders.state(row)));
                    return states;
                });
    }

    /**
     * Writes the changes of locked orders, at most one an order, and their effects. Fails if an order is not as it was before, or
     * if nobody writes one of the effects. They are counted when the transaction commits.
     */
    public Future<Void> write(SqlConnection transaction, List<OrderChange> changes) {
        if (changes.isEmpty()) {
            return Future.succeededFuture();
        }
        requireWriters(changes);
        transaction.transaction().completion().onSuccess(committed -> counters.moved(changes));
        return transaction
                .preparedQuery(WRITE)
                .execute(tuple(changes))
                .compose(written -> written.rowCount() == changes.size()
                        ? writeEffects(transaction, changes)
                        : Future.failedFuture(new IllegalStateException("an order changed although it was locked")));
    }

    private void requireWriters(List<OrderChange> changes) {
        for (OrderChange change : changes) {
            for (Effect effect : change.effects()) {
                if (!kinds.contains(effect.getClass())) {
                    throw new IllegalStateException("nobody writes " + effect);
                }
            }
        }
    }

    private Future<Void> writeEffects(SqlClient transaction, List<OrderChange> changes) {
        Future<Void> written = Future.succeededFuture();
        for (EffectWriter writer : writers) {
            List<Effected<Effect>> effects = EffectWriter.of(writer.kinds(), changes);
            if (!effects.isEmpty()) {
                written = written.compose(done -> writer.write(transaction, effects));
            }
        }
        return written;
    }

    private Tuple tuple(List<OrderChange> changes) {
        List<Fact> facts = new ArrayList<>();
        for (OrderChange change : changes) {
            int sequence = change.before().version();
            for (NewEvent event : change.events()) {
                facts.add(new Fact(change, ++sequence, event));
            }
        }
        return Tuple.tuple()
                .addArrayOfUUID(column(changes, change -> change.before().id(), UUID[]::new))
                .addArrayOfString(
                        column(changes, change -> change.after().status().wire(), String[]::new))
                .addArrayOfString(
                        column(changes, change -> change.after().paymentStatus().wire(), String[]::new))
                .addArrayOfString(column(
                        changes, change -> change.after().fulfillmentStatus().wire(), String[]::new))
                .addArrayOfInteger(column(changes, change -> change.before().version(), Integer[]::new))
                .addArrayOfInteger(column(changes, OrderChange::version, Integer[]::new))
                .addArrayOfOffsetDateTime(
                        column(changes, change -> time(change.after().expiresAt()), OffsetDateTime[]::new))
                .addArrayOfString(column(changes, change -> change.after().cancelReason(), String[]::new))
                .addArrayOfOffsetDateTime(column(changes, change -> time(change.at()), OffsetDateTime[]::new))
                .addArrayOfString(
                        column(changes, change -> change.after().paymentMethod().wire(), String[]::new))
                .addArrayOfString(column(changes, this::changedItems, String[]::new))
                .addArrayOfUUID(column(facts, fact -> fact.change.before().id(), UUID[]::new))
                .addArrayOfInteger(column(facts, Fact::sequence, Integer[]::new))
                .addArrayOfString(column(facts, fact -> fact.event.type().wire(), String[]::new))
                .addArrayOfString(column(facts, fact -> json(fact.event.data()), String[]::new))
                .addArrayOfString(column(facts, fact -> fact.change.actor(), String[]::new))
                .addArrayOfOffsetDateTime(column(facts, fact -> time(fact.change.at()), OffsetDateTime[]::new))
                .addArrayOfString(column(facts, fact -> fact.change.traceparent(), String[]::new));
    }

    /** The items if they changed; null leaves them as they are. */
    private String changedItems(OrderChange change) {
        return change.after().items().equals(change.before().items())
                ? null
                : items.write(change.after().items());
    }

    private String json(Map<String, Object> data) {
        try {
            return json.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("event data that is not JSON", e);
        }
    }

    private record Fact(OrderChange change, int sequence, NewEvent event) {}
}
