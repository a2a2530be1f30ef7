package dev.orderengine.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orderengine.money.InvalidAmountException.Reason;
import java.math.BigInteger;
import java.util.Currency;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {
    private static final Currency USD = Currency.getInstance("USD");

    @ParameterizedTest
    @CsvSource({
        "19.99, USD, 1999, 19.99",
        "19.9, USD, 1990, 19.90",
        "19, USD, 1900, 19.00",
        "0, USD, 0, 0.00",
        "0.01, USD, 1, 0.01",
        "1000, JPY, 1000, 1000",
        "1.250, KWD, 1250, 1.250",
        "1.25, KWD, 1250, 1.250",
        "92233720368547758.07, USD, 9223372036854775807, 92233720368547758.07",
        "9223372036854775807, JPY, 9223372036854775807, 9223372036854775807",
    })
    void parse_plainDecimal_isExact(String text, String code, long minor, String written) {
        Money money = Money.parse(text, Currency.getInstance(code));

        assertThat(money).isEqualTo(new Money(minor, Currency.getInstance(code)));
        assertThat(money.toDecimal()).isEqualTo(written);
        assertThat(money.toString()).isEqualTo(written + " " + code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "19.999 | USD | TOO_PRECISE | USD has 2 fraction digits",
                "19.990 | USD | TOO_PRECISE | USD has 2 fraction digits",
                "19.0 | JPY | TOO_PRECISE | JPY has 0 fraction digits",
                "1.2500 | KWD | TOO_PRECISE | KWD has 3 fraction digits",
                "-0.01 | USD | NEGATIVE | zero or more",
                "-1e309 | USD | NEGATIVE | zero or more",
                "92233720368547758.08 | USD | TOO_LARGE | at most 92233720368547758.07",
                "99999999999999999999999999999999 | JPY | TOO_LARGE | at most 9223372036854775807",
                "1e309 | USD | NOT_A_DECIMAL | plain decimal number such as 19.99",
                "1E2 | USD | NOT_A_DECIMAL | plain decimal number",
                "NaN | USD | NOT_A_DECIMAL | plain decimal number",
                "Infinity | USD | NOT_A_DECIMAL | plain decimal number",
                "'' | USD | NOT_A_DECIMAL | plain decimal number",
                "' 1' | USD | NOT_A_DECIMAL | plain decimal number",
                "+1 | USD | NOT_A_DECIMAL | plain decimal number",
                "1. | USD | NOT_A_DECIMAL | plain decimal number",
                ".5 | USD | NOT_A_DECIMAL | plain decimal number",
                "1.2.3 | USD | NOT_A_DECIMAL | plain decimal number",
                "1,50 | USD | NOT_A_DECIMAL | plain decimal number",
                "0x10 | USD | NOT_A_DECIMAL | plain decimal number",
                "١٢ | JPY | NOT_A_DECIMAL | plain decimal number such as 1999",
            })
    void parse_anythingElse_isRefusedSayingWhatIsAllowed(String text, String code, Reason reason, String says) {
        InvalidAmountException e =
                catchThrowableOfType(InvalidAmountException.class, () -> Money.parse(text, Currency.getInstance(code)));

        assertThat(e.reason()).isEqualTo(reason);
        assertThat(e).hasMessageContaining(says);
    }

    @Test
    void create_negative_isRefused() {
        assertThatThrownBy(() -> new Money(-1, USD)).isInstanceOf(InvalidAmountException.class);
    }

    @Test
    void times_quantity_isExact() {
        assertThat(new Money(1999, USD).times(3)).isEqualTo(new Money(5997, USD));
    }

    @Test
    void times_overflow_isRefused() {
        Money money = new Money(Long.MAX_VALUE / 2, USD);

        assertThat(money.times(2).minor()).isEqualTo(Long.MAX_VALUE - 1);
        assertThatThrownBy(() -> money.times(3))
                .isInstanceOf(InvalidAmountException.class)
                .hasMessageContaining("at most");
    }

    @Test
    void plus_overflow_isRefused() {
        Money largest = new Money(Long.MAX_VALUE, USD);

        assertThat(largest.plus(Money.zero(USD))).isEqualTo(largest);
        assertThatThrownBy(() -> largest.plus(new Money(1, USD)))
                .isInstanceOf(InvalidAmountException.class)
                .hasMessageContaining("at most");
    }

    @Test
    void plus_otherCurrency_isRefused() {
        Money yen = new Money(1, Currency.getInstance("JPY"));

        assertThatThrownBy(() -> Money.zero(USD).plus(yen)).hasMessageContaining("0.00 USD and 1 JPY");
    }

    @Test
    void compare_otherCurrency_isRefused() {
        Money yen = new Money(1, Currency.getInstance("JPY"));

        assertThatThrownBy(() -> Money.zero(USD).compareTo(yen)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void compare_sameCurrency_isByAmount() {
        assertThat(new Money(1, USD)).isLessThan(new Money(2, USD)).isGreaterThan(Money.zero(USD));
    }

    @Property
    void parse_ofWhatWasWritten_givesTheSame(
            @ForAll @LongRange(min = 0) long minor, @ForAll("currencies") Currency currency) {
        Money money = new Money(minor, currency);

        assertThat(Money.parse(money.toDecimal(), currency)).isEqualTo(money);
    }

    @Property
    void plus_inAnyOrder_isTheSumOfParts(
            @ForAll @Size(max = 100) List<@LongRange(min = 0, max = Long.MAX_VALUE / 100) Long> parts,
            @ForAll("currencies") Currency currency) {
        Money forwards = Money.zero(currency);
        Money backwards = Money.zero(currency);
        for (long part : parts) {
            forwards = forwards.plus(new Money(part, currency));
            backwards = new Money(part, currency).plus(backwards);
        }

        BigInteger sum = parts.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
        assertThat(forwards).isEqualTo(backwards);
        assertThat(BigInteger.valueOf(forwards.minor())).isEqualTo(sum);
    }

    @Property
    void times_quantity_isRepeatedSum(
            @ForAll @LongRange(min = 0, max = 1_000_000_000_000L) long minor,
            @ForAll @IntRange(max = 50) int quantity) {
        Money sum = Money.zero(USD);
        for (int i = 0; i < quantity; i++) {
            sum = sum.plus(new Money(minor, USD));
        }

        assertThat(new Money(minor, USD).times(quantity)).isEqualTo(sum);
    }

    @Provide
    Arbitrary<Currency> currencies() {
        return Arbitraries.of("USD", "EUR", "JPY", "KWD", "CLF").map(Currency::getInstance);
    }
}
