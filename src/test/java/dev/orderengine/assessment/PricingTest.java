package dev.orderengine.assessment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.catalog.Product;
import dev.orderengine.money.Money;
import dev.orderengine.order.CustomerDetails;
import dev.orderengine.order.OrderLine;
import dev.orderengine.order.PaymentMethod;
import dev.orderengine.order.PlaceOrder;
import dev.orderengine.order.PricedOrder.PricedLine;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PricingTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final Currency EUR = Currency.getInstance("EUR");

    private final Map<String, Product> catalogue = Map.of(
            "apple", product("apple", true, 7, usd("1.10")),
            "pear", product("pear", true, 2, usd("0.35")),
            "gone", product("gone", false, 1, usd("1.00")),
            "dear", product("dear", true, 1, new Money(Long.MAX_VALUE, USD)));

    @Test
    void price_knownProducts_takesTheCataloguesPricesAndVersions() {
        Pricing.Priced priced = Pricing.price(order(USD, null, line("apple", 3), line("pear", 2)), catalogue);

        assertThat(priced.faults()).isEmpty();
        assertThat(priced.lines())
                .containsExactly(new PricedLine("apple", 3, usd("1.10"), 7), new PricedLine("pear", 2, usd("0.35"), 2));
        assertThat(priced.total()).isEqualTo(usd("4.00"));
    }

    @Test
    void price_thePriceAndTotalThatWereSeen_areAccepted() {
        PlaceOrder order = order(USD, usd("2.20"), new OrderLine("apple", 2, usd("1.10")));

        assertThat(Pricing.price(order, catalogue).faults()).isEmpty();
    }

    @Test
    void price_eachLineThatCannotBe_isNamed() {
        PlaceOrder order = order(
                USD,
                usd("999.00"),
                line("unknown", 1),
                line("gone", 1),
                new OrderLine("apple", 1, usd("1.09")),
                line("pear", 1));

        assertThat(faults(order))
                .containsExactly(
                        "/items/0/product_id unknown_product",
                        "/items/1/product_id unknown_product",
                        "/items/2/unit_price price_mismatch");
        assertThat(Pricing.price(order, catalogue).faults().get(2).message()).contains("1.10 USD");
    }

    @Test
    void price_anotherCurrency_isNotAvailable() {
        assertThat(faults(order(EUR, null, line("apple", 1))))
                .containsExactly("/items/0/product_id currency_not_available");
    }

    @Test
    void price_anotherTotalThanWasSeen_isAFaultOnEitherSide() {
        assertThat(faults(order(USD, usd("1.09"), line("apple", 1)))).containsExactly("/expected_total total_changed");
        assertThat(faults(order(USD, usd("1.11"), line("apple", 1)))).containsExactly("/expected_total total_changed");
    }

    @Test
    void price_aTotalThatDoesNotFit_isOneFault() {
        assertThat(faults(order(USD, usd("1.00"), line("dear", 2)))).containsExactly("/items total_too_large");
        assertThat(faults(order(USD, null, line("dear", 1), line("apple", 1))))
                .containsExactly("/items total_too_large");
    }

    private List<String> faults(PlaceOrder order) {
        return Pricing.price(order, catalogue).faults().stream()
                .map(fault -> fault.pointer() + " " + fault.code())
                .toList();
    }

    private static Product product(String id, boolean active, int version, Money price) {
        return new Product(id, id, active, version, Map.of(USD, price));
    }

    private static Money usd(String amount) {
        return Money.parse(amount, USD);
    }

    private static OrderLine line(String product, int quantity) {
        return new OrderLine(product, quantity, null);
    }

    private static PlaceOrder order(Currency currency, Money expected, OrderLine... lines) {
        return new PlaceOrder(
                "c-1",
                Stream.of(lines).toList(),
                currency,
                PaymentMethod.CREDIT_CARD,
                "tok_visa",
                null,
                CustomerDetails.NONE,
                null,
                expected,
                Map.of());
    }
}
