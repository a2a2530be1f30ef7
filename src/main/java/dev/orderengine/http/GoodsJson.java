package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.inventory.StockUnits;
import dev.orderengine.order.Fulfilment;
import dev.orderengine.order.GoodsReturn;
import dev.orderengine.order.ProductUnits;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** How the parcels and returns of an order look in JSON. */
final class GoodsJson {

    private GoodsJson() {}

    static void fulfilments(List<Fulfilment> fulfilments, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("fulfillments");
        for (Fulfilment fulfilment : fulfilments) {
            out.writeStartObject();
            out.writeStringField("fulfillment_id", fulfilment.id().toString());
            out.writeStringField("channel", fulfilment.channel().wire());
            out.writeStringField("location_id", fulfilment.locationId());
            out.writeStringField("status", fulfilment.state().wire());
            out.writeArrayFieldStart("items");
            for (ProductUnits item : fulfilment.items()) {
                units(item.productId(), item.quantity(), out);
            }
            out.writeEndArray();
            OrderJson.text("tracking", fulfilment.tracking(), out);
            OrderJson.time("created_at", fulfilment.createdAt(), out);
            OrderJson.time("updated_at", fulfilment.updatedAt(), out);
            time("shipped_at", fulfilment.shippedAt(), out);
            time("delivered_at", fulfilment.deliveredAt(), out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void returns(List<GoodsReturn> returns, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart("returns");
        for (GoodsReturn goods : returns) {
            out.writeStartObject();
            out.writeStringField("return_id", goods.id().toString());
            out.writeStringField("status", goods.received() ? "received" : "registered");
            out.writeArrayFieldStart("items");
            SortedMap<String, Integer> byProduct = new TreeMap<>();
            for (StockUnits units : goods.units()) {
                byProduct.merge(units.productId(), units.quantity(), Integer::sum);
            }
            for (var item : byProduct.entrySet()) {
                units(item.getKey(), item.getValue(), out);
            }
            out.writeEndArray();
            OrderJson.text("reason", goods.reason(), out);
            OrderJson.time("created_at", goods.createdAt(), out);
            time("received_at", goods.receivedAt(), out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void units(String productId, int quantity, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("product_id", productId);
        out.writeNumberField("quantity", quantity);
        out.writeEndObject();
    }

    private static void time(String name, Instant value, JsonGenerator out) throws IOException {
        if (value != null) {
            OrderJson.time(name, value, out);
        }
    }
}
