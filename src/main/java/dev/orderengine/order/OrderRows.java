package dev.orderengine.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.database.Rows;
import dev.orderengine.money.Money;
import io.vertx.sqlclient.Row;
import java.util.Currency;
import java.util.Map;

/** Reads orders from rows of the table {@code orders}. */
final class OrderRows {

    /** What {@link #state} reads. */
    static final String STATE = """
            id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount, items::text AS items,
            payment_method, expires_at, cancel_reason
            """;

    /** What {@link #details} reads. */
    static final String DETAILS = "shipping_address, channel, metadata::text AS metadata\n";

    private static final TypeReference<Map<String, String>> METADATA = new TypeReference<>() {};

    private final OrderItems items;
    private final ObjectMapper json;

    OrderRows(ObjectMapper json) {
        this.items = new OrderItems(json);
        this.json = json;
    }

    OrderState state(Row row) {
        Currency currency = Currency.getInstance(row.getString("currency"));
        return new OrderState(
                row.getUUID("id"),
                row.getString("customer_id"),
                OrderStatus.of(row.getString("status")),
                PaymentStatus.of(row.getString("payment_status")),
                FulfillmentStatus.of(row.getString("fulfillment_status")),
                row.getInteger("version"),
                new Money(row.getLong("total_amount"), currency),
                items.read(row.getString("items"), currency),
                PaymentMethod.of(row.getString("payment_method")),
                Rows.instant(row, "expires_at"),
                row.getString("cancel_reason"));
    }

    OrderDetails details(Row row) {
        String channel = row.getString("channel");
        return new OrderDetails(
                row.getString("shipping_address"),
                channel == null ? null : FulfillmentChannel.of(channel),
                metadata(row.getString("metadata")));
    }

    private Map<String, String> metadata(String column) {
        try {
            return column == null ? Map.of() : json.readValue(column, METADATA);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metadata of an order that cannot be read", e);
        }
    }
}
