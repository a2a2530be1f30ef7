package dev.orderengine.card;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CardNumbersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4242424242424242",
                "4242 4242 4242 4242",
                "4242-4242-4242-4242",
                "378282246310005",
                "3782 822463 10005",
                "4222222222222",
                "6304000000000000000",
                "pay with 4111 1111 1111 1111 please",
                "(4111111111111111)",
                "card:4111111111111111,",
                "1 2 4111111111111111x 4111111111111111",
                "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
                "4242424242424242 12/29 123",
                "GET /4242424242424242 400 0 ms",
                "7 4242 4242 4242 4242"
            })
    void appearIn_aCardNumber_isFound(String text) {
        assertThat(CardNumbers.appearIn(text)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "tok_visa, tok_visa",
        "4242424242424242, ****************",
        "of 4111 1111-1111 1111 and 0199a2b4-7c3d-7abc-9000-000000000004, of **** ****-**** **** and 0199a2b4-7c3d-7abc-9000-000000000004",
        "'1 2 4111111111111111x 4111111111111111, 12', '1 2 4111111111111111x ****************, 12'"
    })
    void masked_hasNoDigitOfACardNumber(String text, String masked) {
        assertThat(CardNumbers.masked(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tok_visa",
                "4242424242424241",
                "424242424242",
                "42424242424242424242",
                "0000000000000000",
                "4242424242424242.00",
                "0.4242424242424242",
                "x4242424242424242",
                "4242424242424242x",
                "4242  4242  4242  4242",
                "4242_4242_4242_4242",
                "0199a2b4-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
                "0199a2b4-7c3d-7abc-9000-000000000004",
                "1 Main St, Springfield 12345-6789"
            })
    void appearIn_whatOnlyLooksLikeOne_isNone(String text) {
        assertThat(CardNumbers.appearIn(text)).isFalse();
    }

    @Property
    void appearIn_anyLuhnNumberOf13To19Digits_howeverItIsWritten_isFound(@ForAll("written") String text) {
        assertThat(CardNumbers.appearIn(text)).isTrue();
    }

    @Property
    void appearIn_theSameWithAnotherLastDigit_isNone(
            @ForAll("cards") String card, @ForAll @IntRange(min = 1, max = 9) int off) {
        int last = card.charAt(card.length() - 1) - '0';
        String wrong = card.substring(0, card.length() - 1) + (last + off) % 10;

        assertThat(CardNumbers.appearIn(wrong)).isFalse();
    }

    @Property
    void appearIn_aUuid_isNone(@ForAll("uuids") String uuid) {
        assertThat(CardNumbers.appearIn(uuid)).isFalse();
        assertThat(CardNumbers.appearIn("order " + uuid + ", please")).isFalse();
    }

    @Property
    void appearIn_aCardBesideAUuid_isFound(@ForAll("uuids") String uuid, @ForAll("cards") String card) {
        assertThat(CardNumbers.appearIn(uuid + ", " + card)).isTrue();
        assertThat(CardNumbers.appearIn(card + ", " + uuid)).isTrue();
    }

    @Property
    void appearIn_aDecimal_isNone(@ForAll("cards") String card) {
        assertThat(CardNumbers.appearIn(card + ".5")).isFalse();
        assertThat(CardNumbers.appearIn("1." + card)).isFalse();
    }

    @Provide
    static Arbitrary<String> cards() {
        return Arbitraries.strings()
                .numeric()
                .ofMinLength(12)
                .ofMaxLength(18)
                .filter(digits -> digits.chars().anyMatch(c -> c != '0'))
                .map(CardNumbersTest::withCheckDigit);
    }

    /** Mostly of digits, since only those could be mistaken. */
    @Provide
    static Arbitrary<String> uuids() {
        return Arbitraries.strings()
                .withChars("00112233445566778899a")
                .ofLength(32)
                .map(hex -> String.join(
                        "-",
                        hex.substring(0, 8),
                        hex.substring(8, 12),
                        hex.substring(12, 16),
                        hex.substring(16, 20),
                        hex.substring(20)));
    }

    @Provide
    static Arbitrary<String> written() {
        Arbitrary<String> before = Arbitraries.of("", "card ", "no. ", "(", "\"", "a: ");
        Arbitrary<String> after = Arbitraries.of("", " thanks", ")", "\"", ",1");
        Arbitrary<List<String>> gaps =
                Arbitraries.of("", "", "", " ", "-").list().ofSize(19);
        return Combinators.combine(before, cards(), gaps, after).as((head, card, blanks, tail) -> {
            StringBuilder text = new StringBuilder(head);
            for (int i = 0; i < card.length(); i++) {
                text.append(i == 0 ? "" : blanks.get(i)).append(card.charAt(i));
            }
            return text.append(tail).toString();
        });
    }

    /** Luhn, written another way than in the code under test. */
    private static String withCheckDigit(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            sum += i % 2 == 0 ? digit * 2 / 10 + digit * 2 % 10 : digit;
        }
        return digits + (10 - sum % 10) % 10;
    }
}
