package dev.orderengine.returns;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import dev.orderengine.inventory.StockUnits;
import dev.orderengine.order.Effect;
import dev.orderengine.order.EffectWriter;
import dev.orderengine.order.GoodsReturn;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Writes returns. */
public final class ReturnEffects implements EffectWriter {

    private static final String WRITE = """
            INSERT INTO returns (return_id, order_id, customer_id, status, products, locations, quantities, units, reason,
                                 created_at, received_at)
            SELECT b.id, b.order_id, b.customer_id, CASE WHEN b.received_at IS NULL THEN 'registered' ELSE 'received' END,
                   l.products, l.locations, l.quantities, l.units, b.reason, b.created_at, b.received_at
            FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
                AS b (id, order_id, customer_id, reason, created_at, received_at)
            JOIN (SELECT id, array_agg(product_id ORDER BY at) AS products, array_agg(location_id ORDER BY at) AS locations,
                         array_agg(quantity ORDER BY at) AS quantities, sum(quantity)::int AS units
                  FROM unnest($7::uuid[], $8::text[], $9::text[], $10::int[]) WITH ORDINALITY
                      AS l (id, product_id, location_id, quantity, at)
                  GROUP BY id) l ON l.id = b.id
            ORDER BY b.id
            ON CONFLICT (return_id) DO UPDATE SET status = excluded.status, received_at = excluded.received_at""";

    @Override
    public Set<Class<? extends Effect>> kinds() {
        return Set.of(WriteReturn.class);
    }

    @Override
    public Future<Void> write(SqlClient transaction, List<Effected<Effect>> effects) {
        List<Effected<WriteReturn>> writes = EffectWriter.of(WriteReturn.class, effects);
        List<GoodsReturn> returns =
                writes.stream().map(write -> write.effect().goods()).toList();
        List<Line> lines = new ArrayList<>();
        returns.forEach(goods -> goods.units().forEach(units -> lines.add(new Line(goods.id(), units))));
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(column(returns, GoodsReturn::id, UUID[]::new))
                .addArrayOfUUID(column(writes, Effected::orderId, UUID[]::new))
                .addArrayOfString(
                        column(writes, write -> write.change().before().customerId(), String[]::new))
                .addArrayOfString(column(returns, GoodsReturn::reason, String[]::new))
                .addArrayOfOffsetDateTime(column(returns, goods -> time(goods.createdAt()), OffsetDateTime[]::new))
                .addArrayOfOffsetDateTime(column(returns, goods -> time(goods.receivedAt()), OffsetDateTime[]::new))
                .addArrayOfUUID(column(lines, Line::id, UUID[]::new))
                .addArrayOfString(column(lines, line -> line.units.productId(), String[]::new))
                .addArrayOfString(column(lines, line -> line.units.locationId(), String[]::new))
                .addArrayOfInteger(column(lines, line -> line.units.quantity(), Integer[]::new));
        return transaction.preparedQuery(WRITE).execute(tuple).mapEmpty();
    }

    private record Line(UUID id, StockUnits units) {}
}
