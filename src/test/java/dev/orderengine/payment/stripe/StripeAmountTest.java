package dev.orderengine.payment.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.money.Money;
import java.util.Currency;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StripeAmountTest {

    @ParameterizedTest
    @CsvSource({
        "19.99, USD, 1999",
        "0.01,  EUR, 1",
        "0.00,  USD, 0",
        "1000,  JPY, 1000",
        "500,   KRW, 500",
        "1.250, KWD, 1250",
        "7,     ISK, 700",
        "7,     UGX, 700",
        "12.00, MGA, 12"
    })
    void of_amount_isInStripesUnits(String decimal, String currency, long units) {
        assertThat(StripeAmount.of(money(decimal, currency))).isEqualTo(OptionalLong.of(units));
    }

    @ParameterizedTest
    @CsvSource({"1.255, KWD", "0.001, BHD", "12.50, MGA"})
    void of_amountBetweenStripesSteps_isNotChargeable(String decimal, String currency) {
        assertThat(StripeAmount.of(money(decimal, currency))).isEmpty();
    }

    private static Money money(String decimal, String currency) {
        return Money.parse(decimal, Currency.getInstance(currency));
    }
}
