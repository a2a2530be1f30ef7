package dev.orderengine.payment.paypal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.payment.ProviderReply;
import dev.orderengine.payment.RefundOutcome;
import dev.orderengine.payment.RefundOutcome.Done;
import dev.orderengine.payment.RefundOutcome.NotFound;
import dev.orderengine.payment.RefundOutcome.Refused;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What PayPal's rarer answers to refunds mean; the usual ones are in PayPalProviderTest. */
class PayPalRefundsTest {

    private static final BigDecimal TEN = new BigDecimal("10.00");
    private static final String CAPTURE =
            "{'id':'C-1','status':'COMPLETED','amount':{'currency_code':'USD','value':'10.00'}}";

    private final PayPalAnswers answers = new PayPalAnswers(new PayPalJson());
    private final PayPalRefunds refunds = new PayPalRefunds(answers);

    @ParameterizedTest
    @CsvSource({"COMPLETED,done", "PENDING,pending", "CANCELLED,refused", "FAILED,refused", "NEW,unknown"})
    void refund_isAsItsStatusSays(String status, String outcome) {
        assertThat(refunds.toRefund(good("{'id':'R-1','status':'" + status + "'}"))
                        .name())
                .isEqualTo(outcome);
        assertThat(refundIn("{'id':'R-1','status':'" + status + "','invoice_id':'ours'}")
                        .name())
                .isEqualTo(outcome);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'id':'R-1'}", "{'status':'COMPLETED'}", "nonsense"})
    void refund_answeredWithNonsense_isInDoubt(String body) {
        assertThat(refunds.toRefund(good(body)).isDoubtful()).isTrue();
        assertThat(refunds.toVoid(good(body), authorization("CREATED")).isDoubtful())
                .isTrue();
    }

    @Test
    void refund_thatIsRefused_saysWhyOrIsInDoubt() {
        assertThat(refunds.toRefund(reply(422, "{'name':'TOO_LATE'}"))).isEqualTo(new Refused("TOO_LATE"));
        assertThat(refunds.toRefund(reply(422, "{'name':'DUPLICATE_INVOICE_ID'}"))
                        .isDoubtful())
                .isTrue();
        assertThat(refunds.toRefund(reply(409, "{'name':'A'}")).isDoubtful()).isTrue();
        assertThat(refunds.toRefund(reply(422, "{}")).isDoubtful()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'id':'R-1','status':'COMPLETED'}",
                "{'id':'R-1','invoice_id':'ours'}",
                "{'status':'COMPLETED','invoice_id':'ours'}"
            })
    void refund_thatIsNotSaidToBeOurs_isNotFound(String refund) {
        assertThat(refundIn(refund)).isEqualTo(new NotFound());
    }

    @ParameterizedTest
    @CsvSource({
        "VOIDED,done",
        "EXPIRED,done",
        "DENIED,done",
        "CREATED,not_found",
        "PENDING,not_found",
        "CAPTURED,refused"
    })
    void authorization_toBeLetGo_isAsItsStatusSays(String status, String outcome) {
        String body = "{'id':'A-1','status':'" + status + "'}";

        assertThat(refunds.toVoid(good(body), authorization("CREATED")).name()).isEqualTo(outcome);
        assertThat(PayPalRefunds.voidIn(order("{'authorizations':[" + body + "]}"))
                        .name())
                .isEqualTo(outcome);
    }

    @Test
    void authorization_thatIsNotThere_cannotBeLetGo() {
        assertThat(PayPalRefunds.voidIn(order("{}"))).isEqualTo(new Refused("no_authorization"));
        assertThat(PayPalRefunds.voidIn(order("{'authorizations':[{'id':'A-1'}]}")))
                .isEqualTo(new Refused("no_authorization"));
    }

    @Test
    void void_thatIsRefused_isDoneIfItWasBefore() {
        assertThat(refunds.toVoid(reply(422, "{'name':'AUTHORIZATION_VOIDED'}"), authorization("CREATED")))
                .isEqualTo(new Done("A-1"));
        assertThat(refunds.toVoid(reply(422, "{'name':'AUTHORIZATION_CAPTURED'}"), authorization("CREATED")))
                .isEqualTo(new Refused("AUTHORIZATION_CAPTURED"));
        assertThat(refunds.toVoid(reply(422, "{}"), authorization("CREATED")).isDoubtful())
                .isTrue();
        assertThat(refunds.toVoid(reply(503, ""), authorization("CREATED")).isDoubtful())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'captures':[]}",
                "{'captures':[{'id':'C-1','status':'COMPLETED'}]}",
                "{'captures':[{'id':'C-1','amount':{'currency_code':'USD','value':'10.00'}}]}",
                "{'captures':[{'id':'C-1','status':'COMPLETED','amount':{'currency_code':'USD','value':'9.99'}}]}"
            })
    void capture_thatDoesNotShowThatMuch_isNotRefunded(String payments) {
        assertThat(PayPalRefunds.captureWith(order(payments), TEN)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            COMPLETED | ,'links':[{'rel':'up','href':'/v2/payments/captures/C-1'}]                | false
            PENDING   | ,'links':[{'rel':'self','href':'x'},{'rel':'up','href':'/captures/C-1'}]  | false
            FAILED    | ,'links':[{'rel':'up','href':'/v2/payments/captures/C-1'}]                | true
            COMPLETED | ,'links':[{'rel':'up','href':'/v2/payments/captures/C-2'}]                | true
            COMPLETED | ,'links':[{'rel':'self','href':'/v2/payments/captures/C-1'}]              | true
            COMPLETED | ,'links':[{'rel':'up'}]                                                   | true
            COMPLETED | ''                                                                        | true""")
    void capture_hasLessLeft_byRefundsOfItsOwnOnly(String status, String links, boolean hasIt) {
        String refund =
                "{'id':'R-1','status':'" + status + "','amount':{'currency_code':'USD','value':'0.01'}" + links + "}";

        assertThat(PayPalRefunds.captureWith(order("{'captures':[" + CAPTURE + "],'refunds':[" + refund + "]}"), TEN)
                        .isPresent())
                .isEqualTo(hasIt);
    }

    @Test
    void refund_withoutAnAmount_takesNothing() {
        String refund = "{'id':'R-1','status':'COMPLETED','links':[{'rel':'up','href':'/captures/C-1'}]}";

        assertThat(PayPalRefunds.captureWith(order("{'captures':[" + CAPTURE + "],'refunds':[" + refund + "]}"), TEN))
                .isPresent();
    }

    @Test
    void order_thatIsNotShown_isInDoubtOrAway() {
        assertThat(PayPalRefunds.noOrder(good("{}")).isDoubtful()).isTrue();
        assertThat(PayPalRefunds.noOrder(reply(401, "{}")).name()).isEqualTo("unavailable");
    }

    private RefundOutcome refundIn(String refund) {
        return PayPalRefunds.refundIn(order("{'refunds':[" + refund + "]}"), "ours");
    }

    private PayPalOrder.Transfer authorization(String status) {
        return answers.transfer(good("{'id':'A-1','status':'" + status + "'}")).orElseThrow();
    }

    private PayPalOrder order(String payments) {
        return answers.order(good("{'id':'O-1','status':'COMPLETED','purchase_units':[{'payments':" + payments + "}]}"))
                .orElseThrow();
    }

    private static ProviderReply good(String body) {
        return reply(200, body);
    }

    private static ProviderReply reply(int status, String body) {
        return new ProviderReply(status, null, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
