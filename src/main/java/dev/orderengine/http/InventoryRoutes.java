package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.inventory.Inventory;
import dev.orderengine.inventory.StockLevels;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;

/** The reads of stock. */
final class InventoryRoutes {

    private final Inventory inventory;
    private final JsonOut json;

    InventoryRoutes(Inventory inventory, JsonOut json) {
        this.inventory = inventory;
        this.json = json;
    }

    void get(RoutingContext context) {
        Deadline.of(inventory.levels(List.of(Identifiers.inPath(context))))
                .map(found -> found.stream().findFirst().orElseThrow(() -> new ProblemException(Problem.notFound())))
                .onSuccess(levels -> Responses.versioned(
                        context, Integer.toHexString(levels.hashCode()), json.object(out -> levels(levels, out))))
                .onFailure(context::fail);
    }

    private static void levels(StockLevels levels, JsonGenerator out) throws IOException {
        out.writeStringField("product_id", levels.productId());
        counts(levels.onHand(), levels.reserved(), levels.available(), out);
        out.writeArrayFieldStart("locations");
        for (StockLevels.AtLocation location : levels.locations()) {
            out.writeStartObject();
            out.writeStringField("location_id", location.locationId());
            counts(location.onHand(), location.reserved(), location.available(), out);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void counts(long onHand, long reserved, long available, JsonGenerator out) throws IOException {
        out.writeNumberField("on_hand", onHand);
        out.writeNumberField("reserved", reserved);
        out.writeNumberField("available", available);
    }
}
