package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.money.Money;
import dev.orderengine.order.Order;
import dev.orderengine.order.OrderEvent;
import dev.orderengine.order.OrderItem;
import dev.orderengine.order.OrderStatusView;
import dev.orderengine.order.Receipt;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** How orders look in JSON. */
final class OrderJson {

    private OrderJson() {}

    /** The answer to a placement; the same for its replay, byte for byte. */
    static void receipt(Receipt receipt, JsonGenerator out) throws IOException {
        out.writeStringField("order_id", receipt.orderId().toString());
        out.writeStringField("status", receipt.status().wire());
        out.writeArrayFieldStart("validation_errors");
        out.writeEndArray();
        out.writeStringField("payment_status", "none");
        out.writeStringField("fulfillment_status", "unfulfilled");
        amount("total_amount", receipt.total(), out);
        out.writeStringField("currency", receipt.total().currency().getCurrencyCode());
        out.writeNumberField("version", receipt.version());
        time("created_at", receipt.createdAt(), out);
        out.writeStringField("decision", receipt.decision().wire());
        strings("matched_rules", receipt.matchedRules(), out);
    }

    static void order(Order order, JsonGenerator out) throws IOException {
        out.writeStringField("order_id", order.state().id().toString());
        out.writeStringField("customer_id", order.state().customerId());
        out.writeStringField("status", order.state().status().wire());
        out.writeStringField("payment_status", order.state().paymentStatus().wire());
        out.writeStringField(
                "fulfillment_status", order.state().fulfillmentStatus().wire());
        out.writeNumberField("version", order.state().version());
        amount("total_amount", order.state().total(), out);
        out.writeStringField("currency", order.state().total().currency().getCurrencyCode());
        out.writeArrayFieldStart("items");
        for (OrderItem item : order.state().items()) {
            out.writeStartObject();
            item(item, out);
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeStringField("payment_method", order.state().paymentMethod().wire());
        text("shipping_address", order.details().shippingAddress(), out);
        text(
                "fulfillment_channel",
                order.details().channel() == null
                        ? null
                        : order.details().channel().wire(),
                out);
        out.writeObjectFieldStart("metadata");
        for (Map.Entry<String, String> entry : order.details().metadata().entrySet()) {
            out.writeStringField(entry.getKey(), entry.getValue());
        }
        out.writeEndObject();
        out.writeStringField("decision", order.decision());
        strings("matched_rules", order.matchedRules(), out);
        out.writeStringField("rules_version", order.rulesVersion());
        out.writeStringField("fx_rate", order.fxRate().toPlainString());
        text("cancel_reason", order.state().cancelReason(), out);
        time("created_at", order.createdAt(), out);
        time("updated_at", order.updatedAt(), out);
        if (order.state().expiresAt() != null) {
            time("expires_at", order.state().expiresAt(), out);
        }
        out.writeArrayFieldStart("payments");
        for (Order.PaymentAttempt payment : order.payments()) {
            out.writeStartObject();
            payment(payment, out);
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("refunds");
        for (Order.MoneyBack refund : order.refunds()) {
            out.writeStartObject();
            refund(refund, out);
            out.writeEndObject();
        }
        out.writeEndArray();
        GoodsJson.fulfilments(order.fulfilments(), out);
        GoodsJson.returns(order.returns(), out);
    }

    private static void item(OrderItem item, JsonGenerator out) throws IOException {
        out.writeStringField("product_id", item.productId());
        out.writeNumberField("quantity", item.quantity());
        amount("unit_price", item.unitPrice(), out);
        out.writeNumberField("cancelled", item.cancelled());
        out.writeNumberField("fulfilled", item.fulfilled());
        out.writeNumberField("returned", item.returned());
    }

    private static void refund(Order.MoneyBack refund, JsonGenerator out) throws IOException {
        out.writeStringField("refund_id", refund.refundId());
        out.writeStringField("payment_id", refund.paymentId());
        out.writeStringField("kind", refund.kind());
        amount("amount", refund.amount(), out);
        out.writeStringField("reason", refund.reason());
        out.writeStringField("state", refund.state());
    }

    static void status(OrderStatusView order, JsonGenerator out) throws IOException {
        out.writeStringField("order_id", order.orderId().toString());
        out.writeStringField("status", order.status().wire());
        out.writeStringField("payment_status", order.paymentStatus().wire());
        out.writeStringField("fulfillment_status", order.fulfillmentStatus().wire());
        out.writeNumberField("version", order.version());
        time("updated_at", order.updatedAt(), out);
    }

    static void event(OrderEvent event, JsonGenerator out) throws IOException {
        out.writeNumberField("sequence", event.sequence());
        out.writeStringField("type", event.type());
        out.writeFieldName("data");
        out.writeRawValue(event.data());
        out.writeStringField("actor", event.actor());
        time("at", event.at(), out);
    }

    static void amount(String name, Money amount, JsonGenerator out) throws IOException {
        out.writeStringField(name, amount.toDecimal());
    }

    static void strings(String name, List<String> values, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(name);
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
    }

    private static void payment(Order.PaymentAttempt payment, JsonGenerator out) throws IOException {
        out.writeStringField("payment_id", payment.paymentId());
        out.writeStringField("provider", payment.provider());
        out.writeStringField("state", payment.state());
        amount("amount", payment.amount(), out);
        amount("captured", payment.captured(), out);
        amount("refunded", payment.refunded(), out);
        text("decline_code", payment.declineCode(), out);
        if (payment.flagged()) {
            out.writeBooleanField("flagged", true);
        }
    }

    static void text(String name, String value, JsonGenerator out) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }

    static void time(String name, Instant value, JsonGenerator out) throws IOException {
        out.writeStringField(name, Times.format(value));
    }
}
