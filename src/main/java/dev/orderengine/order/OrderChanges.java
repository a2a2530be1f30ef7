package dev.orderengine.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.inventory.Reservations;
import dev.orderengine.money.Money;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Locks orders for a decision and writes what was decided, many orders at once, inside the caller's transaction. */
public final class OrderChanges {

    private static final String LOCK = """
            SELECT id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount,
                   payment_method, expires_at
            FROM orders
            WHERE id = ANY ($1)
            ORDER BY id
            FOR NO KEY UPDATE""";

    private static final String LOCK_FREE = LOCK + " SKIP LOCKED";

    private static final String WRITE = """
            WITH change AS (
                SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::timestamptz[],
                                     $8::text[], $9::timestamptz[])
                    AS c (id, status, payment_status, fulfillment_status, old_version, new_version, expires_at, cancel_reason, at)),
            event AS (
                SELECT * FROM unnest($10::uuid[], $11::int[], $12::text[], $13::text[], $14::text[], $15::timestamptz[], $16::text[])
                    AS e (order_id, sequence, type, data, actor, at, traceparent)),
            recorded AS (
                INSERT INTO order_events (order_id, sequence, type, data, actor, at)
                SELECT order_id, sequence, type, data::jsonb, actor, at FROM event),
            queued AS (
                INSERT INTO outbox (shard, order_id, sequence, traceparent)
                SELECT outbox_shard(order_id), order_id, sequence, traceparent FROM event ORDER BY order_id, sequence)
            UPDATE orders o
            SET status = c.status, payment_status = c.payment_status, fulfillment_status = c.fulfillment_status,
                version = c.new_version, expires_at = c.expires_at, updated_at = c.at,
                cancel_reason = coalesce(c.cancel_reason, o.cancel_reason)
            FROM change c
            WHERE o.id = c.id AND o.version = c.old_version""";

    private final Reservations reservations;
    private final ObjectMapper json;

    public OrderChanges(Reservations reservations, ObjectMapper json) {
        this.reservations = reservations;
        this.json = json;
    }

    /** Locks the orders, in the order of their ids, until the transaction ends; unknown ids are absent from the answer. */
    public Future<Map<UUID, OrderState>> lock(SqlClient transaction, Collection<UUID> ids) {
        return lock(transaction, LOCK, ids);
    }

    /** As {@link #lock}, but waits for nobody: orders that somebody else has locked are absent from the answer too. */
    public Future<Map<UUID, OrderState>> lockFree(SqlClient transaction, Collection<UUID> ids) {
        return lock(transaction, LOCK_FREE, ids);
    }

    private static Future<Map<UUID, OrderState>> lock(SqlClient transaction, String statement, Collection<UUID> ids) {
        return transaction
                .preparedQuery(statement)
                .execute(Tuple.of(ids.toArray(UUID[]::new)))
                .map(rows -> {
                    Map<UUID, OrderState> states = new HashMap<>();
                    rows.forEach(row -> states.put(row.getUUID("id"), state(row)));
                    return states;
                });
    }

    /** Writes the changes of locked orders, at most one an order. Fails if an order is not as it was before. */
    public Future<Void> write(SqlClient transaction, List<OrderChange> changes) {
        if (changes.isEmpty()) {
            return Future.succeededFuture();
        }
        List<UUID> released = changes.stream()
                .filter(OrderChange::releasesStock)
                .map(change -> change.before().id())
                .toList();
        return transaction
                .preparedQuery(WRITE)
                .execute(tuple(changes))
                .compose(written -> written.rowCount() == changes.size()
                        ? reservations.release(transaction, released)
                        : Future.failedFuture(new IllegalStateException("an order changed although it was locked")));
    }

    /** The state in a row that has the columns of {@code orders}. */
    static OrderState state(Row row) {
        OffsetDateTime expiresAt = row.getOffsetDateTime("expires_at");
        return new OrderState(
                row.getUUID("id"),
                row.getString("customer_id"),
                OrderStatus.of(row.getString("status")),
                PaymentStatus.of(row.getString("payment_status")),
                FulfillmentStatus.of(row.getString("fulfillment_status")),
                row.getInteger("version"),
                new Money(row.getLong("total_amount"), Currency.getInstance(row.getString("currency"))),
                PaymentMethod.of(row.getString("payment_method")),
                expiresAt == null ? null : expiresAt.toInstant());
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
                .addArrayOfInteger(column(
                        changes,
                        change -> change.before().version() + change.events().size(),
                        Integer[]::new))
                .addArrayOfOffsetDateTime(
                        column(changes, change -> time(change.after().expiresAt()), OffsetDateTime[]::new))
                .addArrayOfString(column(changes, OrderChange::cancelReason, String[]::new))
                .addArrayOfOffsetDateTime(column(changes, change -> time(change.at()), OffsetDateTime[]::new))
                .addArrayOfUUID(column(facts, fact -> fact.change.before().id(), UUID[]::new))
                .addArrayOfInteger(column(facts, Fact::sequence, Integer[]::new))
                .addArrayOfString(column(facts, fact -> fact.event.type().wire(), String[]::new))
                .addArrayOfString(column(facts, fact -> json(fact.event.data()), String[]::new))
                .addArrayOfString(column(facts, fact -> fact.change.actor(), String[]::new))
                .addArrayOfOffsetDateTime(column(facts, fact -> time(fact.change.at()), OffsetDateTime[]::new))
                .addArrayOfString(column(facts, fact -> fact.change.traceparent(), String[]::new));
    }

    private static <S, T> T[] column(
            List<S> rows, java.util.function.Function<S, T> value, java.util.function.IntFunction<T[]> array) {
        return rows.stream().map(value).toArray(array);
    }

    private static OffsetDateTime time(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
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
