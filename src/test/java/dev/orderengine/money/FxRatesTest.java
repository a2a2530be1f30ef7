package dev.orderengine.money;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.money.Conversion.Converted;
import dev.orderengine.money.Conversion.NoRate;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Currency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FxRatesTest {
    private static final String HEAD = "base: USD\nas_of: 2026-11-24\nrates:\n  USD: 1\n";

    @ParameterizedTest
    @CsvSource({
        "10000.00, USD, 10000.00",
        "0.01, EUR, 0.01085",
        "1, JPY, 0.0066",
        "0.001, KWD, 0.00325",
        "9223372036854775807, JPY, 60874255443241520.3262",
    })
    void toUsd_knownCurrency_isExact(String amount, String code, BigDecimal usd) {
        FxRates rates = parse(HEAD + "  EUR: 1.0850\n  JPY: 0.0066\n  KWD: 3.25\n");

        Conversion conversion = rates.toUsd(Money.parse(amount, Currency.getInstance(code)));

        assertThat(conversion).isInstanceOfSatisfying(Converted.class, converted -> {
            assertThat(converted.usd()).isEqualByComparingTo(usd);
            assertThat(converted.rate()).isEqualTo(rates.usdPerUnit().get(Currency.getInstance(code)));
            assertThat(converted.ratesVersion()).isEqualTo(rates.version());
        });
    }

    @Test
    void toUsd_currencyWithoutRate_saysSo() {
        Currency kwd = Currency.getInstance("KWD");

        assertThat(parse(HEAD).toUsd(Money.zero(kwd))).isEqualTo(new NoRate(kwd));
    }

    @Test
    void parse_fileOfTheProject_isAccepted() throws IOException {
        byte[] content = Files.readAllBytes(Path.of("conf/fx.yaml"));

        FxRates rates = FxRates.parse("conf/fx.yaml", content);

        assertThat(rates.usdPerUnit()).hasSizeGreaterThan(29);
        assertThat(rates.usdPerUnit().keySet())
                .extracting(Currency::getCurrencyCode)
                .contains("USD", "EUR", "GBP", "JPY", "KWD", "CHF", "CAD", "AUD", "SEK");
        assertThat(rates.asOf()).isEqualTo(LocalDate.of(2026, 11, 24));
    }

    @Test
    void parse_otherContent_hasOtherVersion() {
        assertThat(parse(HEAD).version())
                .matches("[0-9a-f]{12}")
                .isEqualTo(parse(HEAD).version())
                .isNotEqualTo(parse(HEAD + "  EUR: 1.0850\n").version());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "base: USD;as_of: 'open | line 2",
                "`` | line 1: No content",
                "base: USD;as_of: 2026-11-24 | rates: Missing required",
                "base: EUR;as_of: 2026-11-24;rates: {USD: 1} | base: must be USD",
                "base: USD;as_of: yesterday;rates: {USD: 1} | as_of: must be a day",
                "base: USD;as_of: 2026-11-24;rates: {EUR: 1.1} | rates.USD: must be there and must be 1",
                "base: USD;as_of: 2026-11-24;rates: {USD: 2} | rates.USD: must be there and must be 1",
                "base: USD;as_of: 2026-11-24;rates: {USD: 1, EURO: 1.1} | rates.EURO: must be an ISO 4217",
                "base: USD;as_of: 2026-11-24;rates: {USD: 1, EUR: 0} | rates.EUR: must be above 0",
                "base: USD;as_of: 2026-11-24;rates: {USD: 1, EUR: -1} | rates.EUR: must be above 0",
                "base: USD;as_of: 2026-11-24;rates: {USD: 1, EUR: 1000001} | rates.EUR: must be above 0, at most 1000000",
                "base: USD;as_of: 2026-11-24;rates: {USD: 1, EUR: 1.0000000000001} | rates.EUR: must be above 0",
                "base: USD;as_of: 2026-11-24;rates: {USD: 1, EUR: } | rates.EUR: must be above 0",
                "base: USD;as_of: 2026-11-24;rates:;  USD: 1;  EUR: abc | rates.EUR: Cannot deserialize",
                "base: USD;as_of: 2026-11-24;rates:;  USD: 1;  EUR: 1;  EUR: 2 | Duplicate field 'EUR'",
                "base: USD;as_of: 2026-11-24;source: x;rates: {USD: 1} | source: Unrecognized field",
            })
    void parse_fault_isRefusedNamingFileAndPlace(String text, String says) {
        assertThatThrownBy(() -> parse(text.replace(";", "\n")))
                .isInstanceOf(InvalidRatesException.class)
                .hasMessageStartingWith("fx.yaml: ")
                .hasMessageContaining(says);
    }

    private static FxRates parse(String text) {
        return FxRates.parse("fx.yaml", text.getBytes(UTF_8));
    }
}
