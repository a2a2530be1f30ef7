package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.money.Currencies;
import dev.orderengine.money.InvalidAmountException;
import dev.orderengine.money.Money;
import dev.orderengine.order.CustomerDetails;
import dev.orderengine.order.FulfillmentChannel;
import dev.orderengine.order.OrderLine;
import dev.orderengine.order.PaymentMethod;
import dev.orderengine.order.PlaceOrder;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads an order from JSON by the rules of section 4 of the specification, and names every fault. Pure. */
final class PlaceOrderDecoder {

    private static final Set<String> ORDER_FIELDS = Set.of(
            "customer_id",
            "items",
            "currency",
            "payment_method",
            "payment_token",
            "shipping_address",
            "customer",
            "fulfillment_channel",
            "expected_total",
            "metadata");
    private static final Set<String> KEYED_ORDER_FIELDS = Stream.concat(
                    ORDER_FIELDS.stream(), Stream.of(IdempotencyKeys.FIELD))
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> ITEM_FIELDS = Set.of("product_id", "quantity", "unit_price");
    private static final Set<String> CUSTOMER_FIELDS = Set.of("email", "name");
    private static final int MAX_ITEMS = 100;
    private static final int MAX_QUANTITY = 1000;

    private PlaceOrderDecoder() {}

    /** An order of a batch, with the key that it carries; null if there is none that will do. */
    record Keyed(String key, PlaceOrder order) {}

    static Decoded<Keyed> decodeKeyed(JsonNode body) {
        return Decoded.of(body, KEYED_ORDER_FIELDS, fields -> new Keyed(IdempotencyKeys.of(fields), order(fields)));
    }

    static Decoded<PlaceOrder> decode(JsonNode body) {
        return Decoded.of(body, ORDER_FIELDS, PlaceOrderDecoder::order);
    }

    private static PlaceOrder order(JsonFields fields) {
        String customerId = fields.required("customer_id", fields.text("customer_id", 64, Identifiers.FORM));
        Currency currency = currency(fields);
        return rest(fields, customerId, items(fields, currency, ITEM_FIELDS, 1), currency);
    }

    /** All but what is ordered, by whom and in which currency. */
    static PlaceOrder rest(JsonFields fields, String customerId, List<OrderLine> items, Currency currency) {
        PaymentMethod method = OrderFields.paymentMethod(fields);
        FulfillmentChannel channel = OrderFields.channel(fields).orElse(null);
        return new PlaceOrder(
                customerId,
                items,
                currency,
                method,
                OrderFields.paymentToken(fields, method),
                OrderFields.shippingAddress(fields).orElse(null),
                customer(fields),
                channel,
                amount(fields, "expected_total", currency),
                OrderFields.metadata(fields, false));
    }

    /** The currency; US dollars if none is named, null if it is wrong. */
    static Currency currency(JsonFields fields) {
        return fields.node("currency").isEmpty()
                ? Currency.getInstance("USD")
                : fields.text("currency", Currencies::parse, "unknown_currency", "an ISO 4217 code such as USD")
                        .orElse(null);
    }

    /**
     * The lines.
     *
     * @param allowed fields of a line
     * @param fewest lines that there must be
     */
    static List<OrderLine> items(JsonFields fields, Currency currency, Set<String> allowed, int fewest) {
        List<OrderLine> lines = new ArrayList<>();
        Optional<JsonNode> node = fields.node("items");
        if (node.isEmpty()) {
            fields.fault("items", "required", "is required");
        } else if (!node.get().isArray()) {
            fields.fault("items", "wrong_type", "must be an array");
        } else if (node.get().size() < fewest || node.get().size() > MAX_ITEMS) {
            fields.fault("items", "out_of_range", "must have " + fewest + " to " + MAX_ITEMS + " items");
        } else {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < node.get().size(); i++) {
                JsonFields.of(node.get().get(i), "/items/" + i, allowed, fields.faults())
                        .ifPresent(item -> lines.add(line(item, currency, seen)));
            }
        }
        return lines;
    }

    private static OrderLine line(JsonFields item, Currency currency, Set<String> seen) {
        String productId = item.required("product_id", item.text("product_id", 64, Identifiers.FORM));
        if (productId != null && !seen.add(productId)) {
            item.fault("product_id", "duplicate_product", "stands in another item already");
        }
        Integer quantity = quantity(item);
        return new OrderLine(productId, quantity == null ? 0 : quantity, amount(item, "unit_price", currency));
    }

    /** The quantity of a line; null if it is wrong. */
    static Integer quantity(JsonFields item) {
        return item.required("quantity", item.integer("quantity", 1, MAX_QUANTITY));
    }

    private static Money amount(JsonFields fields, String name, Currency currency) {
        Optional<String> text = fields.decimal(name);
        if (text.isEmpty() || currency == null) {
            return null;
        }
        try {
            return Money.parse(text.get(), currency);
        } catch (InvalidAmountException e) {
            fields.fault(name, "invalid_amount", e.getMessage());
            return null;
        }
    }

    private static CustomerDetails customer(JsonFields fields) {
        return fields.node("customer")
                .flatMap(node -> JsonFields.of(node, "/customer", CUSTOMER_FIELDS, fields.faults()))
                .map(customer -> new CustomerDetails(
                        CustomerDecoder.email(customer).orElse(null),
                        CustomerDecoder.name(customer).orElse(null)))
                .orElse(CustomerDetails.NONE);
    }
}
