package dev.orderengine.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.money.Money;
import dev.orderengine.notification.NotificationStore.Claimed;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a template may say of an order. Never an address, a token, a code of a provider, or what staff wrote as a reason.
 */
final class LetterFacts {

    private final ObjectMapper json;

    LetterFacts(ObjectMapper json) {
        this.json = json;
    }

    /** The facts by their names in the templates; amounts as the locale writes them. */
    Map<String, Object> of(Claimed mail, Locale locale) {
        JsonNode event = parse(mail.data() == null ? "{}" : mail.data());
        Currency currency = Currency.getInstance(mail.currency());
        Map<String, Object> facts = new HashMap<>();
        facts.put("order_id", mail.orderId().toString());
        facts.put("total", amount(new Money(mail.total(), currency), locale));
        facts.put("items", items(mail, event, currency, locale));
        facts.put("expired", "order.expired".equals(mail.eventType()));
        facts.put("rejected", "order.rejected".equals(mail.eventType()));
        facts.put("partial", "order.updated".equals(mail.eventType()));
        facts.put("digital", "digital".equals(event.path("channel").textValue()));
        if (mail.name() != null) {
            facts.put("name", mail.name());
        }
        putText(facts, "tracking", event.path("tracking"));
        putAmount(facts, event.path(mail.kind() == Kind.REFUNDED ? "amount" : "refund"), currency, locale);
        return facts;
    }

    /** All lines of the order, or those units that the event names. */
    private List<Map<String, Object>> items(Claimed mail, JsonNode event, Currency currency, Locale locale) {
        JsonNode named = event.path(mail.kind() == Kind.CANCELLED ? "cancelled" : "items");
        Map<String, Integer> units = new LinkedHashMap<>();
        if (named.isArray() && mail.kind() != Kind.ORDER_PLACED) {
            named.forEach(item -> units.put(
                    item.path("product_id").asText(), item.path("quantity").asInt()));
        }
        List<Map<String, Object>> items = new ArrayList<>();
        for (JsonNode line : parse(mail.items() == null ? "[]" : mail.items())) {
            String product = line.path("product_id").asText();
            int quantity = units.isEmpty() ? line.path("quantity").asInt() : units.getOrDefault(product, 0);
            if (quantity > 0) {
                Money price = new Money(line.path("unit_price").asLong(), currency);
                items.add(Map.of(
                        "name",
                        line.path("name").asText(),
                        "quantity",
                        Integer.toString(quantity),
                        "amount",
                        amount(price.times(quantity), locale)));
            }
        }
        return items;
    }

    private static void putText(Map<String, Object> facts, String name, JsonNode value) {
        if (value.isTextual()) {
            facts.put(name, value.textValue());
        }
    }

    private static void putAmount(Map<String, Object> facts, JsonNode decimal, Currency currency, Locale locale) {
        if (decimal.isTextual()) {
            facts.put("refund", amount(Money.parse(decimal.textValue(), currency), locale));
        }
    }

    private static String amount(Money money, Locale locale) {
        NumberFormat format = NumberFormat.getCurrencyInstance(locale);
        format.setCurrency(money.currency());
        int digits = Math.max(0, money.currency().getDefaultFractionDigits());
        format.setMinimumFractionDigits(digits);
        format.setMaximumFractionDigits(digits);
        return format.format(money.toBigDecimal());
    }

    private JsonNode parse(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON of the database that cannot be read", e);
        }
    }
}
