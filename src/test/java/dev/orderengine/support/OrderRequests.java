package dev.orderengine.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Orders to send. */
public final class OrderRequests {

    private static final String EXAMPLE = """
            {"customer_id": "c-1001",
             "items": [{"product_id": "sku-0001", "quantity": 2, "unit_price": "19.99"}],
             "currency": "USD",
             "payment_method": "credit_card",
             "payment_token": "tok_visa",
             "shipping_address": "1 Main St, Springfield",
             "customer": {"email": "a@example.com", "name": "A"},
             "fulfillment_channel": "warehouse",
             "expected_total": "39.98",
             "metadata": {"source": "web"}}""";

    private OrderRequests() {}

    /** The example of the specification, section 4. */
    public static ObjectNode example() {
        try {
            return (ObjectNode) new ObjectMapper().readTree(EXAMPLE);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The least that an order of one product needs. */
    public static ObjectNode of(String customerId, String productId, int quantity) {
        ObjectNode order = JsonNodeFactory.instance.objectNode();
        order.put("customer_id", customerId);
        order.put("payment_method", "credit_card");
        order.put("payment_token", "tok_visa");
        with(order, productId, quantity);
        return order;
    }

    /** The same order with one line more. */
    public static ObjectNode with(ObjectNode order, String productId, int quantity) {
        ArrayNode items = order.withArrayProperty("items");
        items.addObject().put("product_id", productId).put("quantity", quantity);
        return order;
    }
}
