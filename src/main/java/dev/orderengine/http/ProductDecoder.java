package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.catalog.ProductDetails;
import dev.orderengine.money.Currencies;
import dev.orderengine.money.InvalidAmountException;
import dev.orderengine.money.Money;
import dev.orderengine.money.UnknownCurrencyException;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a product from JSON, every price by the digits of its currency, and names every fault. Pure. */
final class ProductDecoder {

    private static final Set<String> FIELDS = Set.of("product_id", "name", "active", "prices");
    private static final int MAX_NAME = 200;

    private ProductDecoder() {}

    /** @param productId the id in the path; the body may repeat it, as an answer does that is sent back */
    static Decoded<ProductDetails> decode(String productId, JsonNode body) {
        return Decoded.of(body, FIELDS, fields -> product(productId, fields));
    }

    private static ProductDetails product(String productId, JsonFields fields) {
        fields.repeats("product_id", productId);
        String name = fields.required("name", fields.text("name", MAX_NAME));
        boolean active = fields.flag("active").orElse(true);
        return new ProductDetails(productId, name, active, prices(fields));
    }

    private static Map<Currency, Money> prices(JsonFields fields) {
        Optional<JsonNode> node = fields.node("prices");
        if (node.isEmpty()) {
            fields.fault("prices", "required", "is required");
            return Map.of();
        }
        Set<String> codes = new LinkedHashSet<>();
        node.get().fieldNames().forEachRemaining(codes::add);
        return JsonFields.of(node.get(), "/prices", codes, fields.faults())
                .map(prices -> prices(prices, codes))
                .orElse(Map.of());
    }

    private static Map<Currency, Money> prices(JsonFields fields, Set<String> codes) {
        Map<Currency, Money> prices = new HashMap<>();
        for (String code : codes) {
            price(fields, code).ifPresent(price -> prices.put(price.currency(), price));
        }
        return prices;
    }

    private static Optional<Money> price(JsonFields fields, String code) {
        try {
            Currency currency = Currencies.parse(code);
            return Optional.ofNullable(fields.required(code, fields.decimal(code)))
                    .map(amount -> Money.parse(amount, currency));
        } catch (UnknownCurrencyException e) {
            fields.fault(JsonFields.escape(code), "unknown_currency", e.getMessage());
        } catch (InvalidAmountException e) {
            fields.fault(code, "invalid_amount", e.getMessage());
        }
        return Optional.empty();
    }
}
