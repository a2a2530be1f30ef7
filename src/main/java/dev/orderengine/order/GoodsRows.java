package dev.orderengine.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.inventory.StockUnits;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads the parcels and returns of an order from columns that go with its row. */
final class GoodsRows {

    /** What the reading methods read, for orders called {@code o}. */
    static final String COLUMNS = """
            (SELECT json_agg(json_build_object(
                        'id', f.fulfillment_id, 'channel', f.channel, 'location_id', f.location_id, 'status', f.status,
                        'products', f.products, 'quantities', f.quantities, 'tracking', f.tracking, 'created_at', f.created_at,
                        'updated_at', f.updated_at, 'shipped_at', f.shipped_at, 'delivered_at', f.delivered_at)
                        ORDER BY f.fulfillment_id)::text
             FROM fulfilments f WHERE f.order_id = o.id) AS fulfilments,
            (SELECT json_agg(json_build_object(
                        'id', b.return_id, 'products', b.products, 'locations', b.locations, 'quantities', b.quantities,
                        'reason', b.reason, 'created_at', b.created_at, 'received_at', b.received_at)
                        ORDER BY b.return_id)::text
             FROM returns b WHERE b.order_id = o.id) AS returns
            """;

    private final ObjectMapper json;

    GoodsRows(ObjectMapper json) {
        this.json = json;
    }

    List<Fulfilment> fulfilments(Row row) {
        return read(row.getString("fulfilments"), StoredFulfilment[].class)
                .map(StoredFulfilment::toFulfilment)
                .toList();
    }

    List<GoodsReturn> returns(Row row) {
        return read(row.getString("returns"), StoredReturn[].class)
                .map(StoredReturn::toReturn)
                .toList();
    }

    private <T> Stream<T> read(String array, Class<T[]> type) {
        try {
            return array == null ? Stream.of() : Stream.of(json.readValue(array, type));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("parcels or returns of an order that cannot be read", e);
        }
    }

    private static Instant instant(String time) {
        return time == null ? null : OffsetDateTime.parse(time).toInstant();
    }

    private record StoredFulfilment(
            UUID id,
            String channel,
            String locationId,
            String status,
            List<String> products,
            List<Integer> quantities,
            String tracking,
            String createdAt,
            String updatedAt,
            String shippedAt,
            String deliveredAt) {

        Fulfilment toFulfilment() {
            return new Fulfilment(
                    id,
                    FulfillmentChannel.of(channel),
                    locationId,
                    Fulfilment.State.of(status),
                    lines(products.size(), at -> new ProductUnits(products.get(at), quantities.get(at))),
                    tracking,
                    instant(createdAt),
                    instant(updatedAt),
                    instant(shippedAt),
                    instant(deliveredAt));
        }
    }

    private record StoredReturn(
            UUID id,
            List<String> products,
            List<String> locations,
            List<Integer> quantities,
            String reason,
            String createdAt,
            String receivedAt) {

        GoodsReturn toReturn() {
            return new GoodsReturn(
                    id,
                    lines(
                            products.size(),
                            at -> new StockUnits(products.get(at), locations.get(at), quantities.get(at))),
                    reason,
                    instant(createdAt),
                    instant(receivedAt));
        }
    }

    private static <T> List<T> lines(int size, IntFunction<T> line) {
        return IntStream.range(0, size).mapToObj(line).toList();
    }
}
