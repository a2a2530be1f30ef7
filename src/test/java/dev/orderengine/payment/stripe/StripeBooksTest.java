package dev.orderengine.payment.stripe;

import static dev.orderengine.payment.reconciliation.Bookshelf.ORDER;
import static dev.orderengine.payment.reconciliation.Bookshelf.PAYMENT;
import static dev.orderengine.payment.reconciliation.Bookshelf.REFUND;
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
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Stripe is asked for, and what its lists mean; the server is scripted. */
class StripeBooksTest {

    private static final LocalDate DAY = LocalDate.parse("2026-11-24");
    private static final String OF_DAY = "?limit=100&created%5Bgte%5D=1795478400&created%5Blte%5D=1795564799";
    private static final String INTENTS = "/v1/payment_intents";
    private static final String REFUNDS = "/v1/refunds";

    private final Bookshelf stripe = new Bookshelf();
    private final StripeBooks books = new StripeBooks(
            stripe.vertx(),
            new EngineConfig.Stripe(stripe.url(), new Secret("sk"), new Secret("wh"), Duration.ofHours(24)),
            Duration.ofSeconds(10));

    @AfterEach
    void close() {
        stripe.close();
    }

    @Test
    void page_leadsThroughAllIntents_andThenThroughAllRefunds() {
        stripe.answer(INTENTS + OF_DAY + "&starting_after=pi_1", 200, list(false, intent("pi_2", "succeeded")))
                .answer(INTENTS + OF_DAY, 200, list(true, intent("pi_1", "succeeded")))
                .answer(REFUNDS + OF_DAY + "&starting_after=re_1", 200, list(false, ""))
                .answer(REFUNDS + OF_DAY, 200, list(true, refund("re_1", "succeeded")));

        Page first = page(null);
        Page second = page(first.next());
        Page third = page(second.next());
        Page last = page(third.next());

        assertThat(first.entries())
                .containsExactly(new Theirs(
                        Item.PAYMENT, "pi_1", PAYMENT, ORDER, "pi_1", dollars("9.99"), Standing.MOVED, "succeeded"));
        assertThat(second.entries()).extracting(Theirs::ref).containsExactly("pi_2");
        assertThat(third.entries())
                .containsExactly(new Theirs(
                        Item.REFUND, "re_1", REFUND, ORDER, "re_1", dollars("10.00"), Standing.MOVED, "succeeded"));
        assertThat(last.entries()).isEmpty();
        assertThat(last.next()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "succeeded, MOVED, 9.99",
        "requires_capture, HELD, 10.00",
        "processing, UNDER_WAY, 10.00",
        "canceled, LET_GO, 10.00",
        "requires_payment_method, NOTHING, 10.00",
        "requires_action, NOTHING, 10.00"
    })
    void intent_standsWhereItsStatusSays(String status, Standing standing, String amount) {
        stripe.answer(INTENTS, 200, intent("pi_1", status));

        Theirs found = find(Item.PAYMENT, "pi_1").orElseThrow();

        assertThat(found.standing()).isEqualTo(standing);
        assertThat(found.amount()).isEqualTo(dollars(amount));
    }

    @ParameterizedTest
    @CsvSource({
        "succeeded, MOVED",
        "pending, UNDER_WAY",
        "requires_action, UNDER_WAY",
        "failed, NOTHING",
        "canceled, NOTHING"
    })
    void refund_standsWhereItsStatusSays(String status, Standing standing) {
        stripe.answer(REFUNDS + "/re_1", 200, refund("re_1", status));

        assertThat(find(Item.REFUND, "re_1").orElseThrow().standing()).isEqualTo(standing);
    }

    @Test
    void find_ofWhatStripeDoesNotHave_isEmpty() {
        assertThat(find(Item.PAYMENT, "pi_gone")).isEmpty();
        assertThat(stripe.asked()).containsExactly("/v1/payment_intents/pi_gone");
    }

    @Test
    void chargeThatSomebodyElseMade_hasNoneOfOurIds() {
        stripe.answer(INTENTS, 200, list(false, """
                {"id": "pi_1", "object": "payment_intent", "amount": 500, "amount_received": 500, "currency": "jpy",
                 "status": "succeeded", "metadata": {"payment_id": "42"}},
                {"id": "pi_2", "object": "payment_intent", "amount": 500, "amount_received": 500, "currency": "jpy", "status": "succeeded"}"""));

        assertThat(page(null).entries())
                .allSatisfy(theirs -> assertThat(theirs.id()).isNull())
                .allSatisfy(theirs -> assertThat(theirs.amount()).isEqualTo(new Amount(new BigDecimal("500"), "JPY")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>Oops</html>",
                "{}",
                "{\"data\": [{}]}",
                "{\"data\": [{\"id\": \"pi_1\", \"object\": \"payment_intent\", \"amount\": 1, \"currency\": \"zzz\", \"status\": \"succeeded\"}]}"
            })
    void answersThatMakeNoSense_areNone(String body) {
        stripe.answer(INTENTS, 200, body);

        assertThatThrownBy(() -> page(null))
                .isInstanceOf(NoAnswerException.class)
                .hasMessageContaining("no sense");
        assertThatThrownBy(() -> find(Item.PAYMENT, "pi_1")).isInstanceOf(NoAnswerException.class);
    }

    @Test
    void troubleOfTheProviderAndOfTheNetwork_isNoAnswer() {
        stripe.answer(INTENTS, 500, "{}");
        assertThatThrownBy(() -> page(null))
                .isInstanceOf(NoAnswerException.class)
                .hasMessage("status 500");
        assertThatThrownBy(() -> find(Item.PAYMENT, "pi_1")).hasMessage("status 500");

        StripeBooks nowhere = new StripeBooks(
                stripe.vertx(),
                new EngineConfig.Stripe(
                        java.net.URI.create("http://127.0.0.1:1"),
                        new Secret("sk"),
                        new Secret("wh"),
                        Duration.ofHours(24)),
                Duration.ofSeconds(10));
        assertThatThrownBy(() -> stripe.ask(() -> nowhere.page(DAY, null))).isInstanceOf(NoAnswerException.class);
    }

    private Page page(String after) {
        return stripe.ask(() -> books.page(DAY, after));
    }

    private Optional<Theirs> find(Item item, String ref) {
        return stripe.ask(() -> books.find(ours(item, ref)));
    }

    private static Amount dollars(String value) {
        return new Amount(new BigDecimal(value), "USD");
    }

    private static String list(boolean more, String data) {
        return "{\"has_more\": " + more + ", \"data\": [" + data + "]}";
    }

    private static String intent(String id, String status) {
        return """
                {"id": "%s", "object": "payment_intent", "amount": 1000, "amount_received": 999, "currency": "usd", "status": "%s",
                 "metadata": {"payment_id": "%s", "order_id": "%s"}}""".formatted(id, status, PAYMENT, ORDER);
    }

    private static String refund(String id, String status) {
        return """
                {"id": "%s", "object": "refund", "amount": 1000, "currency": "usd", "status": "%s",
                 "metadata": {"refund_id": "%s", "order_id": "%s"}}""".formatted(id, status, REFUND, ORDER);
    }
}
