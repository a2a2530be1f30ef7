package dev.orderengine.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.json.JsonMapping;
import dev.orderengine.notification.NotificationStore.Claimed;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LettersTest {

    private static final UUID ORDER = UUID.fromString("0199aaaa-0000-7000-8000-000000000001");
    private static final String ITEMS = """
            [{"product_id": "sku-1", "name": "Lamp <b>\\"5\\"</b> & more", "quantity": 2, "unit_price": 199900},
             {"product_id": "sku-2", "name": "Book", "quantity": 1, "unit_price": 1050}]""";

    private final Letters letters = new Letters();
    private final LetterFacts facts = new LetterFacts(JsonMapping.create());

    @ParameterizedTest
    @EnumSource
    void letter_ofEveryKind_namesTheOrderInSubjectTextAndPageInBothLanguages(Kind kind) {
        Letter english = letter(kind, "order.cancelled", "{}", "en-GB");
        Letter german = letter(kind, "order.cancelled", "{}", "de-AT");

        for (Letter letter : new Letter[] {english, german}) {
            assertThat(letter.subject()).contains(ORDER.toString()).doesNotContain("\n", "Subject");
            assertThat(letter.text()).doesNotContain("<p>", "${", "Subject:");
            assertThat(letter.html())
                    .contains(ORDER.toString(), "<html", "</html>")
                    .doesNotContain("${");
        }
        assertThat(english.text()).startsWith("Hello Ann & <i>Bob</i>,");
        assertThat(german.text()).startsWith("Guten Tag Ann & <i>Bob</i>,");
        assertThat(german.html()).contains("lang=\"de\"");
    }

    @ParameterizedTest
    @EnumSource
    void page_ofEveryKind_escapesWhatItIsGiven(Kind kind) {
        String data = "{\"tracking\": \"<script>alert(1)</script>\"}";

        for (String locale : new String[] {"en", "de"}) {
            String page = letter(kind, "order.cancelled", data, locale).html();

            assertThat(page).contains("Ann &amp; &lt;i&gt;Bob&lt;/i&gt;").doesNotContain("<i>", "<script>", "Lamp <b>");
        }
    }

    @Test
    void orderPlaced_listsLinesAndTotalAsTheLocaleWritesThem() {
        assertThat(letter(Kind.ORDER_PLACED, "order.placed", "{}", "en").text())
                .contains("2 × Lamp <b>\"5\"</b> & more  $3,998.00", "1 × Book  $10.50", "Total: $4,008.50");
        assertThat(letter(Kind.ORDER_PLACED, "order.placed", "{}", "de").text().replace('\u00a0', ' '))
                .contains("1 × Book  10,50 $", "Summe: 4.008,50 $");
    }

    @Test
    void shipped_namesWhatIsInTheParcelAndItsNumber() {
        String text = letter(
                        Kind.SHIPPED,
                        "fulfillment.shipped",
                        "{\"items\": [{\"product_id\": \"sku-1\", \"quantity\": 1}], \"tracking\": \"TRACK-7\"}",
                        "en")
                .text();

        assertThat(text).contains("on its way", "1 × Lamp", "TRACK-7").doesNotContain("Book");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            order.cancelled | {"reason": "secret note", "refund": "10.50", "currency": "USD"}          | was cancelled: | $10.50
            order.expired   | {"reason": "expired"}                                                    | in time        | Book
            order.rejected  | {"by": "review", "note": "secret note"}                                  | cannot accept  | Book
            order.updated   | {"cancelled": [{"product_id": "sku-2", "quantity": 1}], "reason": "secret note"} | the rest stays | 1 × Book
            """)
    void cancelled_tellsWhyInOurWordsAndNeverInThoseOfStaff(String type, String data, String words, String detail) {
        Letter letter = letter(Kind.CANCELLED, type, data, null);

        assertThat(letter.text()).contains(words, detail).doesNotContain("secret note");
        assertThat(letter.html()).doesNotContain("secret note");
    }

    @Test
    void refunded_namesTheAmountAndNothingOfTheProvider() {
        Letter letter = letter(
                Kind.REFUNDED,
                "payment.refunded",
                "{\"amount\": \"10.50\", \"currency\": \"USD\", \"provider_ref\": \"re_secret\", \"reason\": \"secret note\"}",
                "fr");

        assertThat(letter.text()).contains("$10.50").doesNotContain("re_secret", "secret note");
    }

    @ParameterizedTest
    @CsvSource({"de-AT, de", "de, de", "en-GB, en", "fr, en", "'', en", "not a locale, en", ", en"})
    void nearest_isTheLanguageOrEnglish(String tag, String expected) {
        assertThat(Letters.nearest(tag)).isEqualTo(Locale.forLanguageTag(expected));
    }

    private Letter letter(Kind kind, String type, String data, String locale) {
        Claimed mail = new Claimed(
                ORDER,
                1,
                kind,
                1,
                null,
                "pending",
                "USD",
                400_850,
                ITEMS,
                type,
                data,
                "ann@example.com",
                "Ann & <i>Bob</i>",
                locale);
        Locale chosen = Letters.nearest(locale);
        return letters.write(kind, chosen, facts.of(mail, chosen));
    }
}
