package dev.orderengine.payment;

import static dev.orderengine.support.SampleOrders.NOW;
import static dev.orderengine.support.SampleOrders.ORDER;
import static dev.orderengine.support.SampleOrders.PAYMENT;
import static dev.orderengine.support.SampleOrders.order;
import static dev.orderengine.support.SampleOrders.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.order.EventType;
import dev.orderengine.order.NewEvent;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.OrderStatus;
import dev.orderengine.order.PaymentStatus;
import dev.orderengine.payment.RefundDecider.Books;
import dev.orderengine.payment.RefundDecider.Decision;
import dev.orderengine.payment.RefundDecider.PaymentBooking;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefundDeciderTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofHours(24);
    private static final UUID REFUND = UUID.fromString("01950000-0000-7000-8000-000000000003");
    private static final RefundOutcome LOST = new RefundOutcome.NoAnswer(new ChargeOutcome.Unknown("lost", false));

    private final RefundDecider decider = new RefundDecider(LEASE, WINDOW);
    private final OrderState captured = order(OrderStatus.CANCELLED, PaymentStatus.CAPTURED);

    @Test
    void takeUp_forTheFirstTime_isAskedForUnderALease() {
        RefundStore.Taken taken = decider.takeUp(refund(Kind.REFUND, 0, null, null), NOW);

        assertThat(taken.step()).isEqualTo(Step.ASK);
        assertThat(taken.refund().attempts()).isEqualTo(1);
        assertThat(taken.refund().nextAt()).isEqualTo(NOW.plus(LEASE));
        assertThat(taken.refund().unknownAt()).isEqualTo(NOW);
    }

    @ParameterizedTest(name = "in doubt for {0} s, reference {1}: {2}")
    @CsvSource({
        "0,     ,     LOOK_UP_OR_ASK",
        "86399, ,     LOOK_UP_OR_ASK",
        "86400, ,     LOOK_UP",
        "9,     re_1, LOOK_UP",
    })
    void takeUp_inDoubt_isLookedForAndAskedForAgainOnlyWhileTheKeyIsHonoured(long doubt, String ref, Step step) {
        Refund refund = refund(Kind.REFUND, 3, ref, NOW.minusSeconds(doubt));

        assertThat(decider.takeUp(refund, NOW).step()).isEqualTo(step);
        assertThat(decider.takeUp(refund, NOW).refund().unknownAt()).isEqualTo(refund.unknownAt());
    }

    @Test
    void settle_done_bringsTheMoneyBackAndSaysSo() {
        Decision decision = settle(
                refund(Kind.REFUND, 1, null, NOW), new Books(1_999, 0, 1_999, 0), new RefundOutcome.Done("re_1"));

        assertThat(decision.after().state()).isEqualTo(RefundState.SUCCEEDED);
        assertThat(decision.after().providerRef()).isEqualTo("re_1");
        assertThat(decision.after().nextAt()).isNull();
        assertThat(decision.payment()).isEqualTo(new PaymentBooking(500, 500, PaymentState.PARTIALLY_REFUNDED));
        assertThat(decision.order().after().paymentStatus()).isEqualTo(PaymentStatus.PARTIALLY_REFUNDED);
        assertThat(decision.order().after().status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(decision.order().events())
                .containsExactly(new NewEvent(
                        EventType.PAYMENT_REFUNDED,
                        Map.of(
                                "refund_id", REFUND.toString(),
                                "payment_id", PAYMENT.toString(),
                                "provider", "stripe",
                                "amount", "5.00",
                                "currency", "USD",
                                "reason", "cancelled",
                                "provider_ref", "re_1")));
    }

    @ParameterizedTest(name = "{0} of {1} back, {2} of {3} of the order: {4}, {5}")
    @CsvSource({
        "1499, 1999, 1499, 1999, REFUNDED,           REFUNDED",
        "1498, 1999, 1498, 1999, PARTIALLY_REFUNDED, PARTIALLY_REFUNDED",
        "0,    500,  0,    2499, REFUNDED,           PARTIALLY_REFUNDED",
        "0,    500,  1999, 2499, REFUNDED,           REFUNDED",
    })
    void settle_done_paymentAndOrderEachKnowWhetherAllIsBack(
            long refunded, long taken, long allRefunded, long allTaken, PaymentState payment, PaymentStatus status) {
        Decision decision = settle(
                refund(Kind.REFUND, 1, null, NOW),
                new Books(taken, refunded, allTaken, allRefunded),
                new RefundOutcome.Done("re_1"));

        assertThat(decision.payment().state()).isEqualTo(payment);
        assertThat(decision.order().after().paymentStatus()).isEqualTo(status);
    }

    @Test
    void settle_doneOnceMoreInPart_staysPartial() {
        Decision decision = decider.settle(
                refund(Kind.REFUND, 1, null, NOW),
                new Books(1_999, 300, 1_999, 300),
                order(OrderStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED),
                Step.ASK,
                new RefundOutcome.Done("re_2"),
                NOW);

        assertThat(decision.order().after().paymentStatus()).isEqualTo(PaymentStatus.PARTIALLY_REFUNDED);
    }

    @Test
    void settle_voidDone_letsThePaymentGo() {
        Decision decision = decider.settle(
                refund(Kind.VOID, 1, null, NOW),
                new Books(0, 0, 0, 0),
                order(OrderStatus.CANCELLED, PaymentStatus.AUTHORIZED),
                Step.ASK,
                new RefundOutcome.Done("pi_1"),
                NOW);

        assertThat(decision.payment()).isEqualTo(new PaymentBooking(0, 0, PaymentState.VOIDED));
        assertThat(decision.order().after().paymentStatus()).isEqualTo(PaymentStatus.VOIDED);
        assertThat(decision.order().events()).extracting(NewEvent::type).containsExactly(EventType.PAYMENT_VOIDED);
    }

    @ParameterizedTest
    @CsvSource({"REFUND,500", "VOID,0"})
    void settle_refused_isAPersonsAndNoLongerOnItsWay(Kind kind, long settled) {
        Decision decision = settle(
                refund(kind, 1, null, NOW),
                new Books(1_999, 0, 1_999, 0),
                new RefundOutcome.Refused("charge_disputed"));

        assertThat(decision.after().state()).isEqualTo(RefundState.FAILED);
        assertThat(decision.after().failureCode()).isEqualTo("charge_disputed");
        assertThat(decision.after().flagged()).isTrue();
        assertThat(decision.after().nextAt()).isNull();
        assertThat(decision.payment()).isEqualTo(new PaymentBooking(settled, 0, null));
        assertThat(decision.order()).isNull();
    }

    @Test
    void settle_pending_keepsTheReferenceAndLooksLater() {
        Decision decision = settle(refund(Kind.REFUND, 2, null, NOW), null, new RefundOutcome.Pending("re_1"));

        assertThat(decision.after().state()).isEqualTo(RefundState.PENDING);
        assertThat(decision.after().providerRef()).isEqualTo("re_1");
        assertThat(decision.after().nextAt()).isEqualTo(NOW.plusSeconds(2));
        assertThat(decision.payment()).isNull();
        assertThat(decision.order()).isNull();
    }

    @ParameterizedTest(name = "take-up {0}: waits {1} s")
    @CsvSource({"1,1", "2,2", "3,4", "8,128", "9,256", "10,300", "5000,300"})
    void settle_noAnswer_isInDoubtAndWaitsLongerEachTime(int attempts, long seconds) {
        Decision decision = settle(refund(Kind.REFUND, attempts, null, NOW), null, LOST);

        assertThat(decision.after().state()).isEqualTo(RefundState.UNKNOWN);
        assertThat(decision.after().nextAt()).isEqualTo(NOW.plusSeconds(seconds));
        assertThat(decision.after().unknownAt()).isEqualTo(NOW);
        assertThat(decision.after().flagged()).isFalse();
    }

    @ParameterizedTest(name = "in doubt for {0} s, reference {1}: a person''s {2}")
    @CsvSource({"86399,,false", "86400,,true", "999999,re_1,false"})
    void settle_inDoubtAtTheEndOfTheWindow_isLeftToAPersonUnlessItHasAReference(
            long doubt, String ref, boolean flagged) {
        Refund refund = refund(Kind.REFUND, 9, ref, NOW.minusSeconds(doubt));

        for (RefundOutcome outcome : new RefundOutcome[] {LOST, new RefundOutcome.NotFound(), away()}) {
            Decision decision = decider.settle(refund, null, captured, Step.LOOK_UP, outcome, NOW);

            assertThat(decision.after().flagged()).isEqualTo(flagged);
            assertThat(decision.after().nextAt() == null).isEqualTo(flagged);
            assertThat(decision.after().unknownAt()).isEqualTo(refund.unknownAt());
        }
    }

    @Test
    void settle_unavailableWhenAskedFirst_wasCertainlyNotDone() {
        Decision decision = settle(refund(Kind.REFUND, 1, null, NOW), null, away());

        assertThat(decision.after().state()).isEqualTo(RefundState.PENDING);
        assertThat(decision.after().unknownAt()).isNull();
        assertThat(decision.after().nextAt()).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void settle_unavailableForSomeTime_waitsThatLong() {
        RefundOutcome busy =
                new RefundOutcome.NoAnswer(new ChargeOutcome.Unavailable("too many requests", Duration.ofSeconds(7)));

        assertThat(settle(refund(Kind.REFUND, 1, null, NOW), null, busy).after().nextAt())
                .isEqualTo(NOW.plusSeconds(7));
    }

    @Test
    void settle_unavailableWhenLookedFor_leavesTheDoubt() {
        Refund refund = refund(Kind.REFUND, 2, null, NOW.minusSeconds(60));

        assertThat(decider.settle(refund, null, captured, Step.LOOK_UP_OR_ASK, away(), NOW)
                        .after()
                        .unknownAt())
                .isEqualTo(refund.unknownAt());
    }

    private Decision settle(Refund refund, Books books, RefundOutcome outcome) {
        return decider.settle(refund, books, captured, Step.ASK, outcome, NOW);
    }

    private static RefundOutcome away() {
        return new RefundOutcome.NoAnswer(new ChargeOutcome.Unavailable("down", Duration.ZERO));
    }

    private static Refund refund(Kind kind, int attempts, String ref, Instant unknownAt) {
        return new Refund(
                REFUND,
                ORDER,
                PAYMENT,
                "pi_1",
                "stripe",
                kind,
                usd("5.00"),
                "cancelled",
                RefundState.PENDING,
                ref,
                null,
                attempts,
                NOW,
                unknownAt,
                false,
                null);
    }
}
