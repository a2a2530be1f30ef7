package dev.orderengine.payment.paypal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.ChargeOutcome.Authorized;
import dev.orderengine.payment.ChargeOutcome.Captured;
import dev.orderengine.payment.ChargeOutcome.Declined;
import dev.orderengine.payment.ChargeOutcome.Rejected;
import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.payment.LookUp.Found;
import dev.orderengine.payment.LookUp.NotFound;
import dev.orderengine.payment.ProviderReply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What PayPal's rarer answers to charges mean; the usual ones are in PayPalProviderTest. */
class PayPalAnswersTest {

    private static final String OF_ORDER = "'supplementary_data':{'related_ids':{'order_id':'O-1'}}";

    private final PayPalAnswers answers = new PayPalAnswers(new PayPalJson());

    @ParameterizedTest
    @CsvSource({
        "CREATED,authorized",
        "PARTIALLY_CAPTURED,authorized",
        "CAPTURED,captured",
        "PENDING,pending",
        "DENIED,declined",
        "EXPIRED,declined",
        "VOIDED,declined",
        "NEW,unknown"
    })
    void authorization_isAsItsStatusSays_howeverItIsLearntOf(String status, String outcome) {
        String authorization = "{'id':'A-1','status':'" + status + "'," + OF_ORDER + "}";

        assertThat(answers.toCharge(order("{'authorizations':[" + authorization + "]}"))
                        .name())
                .isEqualTo(outcome);
        assertThat(((Found) answers.toAuthorization(good(authorization)))
                        .outcome()
                        .name())
                .isEqualTo(outcome);
        assertThat(answers.toRenewed(good(authorization), "O-1").name()).isEqualTo(outcome);
    }

    @Test
    void authorization_thatWasRenewed_countsByItsLast() {
        assertThat(answers.toCharge(
                        order("{'authorizations':[{'id':'A-1','status':'EXPIRED'},{'id':'A-2','status':'CREATED'}]}")))
                .isEqualTo(new Authorized("O-1"));
    }

    @ParameterizedTest
    @CsvSource({
        "COMPLETED,captured",
        "PARTIALLY_REFUNDED,captured",
        "PENDING,pending",
        "DECLINED,declined",
        "FAILED,declined",
        "NEW,unknown"
    })
    void capture_isAsItsStatusSays_howeverItIsLearntOf(String status, String outcome) {
        String capture = "{'id':'C-1','status':'" + status + "'," + OF_ORDER + "}";

        assertThat(((Found) answers.toCapture(good(capture))).outcome().name()).isEqualTo(outcome);
        assertThat(answers.toCaptured(good(capture), "O-1").name()).isEqualTo(outcome);
    }

    @Test
    void capture_thatIsDeclined_saysWhyAsFarAsPayPalDoes() {
        assertThat(answers.toCaptured(declined(",'status_details':{'reason':'REFUSED'}"), "O-1"))
                .isEqualTo(new Declined("REFUSED", "O-1"));
        assertThat(answers.toCaptured(declined(",'status_details':{}"), "O-1"))
                .isEqualTo(new Declined("DECLINED", "O-1"));
        assertThat(answers.toCaptured(declined(""), "O-1")).isEqualTo(new Declined("DECLINED", "O-1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'id':'X-1'}",
                "{'status':'COMPLETED'}",
                "{'id':'X-1','status':'COMPLETED'}",
                "{'id':'X-1','status':'COMPLETED','supplementary_data':{}}",
                "{'id':'X-1','status':'COMPLETED','supplementary_data':{'related_ids':{}}}"
            })
    void transfer_thatDoesNotSayWhatItIsOf_leavesThePaymentInDoubt(String body) {
        assertThat(answers.toCapture(good(body)).isDoubtful()).isTrue();
        assertThat(answers.toAuthorization(good(body)).isDoubtful()).isTrue();
    }

    @Test
    void transfer_thatIsNotThereOrNotShown_isToldApart() {
        assertThat(answers.toCapture(reply(404, "{}"))).isEqualTo(new NotFound());
        assertThat(answers.toAuthorization(reply(404, "{}"))).isEqualTo(new NotFound());
        assertThat(answers.toCapture(reply(500, "{}")).isDoubtful()).isTrue();
        assertThat(answers.toCapture(reply(418, "{}")).isDoubtful()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'id':'O-1','status':'COMPLETED'}",
                "{'id':'O-1','status':'COMPLETED','purchase_units':[]}",
                "{'id':'O-1','status':'COMPLETED','purchase_units':[{}]}",
                "{'id':'O-1','status':'COMPLETED','purchase_units':[{'payments':{}}]}"
            })
    void order_thatIsPaidByNothing_isInDoubt(String body) {
        assertThat(answers.toCharge(good(body))).isInstanceOf(Unknown.class);
        assertThat(answers.toGet(good(body)).isDoubtful()).isTrue();
    }

    @Test
    void order_withACapture_isCaptured() {
        assertThat(answers.toCharge(order("{'captures':[{'id':'C-1','status':'COMPLETED'}]}")))
                .isEqualTo(new Captured("O-1"));
    }

    @Test
    void captureAndRenewal_answeredWithNonsense_areInDoubt() {
        assertThat(answers.toCaptured(good("{}"), "O-1")).isInstanceOf(Unknown.class);
        assertThat(answers.toRenewed(good("{}"), "O-1")).isInstanceOf(Unknown.class);
        assertThat(answers.toCaptured(reply(502, ""), "O-1")).isInstanceOf(Unknown.class);
        assertThat(answers.toRenewed(reply(502, ""), "O-1")).isInstanceOf(Unknown.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'name':'A','details':[{'issue':'B'}]} | B
            {'name':'A','details':[{}]}            | A
            {'name':'A','details':[]}              | A
            {'name':'A'}                           | A""")
    void refusal_isCalledByPayPalsMostPreciseWord(String body, String code) {
        assertThat(answers.toCaptured(reply(422, body), "O-1")).isEqualTo(new Rejected(code));
        assertThat(answers.toRenewed(reply(422, body), "O-1")).isEqualTo(new Rejected(code));
    }

    @Test
    void refusal_thatCannotBeRead_isInDoubt() {
        ChargeOutcome outcome = answers.toCharge(reply(422, "{}"));

        assertThat(outcome).isEqualTo(new Unknown("status 422 without an error that makes sense", false));
    }

    private static ProviderReply declined(String more) {
        return good("{'id':'C-1','status':'DECLINED'" + more + "}");
    }

    private static ProviderReply order(String payments) {
        return good("{'id':'O-1','status':'COMPLETED','purchase_units':[{'payments':" + payments + "}]}");
    }

    private static ProviderReply good(String body) {
        return reply(200, body);
    }

    private static ProviderReply reply(int status, String body) {
        return new ProviderReply(status, null, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
