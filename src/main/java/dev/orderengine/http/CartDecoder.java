package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.cart.Cart;
import dev.orderengine.order.Fault;
import dev.orderengine.order.OrderLine;
import dev.orderengine.order.PlaceOrder;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads carts, their lines and their checkouts from JSON by the rules of orders, and names every fault. Pure. */
final class CartDecoder {

    private static final Set<String> CART_FIELDS = Set.of("customer_id", "currency", "items");
    private static final Set<String> ITEM_FIELDS = Set.of("product_id", "quantity");
    private static final Set<String> LINE_FIELDS = Set.of("quantity");
    private static final Set<String> CHECKOUT_FIELDS = Set.of(
            "customer_id",
            "payment_method",
            "payment_token",
            "shipping_address",
            "customer",
            "fulfillment_channel",
            "expected_total",
            "metadata");

    private CartDecoder() {}

    /** A cart to put; the customer is null for an anonymous one. */
    record NewCart(String customerId, Currency currency, List<OrderLine> items) {}

    /** @throws ProblemException naming every fault */
    static NewCart cart(JsonNode body) {
        return Decoded.of(body, CART_FIELDS, CartDecoder::cart).orRefuse();
    }

    /**
     * The quantity of one line.
     *
     * @throws ProblemException naming every fault
     */
    static int quantity(JsonNode body) {
        return Decoded.of(body, LINE_FIELDS, PlaceOrderDecoder::quantity).orRefuse();
    }

    /**
     * The order that a checkout makes of a cart.
     *
     * @param caller who orders, if neither the cart nor the body names a customer; null for staff, who has to name one
     */
    static Decoded<PlaceOrder> order(JsonNode body, Cart cart, String caller) {
        return Decoded.of(body, CHECKOUT_FIELDS, fields -> order(fields, cart, caller));
    }

    private static NewCart cart(JsonFields fields) {
        Currency currency = PlaceOrderDecoder.currency(fields);
        return new NewCart(
                fields.text("customer_id", 64, Identifiers.FORM).orElse(null),
                currency,
                PlaceOrderDecoder.items(fields, currency, ITEM_FIELDS, 0));
    }

    private static PlaceOrder order(JsonFields fields, Cart cart, String caller) {
        List<OrderLine> items = cart.items().stream()
                .map(line -> new OrderLine(line.productId(), line.quantity(), null))
                .toList();
        if (items.isEmpty()) {
            fields.faults().add(new Fault("cart/items", "cart_empty", "the cart has no items"));
        }
        return PlaceOrderDecoder.rest(fields, customer(fields, cart, caller), items, cart.currency());
    }

    private static String customer(JsonFields fields, Cart cart, String caller) {
        Optional<String> named = fields.text("customer_id", 64, Identifiers.FORM);
        if (cart.customerId() == null) {
            return named.isEmpty() && caller != null ? caller : fields.required("customer_id", named);
        }
        if (named.isPresent() && !named.get().equals(cart.customerId())) {
            fields.fault("customer_id", "customer_mismatch", "must be the cart's customer, or absent");
        }
        return cart.customerId();
    }
}
