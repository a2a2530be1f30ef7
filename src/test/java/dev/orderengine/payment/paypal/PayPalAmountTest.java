package dev.orderengine.payment.paypal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.money.Money;
import java.util.Currency;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayPalAmountTest {

    @ParameterizedTest
    @CsvSource({
        "19.99,USD,19.99",
        "10.00,EUR,10.00",
        "3000,JPY,3000",
        "1500.00,HUF,1500",
        "120.00,TWD,120",
        "1.250,KWD,1.250"
    })
    void amount_isWrittenAsPayPalWantsIt(String amount, String currency, String expected) {
        assertThat(PayPalAmount.of(money(amount, currency))).hasValue(new PayPalAmount(currency, expected));
    }

    @ParameterizedTest
    @CsvSource({"1500.50,HUF", "0.01,TWD"})
    void amount_withAPartThatPayPalDoesNotMove_isNone(String amount, String currency) {
        assertThat(PayPalAmount.of(money(amount, currency))).isEmpty();
    }

    private static Money money(String amount, String currency) {
        return Money.parse(amount, Currency.getInstance(currency));
    }
}
