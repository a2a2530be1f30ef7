package dev.orderengine.rules;

import dev.orderengine.money.Conversion.Converted;
import dev.orderengine.money.Currencies;
import dev.orderengine.money.FxRates;
import dev.orderengine.money.Money;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Facts for tests of rules, converted with the rates of a fixed table. */
final class Orders {

    static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    /** One unit is worth 1.0850 (EUR), 0.0066 (JPY), 3.2500 (KWD) dollars. */
    private static final FxRates RATES = FxRates.parse(
            "fx.yaml",
            "base: USD\nas_of: 2026-11-24\nrates: {USD: 1, EUR: 1.0850, JPY: 0.0066, KWD: 3.2500}"
                    .getBytes(StandardCharsets.UTF_8));

    private Orders() {}

    static RuleBook projectRules() {
        try {
            return RuleBook.parse("conf/rules.yaml", Files.readAllBytes(Path.of("conf/rules.yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RuleBook rules(String yaml) {
        return RuleBook.parse("rules.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    /** An order of one unit of one product to an address. */
    static OrderFacts order(String total, String currency, String paymentMethod) {
        return order(total, currency, paymentMethod, Map.of("sku-1", 1L), true, "", Map.of("source", "web"));
    }

    static OrderFacts order(
            String total,
            String currency,
            String paymentMethod,
            Map<String, Long> products,
            boolean address,
            String channel,
            Map<String, String> metadata) {
        Money money = Money.parse(total, Currencies.parse(currency));
        Converted converted = (Converted) RATES.toUsd(money);
        return new OrderFacts("c-1", money, converted.usd(), paymentMethod, products, address, channel, metadata);
    }

    /** The order of a customer who ordered and returned nothing remarkable, from full shelves. */
    static Facts calm(OrderFacts order) {
        return Facts.of(order, NOON)
                .with(new StockFacts(1_000))
                .with(new Returns(0))
                .with(new History(0, 0, BigDecimal.ZERO, 100, new BigDecimal("1000000")));
    }

    static Decision decide(RuleBook rules, Facts facts) {
        return ((Evaluation.Decided) rules.evaluate(facts)).decision();
    }
}
