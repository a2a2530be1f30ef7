package dev.orderengine.fulfilment;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import dev.orderengine.order.Effect;
import dev.orderengine.order.EffectWriter;
import dev.orderengine.order.Fulfilment;
import dev.orderengine.order.ProductUnits;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Writes parcels. */
public final class FulfilmentEffects implements EffectWriter {

    private static final String WRITE = """
            INSERT INTO fulfilments (fulfillment_id, order_id, channel, location_id, status, products, quantities, tracking,
                                     created_at, updated_at, shipped_at, delivered_at)
            SELECT f.id, f.order_id, f.channel, f.location_id, f.status, l.products, l.quantities, f.tracking,
                   f.created_at, f.updated_at, f.shipped_at, f.delivered_at
            FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
                        $9::timestamptz[], $10::timestamptz[])
                AS f (id, order_id, channel, location_id, status, tracking, created_at, updated_at, shipped_at, delivered_at)
            JOIN (SELECT id, array_agg(product_id ORDER BY at) AS products, array_agg(quantity ORDER BY at) AS quantities
                  FROM unnest($11::uuid[], $12::text[], $13::int[]) WITH ORDINALITY AS l (id, product_id, quantity, at)
                  GROUP BY id) l ON l.id = f.id
            ORDER BY f.id
            ON CONFLICT (fulfillment_id) DO UPDATE
                SET status = excluded.status, tracking = excluded.tracking, updated_at = excluded.updated_at,
                    shipped_at = excluded.shipped_at, delivered_at = excluded.delivered_at""";

    @Override
    public Set<Class<? extends Effect>> kinds() {
        return Set.of(WriteFulfilment.class);
    }

    @Override
    public Future<Void> write(SqlClient transaction, List<Effected<Effect>> effects) {
        List<Effected<WriteFulfilment>> writes = EffectWriter.of(WriteFulfilment.class, effects);
        List<Fulfilment> parcels =
                writes.stream().map(write -> write.effect().fulfilment()).toList();
        List<Line> lines = new ArrayList<>();
        parcels.forEach(parcel -> parcel.items().forEach(item -> lines.add(new Line(parcel.id(), item))));
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(column(parcels, Fulfilment::id, UUID[]::new))
                .addArrayOfUUID(column(writes, Effected::orderId, UUID[]::new))
                .addArrayOfString(column(parcels, parcel -> parcel.channel().wire(), String[]::new))
                .addArrayOfString(column(parcels, Fulfilment::locationId, String[]::new))
                .addArrayOfString(column(parcels, parcel -> parcel.state().wire(), String[]::new))
                .addArrayOfString(column(parcels, Fulfilment::tracking, String[]::new))
                .addArrayOfOffsetDateTime(times(parcels, Fulfilment::createdAt))
                .addArrayOfOffsetDateTime(times(parcels, Fulfilment::updatedAt))
                .addArrayOfOffsetDateTime(times(parcels, Fulfilment::shippedAt))
                .addArrayOfOffsetDateTime(times(parcels, Fulfilment::deliveredAt))
                .addArrayOfUUID(column(lines, Line::parcel, UUID[]::new))
                .addArrayOfString(column(lines, line -> line.item.productId(), String[]::new))
                .addArrayOfInteger(column(lines, line -> line.item.quantity(), Integer[]::new));
        return transaction.preparedQuery(WRITE).execute(tuple).mapEmpty();
    }

    private static OffsetDateTime[] times(List<Fulfilment> parcels, Function<Fulfilment, Instant> instant) {
        return column(parcels, parcel -> time(instant.apply(parcel)), OffsetDateTime[]::new);
    }

    private record Line(UUID parcel, ProductUnits item) {}
}
