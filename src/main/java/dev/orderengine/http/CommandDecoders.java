package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.order.CancelOrder;
import dev.orderengine.order.Fault;
import dev.orderengine.order.OrderCommand;
import dev.orderengine.order.ProductUnits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads commands on orders from JSON and names every fault. Pure. */
final class CommandDecoders {

    private static final int MAX_TEXT = 500;
    private static final int MAX_ITEMS = 100;
    private static final int MAX_QUANTITY = 1000;
    private static final Set<String> ITEM_FIELDS = Set.of("product_id", "quantity");

    private CommandDecoders() {}

    static OrderCommand cancel(JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("reason", "items"), faults)
                .map(fields -> new CancelOrder(fields.text("reason", MAX_TEXT).orElse(null), units(fields, "items")))
                .orElse(null);
    }

    /** Units of products, no product twice; none if the field is absent. */
    static List<ProductUnits> units(JsonFields fields, String name) {
        List<ProductUnits> units = new ArrayList<>();
        Optional<JsonNode> node = fields.node(name);
        if (node.isEmpty()) {
            return units;
        }
        if (!node.get().isArray()) {
            fields.fault(name, "wrong_type", "must be an array");
        } else if (node.get().isEmpty() || node.get().size() > MAX_ITEMS) {
            fields.fault(name, "out_of_range", "must have 1 to " + MAX_ITEMS + " items");
        } else {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < node.get().size(); i++) {
                JsonFields.of(node.get().get(i), fields.pointerTo(name) + "/" + i, ITEM_FIELDS, fields.faults())
                        .ifPresent(item -> units.add(unit(item, seen)));
            }
        }
        return units;
    }

    private static ProductUnits unit(JsonFields item, Set<String> seen) {
        String productId = item.required("product_id", item.text("product_id", 64, Identifiers.FORM));
        if (productId != null && !seen.add(productId)) {
            item.fault("product_id", "duplicate_product", "stands in another item already");
        }
        Integer quantity = item.required("quantity", item.integer("quantity", 1, MAX_QUANTITY));
        return new ProductUnits(productId, quantity == null ? 0 : quantity);
    }
}
