package dev.orderengine.payment.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.payment.ChargeOutcome.Unavailable;
import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.payment.ProviderReply;
import dev.orderengine.payment.RefundOutcome;
import dev.orderengine.payment.RefundOutcome.Done;
import dev.orderengine.payment.RefundOutcome.NoAnswer;
import dev.orderengine.payment.RefundOutcome.NotFound;
import dev.orderengine.payment.RefundOutcome.Pending;
import dev.orderengine.payment.RefundOutcome.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Stripe's answers mean; that the requests are right is shown against the simulator by MoneyBackIT and PaymentsIT. */
class StripeRefundsTest {

    private final StripeRefunds answers = new StripeRefunds();

    @ParameterizedTest
    @CsvSource({"succeeded,done", "pending,pending", "requires_action,pending", "failed,refused", "canceled,refused"})
    void refund_answered_isWhatItsStatusSays(String status, String name) {
        RefundOutcome outcome = refund(200, "{'id':'re_1','status':'" + status + "'}");

        assertThat(outcome.name()).isEqualTo(name);
        assertThat(outcome.isFault()).isFalse();
    }

    @Test
    void refund_thatFailed_saysWhy() {
        assertThat(refund(200, "{'id':'re_1','status':'failed','failure_reason':'lost_or_stolen_card'}"))
                .isEqualTo(new Refused("lost_or_stolen_card"));
    }

    @Test
    void refund_refusedByStripe_isRefusedForGood() {
        assertThat(refund(400, "{'error':{'type':'invalid_request_error','code':'charge_already_refunded'}}"))
                .isEqualTo(new Refused("charge_already_refunded"));
        assertThat(refund(400, "{'error':{'type':'invalid_request_error'}}"))
                .isEqualTo(new Refused("invalid_request_error"));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503})
    void refund_answeredWithAFailure_isInDoubtAndMayBeRepeated(int status) {
        RefundOutcome outcome = refund(status, "{}");

        assertThat(outcome.isDoubtful()).isTrue();
        assertThat(outcome.isFault()).isTrue();
        assertThat(outcome.isRepeatable()).isTrue();
    }

    @Test
    void refund_whoseFirstRequestIsUnderWay_isInDoubt() {
        assertThat(refund(409, "{}").isDoubtful()).isTrue();
        assertThat(refund(409, "{}").isRepeatable()).isFalse();
    }

    @Test
    void refund_whileThereAreTooMany_waitsAsLongAsStripeSays() {
        assertThat(answers.toRefund(new ProviderReply(429, "7", new byte[0])))
                .isEqualTo(new NoAnswer(new Unavailable("too many requests", Duration.ofSeconds(7))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "{}", "{'id':'re_1'}", "[]", "null"})
    void refund_answeredWithNonsense_isInDoubt(String body) {
        assertThat(refund(200, body))
                .isInstanceOfSatisfying(
                        NoAnswer.class, nonsense -> assertThat(nonsense.cause()).isInstanceOf(Unknown.class));
    }

    @Test
    void lookUp_amongTheRefundsOfThePayment_findsOurs() {
        String list = "{'data':[{'id':'re_9','status':'succeeded','metadata':{'refund_id':'other'}},"
                + "{'id':'re_8','status':'succeeded'},{'id':'re_1','status':'pending','metadata':{'refund_id':'ours'}}]}";

        assertThat(answers.toList(reply(200, list), "ours")).isEqualTo(new Pending("re_1"));
        assertThat(answers.toList(reply(200, list), "none")).isEqualTo(new NotFound());
        assertThat(answers.toList(reply(200, "{}"), "ours").isDoubtful()).isTrue();
        assertThat(answers.toList(reply(404, "{}"), "ours").isDoubtful()).isTrue();
        assertThat(answers.toList(reply(500, "{}"), "ours").isDoubtful()).isTrue();
    }

    @Test
    void cancel_answered_letsGo() {
        assertThat(answers.toCancel(reply(200, "{'id':'pi_1','status':'canceled'}")))
                .isEqualTo(new Done("pi_1"));
    }

    @Test
    void cancel_ofWhatIsCancelledOrCapturedAlready_saysSo() {
        assertThat(cancelRefused("canceled")).isEqualTo(new Done("pi_1"));
        assertThat(cancelRefused("succeeded")).isEqualTo(new Refused("intent_succeeded"));
        assertThat(answers.toCancel(reply(404, "{'error':{'type':'invalid_request_error','code':'resource_missing'}}")))
                .isEqualTo(new Refused("resource_missing"));
        assertThat(answers.toCancel(reply(500, "{}")).isDoubtful()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"canceled,done", "requires_capture,not_found", "succeeded,refused"})
    void lookUp_ofACancellation_readsTheIntent(String status, String name) {
        assertThat(answers.toIntent(reply(200, "{'id':'pi_1','status':'" + status + "'}"))
                        .name())
                .isEqualTo(name);
        assertThat(answers.toIntent(reply(503, "{}")).isDoubtful()).isTrue();
    }

    private RefundOutcome cancelRefused(String status) {
        return answers.toCancel(reply(
                400,
                "{'error':{'type':'invalid_request_error','code':'payment_intent_unexpected_state',"
                        + "'payment_intent':{'id':'pi_1','status':'" + status + "'}}}"));
    }

    private RefundOutcome refund(int status, String body) {
        return answers.toRefund(reply(status, body));
    }

    private static ProviderReply reply(int status, String body) {
        return new ProviderReply(status, null, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
