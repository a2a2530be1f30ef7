package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.PaymentMethod;
import dev.orderengine.order.UpdateDecider;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The fields of orders that more than one request has, by the rules of section 4 of the specification. Pure. */
final class OrderFields {

    private static final int MAX_ADDRESS = 512;
    private static final int MAX_TOKEN = 255;
    private static final int MAX_ENTRY = 500;
    private static final int MAX_ENTRY_NAME = 64;

    private OrderFields() {}

    static PaymentMethod paymentMethod(JsonFields fields) {
        return fields.required(
                "payment_method",
                fields.text(
                        "payment_method",
                        PaymentMethod::of,
                        "unknown_payment_method",
                        "one of credit_card, paypal, stripe, bank_transfer"));
    }

    /** @param method null if it is wrong */
    static String paymentToken(JsonFields fields, PaymentMethod method) {
        Optional<String> token = fields.text("payment_token", MAX_TOKEN);
        if (method != null && method.needsToken()) {
            return fields.required("payment_token", token);
        }
        if (method != null && token.isPresent()) {
            fields.fault("payment_token", "not_allowed", "is not used for " + method.wire());
        }
        return null;
    }

    static Optional<String> shippingAddress(JsonFields fields) {
        return fields.text("shipping_address", MAX_ADDRESS);
    }

    static Optional<FulfillmentChannel> channel(JsonFields fields) {
        return fields.text(
                "fulfillment_channel",
                FulfillmentChannel::of,
                "unknown_channel",
                "one of warehouse, store_pickup, dropship, digital");
    }

    /** @param nulls whether an entry may be null */
    static Map<String, String> metadata(JsonFields fields, boolean nulls) {
        Optional<JsonNode> node = fields.node("metadata");
        if (node.isEmpty()) {
            return Map.of();
        }
        if (!node.get().isObject()) {
            fields.fault("metadata", "wrong_type", "must be an object of strings");
            return Map.of();
        }
        if (node.get().size() > UpdateDecider.MAX_METADATA) {
            fields.fault("metadata", "out_of_range", "must have at most " + UpdateDecider.MAX_METADATA + " entries");
            return Map.of();
        }
        Map<String, String> metadata = new HashMap<>();
        Set<String> names = new HashSet<>();
        node.get().fieldNames().forEachRemaining(names::add);
        JsonFields entries =
                JsonFields.of(node.get(), "/metadata", names, fields.faults()).orElseThrow();
        for (String name : names) {
            if (name.isEmpty() || JsonFields.isLonger(name, MAX_ENTRY_NAME) || JsonFields.hasUnstorable(name)) {
                fields.fault("metadata", "out_of_range", "must have names of 1 to " + MAX_ENTRY_NAME + " characters");
            }
            JsonNode value = node.get().get(name);
            if (nulls && value.isNull()) {
                metadata.put(name, null);
            } else {
                entries.entry(name, value, MAX_ENTRY).ifPresent(text -> metadata.put(name, text));
            }
        }
        return metadata;
    }
}
