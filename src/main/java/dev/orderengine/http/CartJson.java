package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.cart.PricedCart;
import java.io.IOException;
import java.util.Locale;

/** How carts look in JSON. */
final class CartJson {

    private CartJson() {}

    static void cart(PricedCart priced, JsonGenerator out) throws IOException {
        out.writeStringField("cart_id", priced.cart().id());
        if (priced.cart().customerId() != null) {
            out.writeStringField("customer_id", priced.cart().customerId());
        }
        out.writeNumberField("version", priced.cart().version());
        out.writeStringField("currency", priced.cart().currency().getCurrencyCode());
        out.writeArrayFieldStart("items");
        for (PricedCart.Line line : priced.lines()) {
            out.writeStartObject();
            line(line, out);
            out.writeEndObject();
        }
        out.writeEndArray();
        OrderJson.amount("total_amount", priced.total(), out);
        out.writeBooleanField("orderable", priced.orderable());
        out.writeStringField("expires_at", Times.format(priced.cart().expiresAt()));
    }

    private static void line(PricedCart.Line line, JsonGenerator out) throws IOException {
        out.writeStringField("product_id", line.productId());
        if (line.product() != null) {
            out.writeStringField("name", line.product().name());
        }
        out.writeNumberField("quantity", line.quantity());
        if (line.obstacle() == null) {
            OrderJson.amount("unit_price", line.unitPrice(), out);
            OrderJson.amount("line_total", line.total(), out);
        } else {
            out.writeStringField("obstacle", line.obstacle().name().toLowerCase(Locale.ROOT));
        }
    }
}
