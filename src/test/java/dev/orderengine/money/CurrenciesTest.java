package dev.orderengine.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CurrenciesTest {

    @ParameterizedTest
    @CsvSource({"JPY, 0", "USD, 2", "EUR, 2", "KWD, 3"})
    void parse_isoCode_hasItsFractionDigits(String code, int digits) {
        assertThat(Currencies.parse(code).getDefaultFractionDigits()).isEqualTo(digits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "usd", "US", "USDX", "ABC", "XAU", "XXX", "../"})
    void parse_anythingElse_isRefusedSayingWhatIsAllowed(String code) {
        assertThatThrownBy(() -> Currencies.parse(code))
                .isInstanceOf(UnknownCurrencyException.class)
                .hasMessageContaining("ISO 4217");
    }
}
