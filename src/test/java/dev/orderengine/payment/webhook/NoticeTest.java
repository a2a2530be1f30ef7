package dev.orderengine.payment.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.RefundOutcome;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeTest {

    private static final UUID OURS = UUID.fromString("0199d0c5-0000-7000-8000-0000000000aa");

    private static Stream<ChargeOutcome> settlingPayments() {
        return Stream.of(
                new ChargeOutcome.Captured("O-1"),
                new ChargeOutcome.Authorized("O-1"),
                new ChargeOutcome.Declined("no_money", "O-1"));
    }

    private static Stream<RefundOutcome> settlingRefunds() {
        return Stream.of(new RefundOutcome.Done("R-1"), new RefundOutcome.Refused("too_late"));
    }

    private static Stream<RefundOutcome> openRefunds() {
        return Stream.of(
                new RefundOutcome.Pending("R-1"),
                new RefundOutcome.NoAnswer(new ChargeOutcome.Unknown("nonsense", false)));
    }

    @ParameterizedTest
    @MethodSource("settlingPayments")
    void payment_thatIsSettled_isTold(ChargeOutcome outcome) {
        assertThat(Notice.ofPayment(OURS.toString(), "C-1", outcome))
                .isEqualTo(new Notice.OfPayment(OURS, "C-1", outcome));
    }

    @ParameterizedTest
    @MethodSource("settlingRefunds")
    void refund_thatIsSettled_isTold(RefundOutcome outcome) {
        assertThat(Notice.ofRefund(OURS.toString(), "R-1", outcome))
                .isEqualTo(new Notice.OfRefund(OURS, "R-1", outcome));
    }

    @ParameterizedTest
    @MethodSource("openRefunds")
    void whatIsStillOpen_isNothing(RefundOutcome outcome) {
        assertThat(Notice.ofRefund(OURS.toString(), "R-1", outcome)).isEqualTo(new Notice.Nothing());
        assertThat(Notice.ofPayment(OURS.toString(), "C-1", new ChargeOutcome.Pending("O-1")))
                .isEqualTo(new Notice.Nothing());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "invoice 7", "0199D0C5-0000-7000-8000-0000000000AA"})
    void moneyThatWeDidNotAskFor_isStrangers(String id) {
        assertThat(Notice.ofPayment(id, "C-1", new ChargeOutcome.Captured("O-1")))
                .isEqualTo(new Notice.OfStrangers("C-1"));
        assertThat(Notice.ofRefund(id, "R-1", new RefundOutcome.Done("R-1"))).isEqualTo(new Notice.OfStrangers("R-1"));
    }
}
