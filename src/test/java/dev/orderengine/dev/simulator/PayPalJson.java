package dev.orderengine.dev.simulator;

import dev.orderengine.dev.simulator.PayPalTransfer.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** PayPal's JSON shapes. */
final class PayPalJson {

    private PayPalJson() {}

    static JsonObject order(PayPalOrder order, PayPalLedger ledger) {
        var payments = new JsonObject();
        for (var kind : Kind.values()) {
            var transfers = ledger.transfers(order, kind);
            if (!transfers.isEmpty()) {
                payments.put(kind.path(), array(transfers));
            }
        }
        var unit = new JsonObject()
                .put("reference_id", "default")
                .put("amount", amount(order.currency(), order.value()))
                .put("custom_id", order.customId())
                .put("invoice_id", order.invoiceId())
                .put("payments", payments);
        return new JsonObject()
                .put("id", order.id())
                .put("intent", order.authorizes() ? "AUTHORIZE" : "CAPTURE")
                .put("status", "COMPLETED")
                .put(
                        "payment_source",
                        new JsonObject().put("paypal", new JsonObject().put("account_status", "VERIFIED")))
                .put("purchase_units", new JsonArray().add(unit))
                .put("create_time", seconds(order.created()))
                .put("links", new JsonArray().add(link("self", "checkout/orders/" + order.id())));
    }

    static JsonObject transfer(PayPalTransfer transfer) {
        var links =
                new JsonArray().add(link("self", "payments/" + transfer.kind().path() + "/" + transfer.id()));
        if (!transfer.parentId().isEmpty()) {
            var parent = transfer.kind() == Kind.REFUND ? Kind.CAPTURE : Kind.AUTHORIZATION;
            links.add(link("up", "payments/" + parent.path() + "/" + transfer.parentId()));
        }
        var json = new JsonObject()
                .put("id", transfer.id())
                .put("status", transfer.status())
                .put("amount", amount(transfer.currency(), transfer.amount()))
                .put("invoice_id", transfer.invoiceId())
                .put("custom_id", transfer.customId())
                .put(
                        "supplementary_data",
                        new JsonObject().put("related_ids", new JsonObject().put("order_id", transfer.orderId())))
                .put("create_time", seconds(transfer.created()))
                .put("update_time", seconds(transfer.created()))
                .put("links", links);
        return transfer.reason().isEmpty()
                ? json
                : json.put("status_details", new JsonObject().put("reason", transfer.reason()));
    }

    static JsonObject page(List<PayPalTransfer> page, int number, int pages, int items) {
        var details = new JsonArray();
        page.forEach(transfer -> details.add(new JsonObject().put("transaction_info", transaction(transfer))));
        return new JsonObject()
                .put("transaction_details", details)
                .put("account_number", "XZXSPECPDZHZU")
                .put("page", number)
                .put("total_items", items)
                .put("total_pages", pages);
    }

    private static JsonObject transaction(PayPalTransfer transfer) {
        return new JsonObject()
                .put("transaction_id", transfer.id())
                .put("paypal_reference_id", transfer.parentId().isEmpty() ? transfer.orderId() : transfer.parentId())
                .put("paypal_reference_id_type", transfer.parentId().isEmpty() ? "ODR" : "TXN")
                .put("transaction_event_code", transfer.kind().eventCode())
                .put("transaction_initiation_date", seconds(transfer.created()))
                .put("transaction_updated_date", seconds(transfer.created()))
                .put("transaction_amount", amount(transfer.currency(), balanced(transfer)))
                .put("transaction_status", status(transfer))
                .put("invoice_id", transfer.invoiceId())
                .put("custom_field", transfer.customId());
    }

    /** What leaves the account is negative. */
    private static BigDecimal balanced(PayPalTransfer transfer) {
        return transfer.kind() == Kind.REFUND ? transfer.amount().negate() : transfer.amount();
    }

    private static String status(PayPalTransfer transfer) {
        return switch (transfer.status()) {
            case "PENDING" -> "P";
            case "PARTIALLY_REFUNDED" -> "F";
            case "REFUNDED", "VOIDED" -> "V";
            default -> "S";
        };
    }

    private static JsonArray array(List<PayPalTransfer> transfers) {
        var array = new JsonArray();
        transfers.forEach(transfer -> array.add(transfer(transfer)));
        return array;
    }

    private static JsonObject amount(String currency, BigDecimal value) {
        return new JsonObject().put("currency_code", currency).put("value", value.toPlainString());
    }

    private static JsonObject link(String rel, String path) {
        return new JsonObject()
                .put("href", "https://api-m.paypal.com/v2/" + path)
                .put("rel", rel)
                .put("method", "GET");
    }

    private static String seconds(java.time.Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
