package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.order.CancelOrder;
import dev.orderengine.order.ConfirmPayment;
import dev.orderengine.order.Edit;
import dev.orderengine.order.Fault;
import dev.orderengine.order.OrderCommand;
import dev.orderengine.order.PayOrder;
import dev.orderengine.order.PaymentMethod;
import dev.orderengine.order.ProductUnits;
import dev.orderengine.order.RefundOrder;
import dev.orderengine.order.ReviewOrder;
import dev.orderengine.order.UpdateOrder;
import dev.orderengine.order.VerifyOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Reads commands on orders from JSON and names every fault. Pure. */
final class CommandDecoders {

    private static final int MAX_TEXT = 500;
    private static final int MAX_CODE = 32;
    private static final int MAX_ITEMS = 100;
    private static final int MAX_QUANTITY = 1000;
    private static final Set<String> ITEM_FIELDS = Set.of("product_id", "quantity");

    private CommandDecoders() {}

    static OrderCommand cancel(JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("reason", "items"), faults)
                .map(fields -> new CancelOrder(fields.text("reason", MAX_TEXT).orElse(null), units(fields, "items")))
                .orElse(null);
    }

    /** By RFC 7396: a field that is absent stays, one that is null is taken away, and metadata is merged. */
    static OrderCommand update(JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("shipping_address", "fulfillment_channel", "metadata"), faults)
                .map(fields -> new UpdateOrder(
                        edit(body, "shipping_address", OrderFields.shippingAddress(fields)),
                        edit(body, "fulfillment_channel", OrderFields.channel(fields)),
                        edit(body, "metadata", metadata(fields))))
                .orElse(null);
    }

    private static <T> Edit<T> edit(JsonNode body, String name, Optional<T> value) {
        return body.has(name) ? Edit.to(value.orElse(null)) : Edit.none();
    }

    private static Optional<Map<String, String>> metadata(JsonFields fields) {
        return fields.node("metadata").map(node -> OrderFields.metadata(fields, true));
    }

    static OrderCommand pay(JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("payment_method", "payment_token"), faults)
                .map(fields -> {
                    PaymentMethod method = OrderFields.paymentMethod(fields);
                    return new PayOrder(method, OrderFields.paymentToken(fields, method));
                })
                .orElse(null);
    }

    static OrderCommand verify(JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("code"), faults)
                .map(fields -> new VerifyOrder(fields.required("code", fields.text("code", MAX_CODE))))
                .orElse(null);
    }

    static OrderCommand review(JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("decision", "note"), faults)
                .map(fields -> {
                    Boolean approved = fields.required(
                            "decision",
                            fields.text(
                                    "decision", CommandDecoders::approved, "unknown_decision", "approve or reject"));
                    return new ReviewOrder(
                            Boolean.TRUE.equals(approved),
                            fields.text("note", MAX_TEXT).orElse(null));
                })
                .orElse(null);
    }

    private static Boolean approved(String decision) {
        return switch (decision) {
            case "approve" -> true;
            case "reject" -> false;
            default -> throw new IllegalArgumentException(decision);
        };
    }

    static OrderCommand refund(JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("amount", "reason"), faults)
                .map(fields -> new RefundOrder(
                        fields.required("amount", fields.decimal("amount")),
                        fields.required("reason", fields.text("reason", MAX_TEXT))))
                .orElse(null);
    }

    static OrderCommand confirm(UUID paymentId, JsonNode body, List<Fault> faults) {
        return JsonFields.of(body, "", Set.of("amount"), faults)
                .map(fields -> new ConfirmPayment(paymentId, fields.required("amount", fields.decimal("amount"))))
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
