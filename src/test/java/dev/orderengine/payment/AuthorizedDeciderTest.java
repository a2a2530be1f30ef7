package dev.orderengine.payment;

import static dev.orderengine.payment.Samples.NOW;
import static dev.orderengine.support.SampleOrders.order;
import static dev.orderengine.support.SampleOrders.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.order.Effect;
import dev.orderengine.order.EventType;
import dev.orderengine.order.OrderItem;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.OrderStatus;
import dev.orderengine.order.PaymentStatus;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AuthorizedDeciderTest {

    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration RENEWAL = Duration.ofDays(4);
    private static final Duration LIFE = Duration.ofDays(28);

    private final PaymentDecider decider =
            new PaymentDecider(LEASE, Duration.ofHours(24), new AuthorizationTerms(RENEWAL, LIFE), UUID::randomUUID);
    private final OrderState paid = order(OrderStatus.PAID, PaymentStatus.AUTHORIZED);
    private final Payment held = Samples.processing().authorized("pi_1", NOW, NOW.plus(RENEWAL));

    @Test
    void authorization_isSeenToBeforeItLapses() {
        Payment asked = Samples.processing();
        OrderState pending = order(OrderStatus.PENDING, PaymentStatus.PROCESSING);

        Payment after = decider.settle(asked, pending, Step.ASK, new ChargeOutcome.Authorized("pi_1"), false, NOW)
                .after();

        assertThat(after).isEqualTo(held);
    }

    @Test
    void whatHasShipped_isCapturedAndTheOrderKnows() {
        OrderState fulfilled = order(OrderStatus.FULFILLED, PaymentStatus.AUTHORIZED);
        Payment due = decider.takeUp(shipped(1_000), fulfilled, NOW).after();
        assertThat(decider.takeUp(shipped(1_000), fulfilled, NOW).step()).isEqualTo(Step.CAPTURE);

        Decision decision =
                decider.settle(due, fulfilled, Step.CAPTURE, new ChargeOutcome.Captured("pi_1"), false, NOW);

        assertThat(decision.after().state()).isEqualTo(PaymentState.CAPTURED);
        assertThat(decision.after().captured()).isEqualTo(1_000);
        assertThat(decision.after().nextAt()).isNull();
        assertThat(decision.order().after().paymentStatus()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(decision.order().after().status()).isEqualTo(OrderStatus.FULFILLED);
        assertThat(decision.order().events().get(0).type()).isEqualTo(EventType.PAYMENT_CAPTURED);
        assertThat(decision.order().events().get(0).data()).containsEntry("amount", "10.00");
    }

    @Test
    void whatCameBackBeforeItsMoneyWasTaken_isRefundedAtOnce() {
        OrderState returned = order(
                OrderStatus.RETURNED, PaymentStatus.AUTHORIZED, new OrderItem("sku-1", 2, usd("5.00"), 0, 0, 2, 1));
        Payment due = shipped(1_000).takenUp(PaymentState.AUTHORIZED, NOW, NOW.plus(LEASE));

        Decision decision = decider.settle(due, returned, Step.CAPTURE, new ChargeOutcome.Captured("pi_1"), false, NOW);

        assertThat(decision.order().effects())
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.GiveBack.class, back -> assertThat(back.amount()).isEqualTo(usd("5.00")));
    }

    @Test
    void capture_thatBringsNoAnswer_isAskedForAgain() {
        Payment due = shipped(1_000).takenUp(PaymentState.AUTHORIZED, NOW, NOW.plus(LEASE));

        for (ChargeOutcome outcome : new ChargeOutcome[] {
            new ChargeOutcome.Unknown("no answer", true),
            new ChargeOutcome.Unavailable("away", Duration.ZERO),
            new ChargeOutcome.Pending("pi_1"),
            new ChargeOutcome.Authorized("pi_1")
        }) {
            Decision decision = decider.settle(due, paid, Step.CAPTURE, outcome, false, NOW);

            assertThat(decision.after().state()).isEqualTo(PaymentState.AUTHORIZED);
            assertThat(decision.after().nextAt()).isAfter(NOW);
            assertThat(decision.order()).isNull();
            assertThat(decider.takeUp(decision.after(), paid, NOW).step()).isEqualTo(Step.CAPTURE);
        }
    }

    @Test
    void capture_thatIsRefused_isLeftToAPerson() {
        Decision decision = decider.settle(
                shipped(1_000), paid, Step.CAPTURE, new ChargeOutcome.Rejected("charge_expired"), false, NOW);

        assertThat(decision.after().flagged()).isTrue();
        assertThat(decision.after().nextAt()).isNull();
        assertThat(decision.after().state()).isEqualTo(PaymentState.AUTHORIZED);
    }

    @Test
    void authorization_thatIsRenewed_isSeenToAgainUntilItsEnd() {
        Payment renewed = decider.settle(
                        held, paid, Step.RENEW, new ChargeOutcome.Authorized("pi_1"), false, NOW.plus(RENEWAL))
                .after();
        assertThat(renewed.nextAt()).isEqualTo(NOW.plus(RENEWAL).plus(RENEWAL));

        Payment last = decider.settle(
                        held,
                        paid,
                        Step.RENEW,
                        new ChargeOutcome.Authorized("pi_1"),
                        false,
                        NOW.plusSeconds(27 * 86_400))
                .after();
        assertThat(last.nextAt()).isEqualTo(NOW.plus(LIFE));
    }

    @Test
    void authorization_thatIsNotRenewed_takesWhatHasShippedAndIsFlagged() {
        OrderState partly = order(
                OrderStatus.PARTIALLY_FULFILLED,
                PaymentStatus.AUTHORIZED,
                new OrderItem("sku-1", 3, usd("5.00"), 0, 0, 2, 0));

        Payment after = decider.settle(held, partly, Step.RENEW, new ChargeOutcome.Rejected("too_late"), false, NOW)
                .after();

        assertThat(after.toCapture()).isEqualTo(1_000);
        assertThat(after.nextAt()).isEqualTo(NOW);
        assertThat(after.flagged()).isTrue();
        Payment captured = decider.settle(after, partly, Step.CAPTURE, new ChargeOutcome.Captured("pi_1"), false, NOW)
                .after();
        assertThat(captured.flagged()).as("the rest of the order is not paid").isTrue();
    }

    @Test
    void authorization_thatLapsesBeforeAnythingShipped_isLeftToAPerson() {
        Decision decision = decider.takeUp(held, paid, NOW.plus(LIFE));

        assertThat(decision.step()).isEqualTo(Step.NOTHING);
        assertThat(decision.after().flagged()).isTrue();
        assertThat(decision.after().nextAt()).isNull();
        assertThat(decision.after().declineCode()).isEqualTo("authorization_lapses");
    }

    private Payment shipped(long minor) {
        return new Payment(
                held.id(),
                held.orderId(),
                held.provider(),
                held.amount(),
                PaymentState.AUTHORIZED,
                null,
                "pi_1",
                null,
                0,
                minor,
                NOW,
                1,
                NOW,
                null,
                false,
                NOW,
                null);
    }
}
