package dev.orderengine.payment.paypal;

import static dev.orderengine.payment.reconciliation.Bookshelf.ORDER;
import static dev.orderengine.payment.reconciliation.Bookshelf.PAYMENT;
import static dev.orderengine.payment.reconciliation.Bookshelf.ours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secret;
import dev.orderengine.payment.reconciliation.Amount;
import dev.orderengine.payment.reconciliation.Bookshelf;
import dev.orderengine.payment.reconciliation.Item;
import dev.orderengine.payment.reconciliation.ProviderBooks.NoAnswerException;
import dev.orderengine.payment.reconciliation.ProviderBooks.Page;
import dev.orderengine.payment.reconciliation.Standing;
import dev.orderengine.payment.reconciliation.Theirs;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What PayPal is asked for, and what its transactions mean; the server is scripted. */
class PayPalBooksTest {

    private static final LocalDate DAY = LocalDate.parse("2026-11-24");
    private static final String SEARCH = "/v1/reporting/transactions";
    private static final String GRANT = "{\"access_token\": \"t\", \"expires_in\": 3600}";

    private final Bookshelf paypal = new Bookshelf();
    private final PayPalBooks books = new PayPalBooks(
            paypal.vertx(),
            new EngineConfig.PayPal(paypal.url(), "shop", new Secret("s3cret"), null, Duration.ofHours(6)),
            Duration.ofSeconds(10),
            Clock.systemUTC());

    @BeforeEach
    void grant() {
        paypal.answer("/v1/oauth2/token", 200, GRANT);
    }

    @AfterEach
    void close() {
        paypal.close();
    }

    @Test
    void page_leadsThroughAllPagesOfTheDay_withWhatIsHeldToo() {
        paypal.answer(span("00:00:00", "23:59:59") + "&page_size=500&page=2", 200, page(2, capture("C-2")))
                .answer(span("00:00:00", "23:59:59"), 200, page(2, capture("C-1")));

        Page first = page(null);
        Page last = page(first.next());

        assertThat(first.entries())
                .containsExactly(
                        new Theirs(Item.PAYMENT, "C-1", PAYMENT, ORDER, "O-1", dollars("10.00"), Standing.MOVED, "S"));
        assertThat(last.entries()).extracting(Theirs::ref).containsExactly("C-2");
        assertThat(last.next()).isNull();
    }

    @Test
    void page_ofMoreThanPayPalListsAtOnce_isOfHalfTheTime_andNothingIsLeftOut() {
        String tooLarge = "{\"name\": \"RESULTSET_TOO_LARGE\"}";
        paypal.answer(span("00:00:00", "23:59:59"), 400, tooLarge)
                .answer(span("00:00:00", "11:59:59"), 400, tooLarge)
                .answer(SEARCH, 200, page(1, capture("C-1")));

        List<String> texts = new ArrayList<>();
        Page page = page(null);
        while (page.next() != null) {
            page = page(page.next());
        }
        paypal.asked().stream().filter(path -> path.startsWith(SEARCH)).forEach(texts::add);

        assertThat(texts.subList(2, texts.size()))
                .extracting(
                        path -> path.replaceAll(".*start_date=2026-11-24T(.*)Z&end_date=2026-11-24T(.*)Z.*", "$1 $2"))
                .containsExactly("00:00:00 05:59:59", "06:00:00 11:59:59", "12:00:00 17:59:59", "18:00:00 23:59:59");
    }

    @ParameterizedTest
    @CsvSource({
        "T0006, S, 10.00, PAYMENT MOVED",
        "T0006, F, 10.00, PAYMENT MOVED",
        "T0006, V, 10.00, PAYMENT MOVED",
        "T0006, P, 10.00, PAYMENT UNDER_WAY",
        "T0006, D, 10.00, PAYMENT NOTHING",
        "T0006, S, -10.00, nothing",
        "T1300, S, 10.00, PAYMENT WAS_HELD",
        "T1301, S, 10.00, PAYMENT WAS_HELD",
        "T1300, V, 10.00, nothing",
        "T1302, S, 10.00, nothing",
        "T1107, S, -10.00, REFUND MOVED",
        "T1106, S, -10.00, REFUND MOVED",
        "T1107, P, -10.00, REFUND UNDER_WAY",
        "T1107, D, -10.00, REFUND NOTHING",
        "T0400, S, -10.00, nothing",
        "T0106, S, -0.30, nothing"
    })
    void transaction_isWhatItsCodeAndStatusSay(String code, String status, String amount, String expected) {
        paypal.answer(SEARCH, 200, page(1, transaction("X-1", code, status, amount, PAYMENT.toString())));

        List<Theirs> entries = page(null).entries();

        assertThat(entries.stream()
                        .map(one -> one.item() + " " + one.standing())
                        .findFirst()
                        .orElse("nothing"))
                .isEqualTo(expected);
        assertThat(entries).allSatisfy(one -> assertThat(one.amount().value()).isEqualByComparingTo("10.00"));
    }

    @Test
    void transactions_withoutWhatIsNeeded_arePassedOver_andOthersIdsAreNotOurs() {
        paypal.answer(
                SEARCH,
                200,
                page(1, "{}, {\"transaction_info\": {}}, " + transaction("X-1", "T0006", "S", "10", "42")));

        assertThat(page(null).entries()).singleElement().satisfies(theirs -> {
            assertThat(theirs.id()).isNull();
            assertThat(theirs.orderId()).isEqualTo(ORDER);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "captures, COMPLETED, MOVED",
        "captures, PARTIALLY_REFUNDED, MOVED",
        "captures, REFUNDED, MOVED",
        "captures, PENDING, UNDER_WAY",
        "captures, DECLINED, NOTHING",
        "authorizations, CREATED, HELD",
        "authorizations, PENDING, UNDER_WAY",
        "authorizations, VOIDED, LET_GO",
        "nothing, -, NOTHING"
    })
    void order_standsWhereItsMoneyStands(String kind, String status, Standing standing) {
        paypal.answer("/v2/checkout/orders/O-1", 200, """
                {"id": "O-1", "status": "COMPLETED", "purchase_units": [{"payments": {
                  "%s": [{"id": "T-1", "status": "%s", "amount": {"currency_code": "USD", "value": "10.00"}}]}}]}""".formatted(kind, status));

        Theirs found = find(Item.PAYMENT, "O-1").orElseThrow();

        assertThat(found.standing()).isEqualTo(standing);
        assertThat(found.amount()).isEqualTo(dollars(kind.equals("nothing") ? "0" : "10.00"));
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED, MOVED", "PENDING, UNDER_WAY", "FAILED, NOTHING"})
    void refund_standsWhereItsStatusSays(String status, Standing standing) {
        paypal.answer("/v2/payments/refunds/R-1", 200, """
                {"id": "R-1", "status": "%s", "amount": {"currency_code": "USD", "value": "10.00"}}""".formatted(status));

        assertThat(find(Item.REFUND, "R-1").orElseThrow().standing()).isEqualTo(standing);
    }

    @Test
    void find_ofWhatPayPalDoesNotHave_isEmpty() {
        assertThat(find(Item.PAYMENT, "O-9")).isEmpty();
        assertThat(find(Item.REFUND, "R-9")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Oops</html>", "{}"})
    void answersThatMakeNoSense_areNone(String body) {
        paypal.answer("/", 200, body);

        assertThatThrownBy(() -> page(null))
                .isInstanceOf(NoAnswerException.class)
                .hasMessageContaining("no sense");
        assertThatThrownBy(() -> find(Item.PAYMENT, "O-1")).isInstanceOf(NoAnswerException.class);
        assertThatThrownBy(() -> find(Item.REFUND, "R-1")).isInstanceOf(NoAnswerException.class);
    }

    @Test
    void troubleOfTheProvider_isNoAnswer_soIsAMissingToken() {
        paypal.answer("/v1/reporting", 400, "{\"name\": \"INVALID_REQUEST\"}").answer("/", 500, "{}");
        assertThatThrownBy(() -> page(null))
                .isInstanceOf(NoAnswerException.class)
                .hasMessage("status 400");
        assertThatThrownBy(() -> find(Item.PAYMENT, "O-1"))
                .isInstanceOf(NoAnswerException.class)
                .hasMessage("status 500");

        Bookshelf closed = new Bookshelf();
        try (closed) {
            closed.answer("/v1/oauth2/token", 401, "{}");
            PayPalBooks strangers = new PayPalBooks(
                    closed.vertx(),
                    new EngineConfig.PayPal(closed.url(), "shop", new Secret("other"), null, Duration.ofHours(6)),
                    Duration.ofSeconds(10),
                    Clock.systemUTC());
            assertThatThrownBy(() -> closed.ask(() -> strangers.page(DAY, null)))
                    .isInstanceOf(NoAnswerException.class)
                    .hasMessageContaining("no access token");
        }
    }

    private Page page(String after) {
        return paypal.ask(() -> books.page(DAY, after));
    }

    private Optional<Theirs> find(Item item, String ref) {
        return paypal.ask(() -> books.find(ours(item, ref)));
    }

    private static Amount dollars(String value) {
        return new Amount(new BigDecimal(value), "USD");
    }

    private static String span(String from, String to) {
        return SEARCH + "?fields=transaction_info&balance_affecting_records_only=N&start_date=2026-11-24T" + from
                + "Z&end_date=2026-11-24T" + to + "Z";
    }

    private static String page(int pages, String transactions) {
        return "{\"total_pages\": " + pages + ", \"transaction_details\": [" + transactions + "]}";
    }

    private static String capture(String id) {
        return transaction(id, "T0006", "S", "10.00", PAYMENT.toString());
    }

    private static String transaction(String id, String code, String status, String amount, String invoice) {
        return """
                {"transaction_info": {"transaction_id": "%s", "transaction_event_code": "%s", "transaction_status": "%s",
                  "paypal_reference_id": "O-1", "paypal_reference_id_type": "ODR", "invoice_id": "%s", "custom_field": "%s",
                  "transaction_amount": {"currency_code": "USD", "value": "%s"}}}""".formatted(id, code, status, invoice, ORDER, amount);
    }
}
