package dev.orderengine.payment;

import static dev.orderengine.payment.Samples.NOW;
import static dev.orderengine.payment.Samples.created;
import static dev.orderengine.payment.Samples.free;
import static dev.orderengine.payment.Samples.payment;
import static dev.orderengine.payment.Samples.processing;
import static dev.orderengine.support.SampleOrders.order;
import static dev.orderengine.support.SampleOrders.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.order.Effect;
import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.order.EventType;
import dev.orderengine.order.FulfillmentStatus;
import dev.orderengine.order.NewEvent;
import dev.orderengine.order.OrderChange;
import dev.orderengine.order.OrderItem;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.OrderStatus;
import dev.orderengine.order.PaymentMethod;
import dev.orderengine.order.PaymentStatus;
import dev.orderengine.support.SampleOrders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PaymentDeciderTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofHours(24);
    private static final UUID REFUND = UUID.fromString("01950000-0000-7000-8000-000000000003");

    private static final AuthorizationTerms TERMS = new AuthorizationTerms(Duration.ofDays(4), Duration.ofDays(28));

    private final PaymentDecider decider = new PaymentDecider(LEASE, WINDOW, TERMS, () -> REFUND);
    private final OrderState pending = order(OrderStatus.PENDING, PaymentStatus.PROCESSING);

    @Nested
    class TakeUp {

        @Test
        void takeUp_createdPaymentOfPendingOrder_isChargedAndItsOrderSaysSo() {
            OrderState order = order(OrderStatus.PENDING, PaymentStatus.NONE);

            Decision decision = decider.takeUp(created(), order, NOW);

            assertThat(decision.step()).isEqualTo(Step.ASK);
            assertThat(decision.after().state()).isEqualTo(PaymentState.PROCESSING);
            assertThat(decision.after().attempts()).isEqualTo(1);
            assertThat(decision.after().nextAt()).isEqualTo(NOW.plus(LEASE));
            assertThat(decision.after().unknownAt()).isEqualTo(NOW);
            assertThat(decision.after().token()).isEqualTo("tok_visa");
            OrderChange change = decision.order();
            assertThat(change.before()).isEqualTo(order);
            assertThat(change.after().status()).isEqualTo(OrderStatus.PENDING);
            assertThat(change.after().paymentStatus()).isEqualTo(PaymentStatus.PROCESSING);
            assertThat(change.after().expiresAt()).isEqualTo(order.expiresAt());
            assertThat(change.actor()).isEqualTo("payments");
            assertThat(change.at()).isEqualTo(NOW);
            assertThat(change.traceparent()).isEqualTo(created().traceparent());
            assertThat(change.effects()).isEmpty();
            assertThat(change.after().cancelReason()).isNull();
            assertThat(change.events())
                    .containsExactly(new NewEvent(
                            EventType.PAYMENT_PROCESSING,
                            Map.of(
                                    "payment_id", created().id().toString(),
                                    "provider", "stripe",
                                    "amount", "19.99",
                                    "currency", "USD")));
        }

        @Test
        void takeUp_createdPaymentOfFreeOrder_isCapturedWithoutAskingTheProvider() {
            OrderState order = order(OrderStatus.PENDING, PaymentStatus.NONE);

            Decision decision = decider.takeUp(free(), order, NOW);

            assertThat(decision.step()).isEqualTo(Step.NOTHING);
            assertThat(decision.after().state()).isEqualTo(PaymentState.CAPTURED);
            assertThat(decision.after().nextAt()).isNull();
            OrderState paid = decision.order().after();
            assertThat(paid.status()).isEqualTo(OrderStatus.PAID);
            assertThat(paid.paymentStatus()).isEqualTo(PaymentStatus.CAPTURED);
            assertThat(paid.expiresAt()).isNull();
            assertThat(decision.order().events())
                    .extracting(NewEvent::type)
                    .containsExactly(EventType.PAYMENT_CAPTURED);
        }

        @Test
        void takeUp_secondPaymentOfOrderBeingCharged_isNotSent() {
            assertEndsUnsent(decider.takeUp(created(), pending, NOW), "order_pending");
        }

        @ParameterizedTest
        @EnumSource(
                value = OrderStatus.class,
                names = {"PENDING_REVIEW", "PENDING_VERIFICATION"})
        void takeUp_createdPaymentOfOrderThatIsNotApproved_waitsForApproval(OrderStatus status) {
            Decision decision = decider.takeUp(created(), order(status, PaymentStatus.NONE), NOW);

            assertThat(decision.step()).isEqualTo(Step.NOTHING);
            assertThat(decision.order()).isNull();
            assertThat(decision.after().state()).isEqualTo(PaymentState.CREATED);
            assertThat(decision.after().nextAt()).isNull();
            assertThat(decision.after().token()).isEqualTo("tok_visa");
        }

        @ParameterizedTest
        @CsvSource({"CANCELLED,order_cancelled", "REJECTED,order_rejected", "PAID,order_paid"})
        void takeUp_createdPaymentOfOrderThatWantsNoMoney_failsUnsent(OrderStatus status, String code) {
            assertEndsUnsent(decider.takeUp(created(), order(status, PaymentStatus.NONE), NOW), code);
        }

        private void assertEndsUnsent(Decision decision, String code) {
            assertThat(decision.step()).isEqualTo(Step.NOTHING);
            assertThat(decision.order()).isNull();
            assertThat(decision.after().state()).isEqualTo(PaymentState.FAILED);
            assertThat(decision.after().declineCode()).isEqualTo(code);
            assertThat(decision.after().nextAt()).isNull();
            assertThat(decision.after().token()).isNull();
        }

        @ParameterizedTest(name = "unknown for {0} s, reference {1}, order {2}: {3}")
        @CsvSource({
            ",        ,     PENDING,   ASK",
            "0,       ,     PENDING,   LOOK_UP_OR_ASK",
            "86399,   ,     PENDING,   LOOK_UP_OR_ASK",
            "86400,   ,     PENDING,   LOOK_UP",
            "10,      pi_1, PENDING,   LOOK_UP",
            "10,      ,     CANCELLED, LOOK_UP",
            "10,      pi_1, CANCELLED, LOOK_UP",
        })
        void takeUp_paymentThatWasTakenUpBefore_asksForAChargeOnlyWhereThatIsSafe(
                Long unknownFor, String ref, OrderStatus status, Step step) {
            Instant unknownAt = unknownFor == null ? null : NOW.minusSeconds(unknownFor);
            Payment before = payment(PaymentState.UNKNOWN, 4, ref, unknownAt);

            Decision decision = decider.takeUp(before, order(status, PaymentStatus.UNKNOWN), NOW);

            assertThat(decision.step()).isEqualTo(step);
            assertThat(decision.order()).isNull();
            assertThat(decision.after().state()).isEqualTo(PaymentState.UNKNOWN);
            assertThat(decision.after().attempts()).isEqualTo(5);
            assertThat(decision.after().nextAt()).isEqualTo(NOW.plus(LEASE));
            assertThat(decision.after().unknownAt()).isEqualTo(unknownAt == null ? NOW : unknownAt);
        }

        @Test
        void takeUp_leaseThatRanOut_isTreatedAsAHandOverOfUnknownOutcome() {
            Decision handedOver = decider.takeUp(created(), order(OrderStatus.PENDING, PaymentStatus.NONE), NOW);

            Decision takenOver = decider.takeUp(handedOver.after(), pending, NOW.plus(LEASE));

            assertThat(takenOver.step()).isEqualTo(Step.LOOK_UP_OR_ASK);
            assertThat(takenOver.after().state()).isEqualTo(PaymentState.PROCESSING);
            assertThat(takenOver.after().attempts()).isEqualTo(2);
        }

        @Test
        void takeUp_certainlyUnchargedPaymentOfCancelledOrder_failsAndTheOrderSaysSo() {
            Payment before = payment(PaymentState.PROCESSING, 2, null, null);

            Decision decision = decider.takeUp(before, order(OrderStatus.CANCELLED, PaymentStatus.PROCESSING), NOW);

            assertThat(decision.step()).isEqualTo(Step.NOTHING);
            assertThat(decision.after().state()).isEqualTo(PaymentState.FAILED);
            assertThat(decision.order().after().status()).isEqualTo(OrderStatus.CANCELLED);
            assertThat(decision.order().after().paymentStatus()).isEqualTo(PaymentStatus.FAILED);
            assertThat(event(decision).type()).isEqualTo(EventType.PAYMENT_FAILED);
            assertThat(event(decision).data()).containsEntry("decline_code", "order_cancelled");
        }
    }

    @Nested
    class Settle {

        @Test
        void settle_captured_paysTheOrderForGood() {
            Decision decision = settle(processing(), pending, new ChargeOutcome.Captured("pi_1"));

            assertThat(decision.step()).isEqualTo(Step.NOTHING);
            Payment after = decision.after();
            assertThat(after.state()).isEqualTo(PaymentState.CAPTURED);
            assertThat(after.captured()).isEqualTo(1999);
            assertThat(after.providerRef()).isEqualTo("pi_1");
            assertThat(after.token()).isNull();
            assertThat(after.nextAt()).isNull();
            assertThat(after.unknownAt()).isNull();
            assertThat(after.flagged()).isFalse();
            OrderState paid = decision.order().after();
            assertThat(paid.status()).isEqualTo(OrderStatus.PAID);
            assertThat(paid.paymentStatus()).isEqualTo(PaymentStatus.CAPTURED);
            assertThat(paid.expiresAt()).isNull();
            assertThat(decision.order().events())
                    .containsExactly(new NewEvent(
                            EventType.PAYMENT_CAPTURED,
                            Map.of(
                                    "payment_id", created().id().toString(),
                                    "provider", "stripe",
                                    "provider_ref", "pi_1",
                                    "amount", "19.99",
                                    "currency", "USD")));
        }

        @Test
        void settle_authorized_paysTheOrderWithNothingCapturedYet() {
            Decision decision = settle(processing(), pending, new ChargeOutcome.Authorized("pi_1"));

            assertThat(decision.after().state()).isEqualTo(PaymentState.AUTHORIZED);
            assertThat(decision.after().captured()).isZero();
            assertThat(decision.after().token()).isNull();
            assertThat(decision.order().after().status()).isEqualTo(OrderStatus.PAID);
            assertThat(decision.order().after().paymentStatus()).isEqualTo(PaymentStatus.AUTHORIZED);
            assertThat(event(decision).type()).isEqualTo(EventType.PAYMENT_AUTHORIZED);
        }

        @Test
        void settle_capturedAfterUnknown_isFound() {
            Decision decision = settle(
                    payment(PaymentState.UNKNOWN, 3, null, NOW.minusSeconds(9)),
                    order(OrderStatus.PENDING, PaymentStatus.UNKNOWN),
                    new ChargeOutcome.Captured("pi_1"));

            assertThat(decision.after().state()).isEqualTo(PaymentState.CAPTURED);
            assertThat(decision.order().after().status()).isEqualTo(OrderStatus.PAID);
        }

        @ParameterizedTest
        @CsvSource({
            "CANCELLED, PROCESSING, CAPTURED",
            "CANCELLED, UNKNOWN,    CAPTURED",
            "PAID,      CAPTURED,   CAPTURED",
            "PAYMENT_FAILED, FAILED, FAILED"
        })
        void settle_capturedThoughTheOrderWantsNoMoney_goesBackWhole(
                OrderStatus status, PaymentStatus before, PaymentStatus after) {
            OrderState order = order(status, before);

            Decision decision = settle(processing(), order, new ChargeOutcome.Captured("pi_1"));

            assertThat(decision.after().state()).isEqualTo(PaymentState.CAPTURED);
            assertThat(decision.after().captured()).isEqualTo(1999);
            assertThat(decision.after().flagged()).isFalse();
            assertThat(decision.order().after().status()).isEqualTo(status);
            assertThat(decision.order().after().paymentStatus()).isEqualTo(after);
            assertThat(decision.order().effects())
                    .containsExactly(giveBack(Kind.REFUND, "19.99", "the order was " + status.wire()));
            assertThat(event(decision).type()).isEqualTo(EventType.PAYMENT_CAPTURED);
            assertThat(event(decision).data()).containsEntry("late", true);
        }

        @Test
        void settle_authorizedAfterCancellation_isLetGo() {
            Decision decision = settle(
                    processing(),
                    order(OrderStatus.CANCELLED, PaymentStatus.PROCESSING),
                    new ChargeOutcome.Authorized("pi_1"));

            assertThat(decision.order().after().paymentStatus()).isEqualTo(PaymentStatus.AUTHORIZED);
            assertThat(decision.order().effects())
                    .containsExactly(giveBack(Kind.VOID, "19.99", "the order was cancelled"));
        }

        @Test
        void settle_capturedAfterExpiry_isHonouredIfTheStockIsBack() {
            OrderState expired = expired(OrderItem.of("sku-1", 1, usd("19.99")));

            Decision decision =
                    decider.settle(processing(), expired, Step.LOOK_UP, new ChargeOutcome.Captured("pi_1"), true, NOW);

            OrderState after = decision.order().after();
            assertThat(PaymentDecider.wantsStockBack(expired, new ChargeOutcome.Captured("pi_1")))
                    .isTrue();
            assertThat(after.status()).isEqualTo(OrderStatus.PAID);
            assertThat(after.paymentStatus()).isEqualTo(PaymentStatus.CAPTURED);
            assertThat(after.cancelReason()).isNull();
            assertThat(decision.order().effects()).isEmpty();
            assertThat(event(decision).data()).containsEntry("late", true);
        }

        @Test
        void settle_capturedAfterExpiryWithoutStock_goesBack() {
            OrderState expired = expired(OrderItem.of("sku-1", 1, usd("19.99")));

            Decision decision =
                    decider.settle(processing(), expired, Step.LOOK_UP, new ChargeOutcome.Captured("pi_1"), false, NOW);

            assertThat(decision.order().after().status()).isEqualTo(OrderStatus.CANCELLED);
            assertThat(decision.order().after().cancelReason()).isEqualTo("expired");
            assertThat(decision.order().effects())
                    .containsExactly(giveBack(Kind.REFUND, "19.99", "the order was cancelled"));
        }

        @Test
        void wantsStockBack_onlyForMoneyOfAnOrderThatExpired() {
            OrderState expired = expired(OrderItem.of("sku-1", 1, usd("19.99")));
            OrderState cancelledByWord =
                    expired(OrderItem.of("sku-1", 1, usd("19.99")).cancel(1));

            assertThat(PaymentDecider.wantsStockBack(expired, new ChargeOutcome.Authorized("pi_1")))
                    .isTrue();
            assertThat(PaymentDecider.wantsStockBack(expired, new ChargeOutcome.Declined("no", null)))
                    .isFalse();
            assertThat(PaymentDecider.wantsStockBack(cancelledByWord, new ChargeOutcome.Captured("pi_1")))
                    .as("a customer who gives \"expired\" as his reason")
                    .isFalse();
            assertThat(PaymentDecider.wantsStockBack(pending, new ChargeOutcome.Captured("pi_1")))
                    .isFalse();
        }

        @Test
        void settle_capturedMoreThanIsStillDue_givesTheRestBack() {
            OrderState order = order(
                    OrderStatus.PENDING,
                    PaymentStatus.PROCESSING,
                    OrderItem.of("sku-1", 1, usd("15.00")),
                    OrderItem.of("sku-2", 1, usd("4.99")).cancel(1));

            Decision decision = settle(processing(), order, new ChargeOutcome.Captured("pi_1"));

            assertThat(decision.order().after().status()).isEqualTo(OrderStatus.PAID);
            assertThat(decision.order().effects())
                    .containsExactly(giveBack(Kind.REFUND, "4.99", "units were cancelled"));
        }

        private OrderState expired(OrderItem item) {
            return new OrderState(
                    SampleOrders.ORDER,
                    "c-1",
                    OrderStatus.CANCELLED,
                    PaymentStatus.UNKNOWN,
                    FulfillmentStatus.UNFULFILLED,
                    4,
                    usd("19.99"),
                    List.of(item),
                    PaymentMethod.CREDIT_CARD,
                    null,
                    "expired");
        }

        private Effect giveBack(Kind kind, String amount, String reason) {
            return new Effect.GiveBack(REFUND, kind, SampleOrders.PAYMENT, usd(amount), reason);
        }

        @Test
        void settle_declined_failsTheOrderAndKeepsItsExpiry() {
            Decision decision = settle(processing(), pending, new ChargeOutcome.Declined("insufficient_funds", "pi_1"));

            assertThat(decision.after().state()).isEqualTo(PaymentState.FAILED);
            assertThat(decision.after().declineCode()).isEqualTo("insufficient_funds");
            assertThat(decision.after().providerRef()).isEqualTo("pi_1");
            assertThat(decision.after().token()).isNull();
            assertThat(decision.after().nextAt()).isNull();
            assertThat(decision.after().unknownAt()).isNull();
            assertThat(decision.order().after().status()).isEqualTo(OrderStatus.PAYMENT_FAILED);
            assertThat(decision.order().after().paymentStatus()).isEqualTo(PaymentStatus.FAILED);
            assertThat(decision.order().after().expiresAt()).isEqualTo(pending.expiresAt());
            assertThat(decision.order().effects()).isEmpty();
            assertThat(event(decision).type()).isEqualTo(EventType.PAYMENT_FAILED);
            assertThat(event(decision).data()).containsEntry("decline_code", "insufficient_funds");
        }

        @Test
        void settle_declinedAfterCancellation_leavesTheOrderCancelled() {
            Decision decision = settle(
                    processing(),
                    order(OrderStatus.CANCELLED, PaymentStatus.PROCESSING),
                    new ChargeOutcome.Declined("generic_decline", null));

            assertThat(decision.order().after().status()).isEqualTo(OrderStatus.CANCELLED);
            assertThat(decision.order().after().paymentStatus()).isEqualTo(PaymentStatus.FAILED);
        }

        @Test
        void settle_rejected_failsWithTheProvidersCode() {
            Decision decision = settle(processing(), pending, new ChargeOutcome.Rejected("parameter_missing"));

            assertThat(decision.after().state()).isEqualTo(PaymentState.FAILED);
            assertThat(decision.after().declineCode()).isEqualTo("parameter_missing");
            assertThat(decision.order().after().status()).isEqualTo(OrderStatus.PAYMENT_FAILED);
        }

        @Test
        void settle_pending_keepsTheReferenceAndLooksLater() {
            Decision decision = settle(processing(), pending, new ChargeOutcome.Pending("pi_1"));

            assertThat(decision.after().state()).isEqualTo(PaymentState.PROCESSING);
            assertThat(decision.after().providerRef()).isEqualTo("pi_1");
            assertThat(decision.after().nextAt()).isEqualTo(NOW.plusSeconds(1));
            assertThat(decision.after().unknownAt()).isEqualTo(processing().unknownAt());
            assertThat(decision.order()).isNull();
        }

        @ParameterizedTest(name = "retry after {0} s, attempt {1}: {2} s")
        @CsvSource({"0,1,1", "1,1,1", "7,1,7", "0,4,8", "7,4,7"})
        void settle_unavailable_waitsAndIsCertainlyUncharged(long retryAfter, int attempts, long waits) {
            Decision decision = settle(
                    payment(PaymentState.PROCESSING, attempts, null, NOW),
                    pending,
                    new ChargeOutcome.Unavailable("", Duration.ofSeconds(retryAfter)));

            assertThat(decision.after().state()).isEqualTo(PaymentState.PROCESSING);
            assertThat(decision.after().nextAt()).isEqualTo(NOW.plusSeconds(waits));
            assertThat(decision.after().unknownAt()).isNull();
            assertThat(decision.after().token()).isEqualTo("tok_visa");
            assertThat(decision.order()).isNull();
        }

        @ParameterizedTest
        @EnumSource(
                value = Step.class,
                names = {"LOOK_UP", "LOOK_UP_OR_ASK"})
        void settle_unavailableWhereAnEarlierChargeIsPossible_staysInDoubt(Step step) {
            Payment unknown = payment(PaymentState.UNKNOWN, 2, null, NOW.minusSeconds(5));

            Decision decision = decider.settle(
                    unknown, pending, step, new ChargeOutcome.Unavailable("", Duration.ZERO), false, NOW);

            assertThat(decision.after().state()).isEqualTo(PaymentState.UNKNOWN);
            assertThat(decision.after().unknownAt()).isEqualTo(NOW.minusSeconds(5));
        }

        @Test
        void settle_unknown_isToldOnce() {
            Decision first = settle(processing(), pending, new ChargeOutcome.Unknown("timeout", false));

            assertThat(first.after().state()).isEqualTo(PaymentState.UNKNOWN);
            assertThat(first.after().unknownAt()).isEqualTo(processing().unknownAt());
            assertThat(first.order().after().paymentStatus()).isEqualTo(PaymentStatus.UNKNOWN);
            assertThat(first.order().after().status()).isEqualTo(OrderStatus.PENDING);
            assertThat(event(first).type()).isEqualTo(EventType.PAYMENT_UNKNOWN);

            Decision second = settle(first.after(), first.order().after(), new ChargeOutcome.Unknown("timeout", false));

            assertThat(second.order()).isNull();
        }

        @ParameterizedTest(name = "attempt {0}: {1} s")
        @CsvSource({"1,1", "2,2", "3,4", "4,8", "8,128", "9,256", "10,300", "11,300", "1000,300"})
        void settle_unknown_isLookedUpAtGrowingIntervals(int attempts, long seconds) {
            Decision decision = settle(
                    payment(PaymentState.UNKNOWN, attempts, null, NOW),
                    pending,
                    new ChargeOutcome.Unknown("timeout", false));

            assertThat(decision.after().nextAt()).isEqualTo(NOW.plusSeconds(seconds));
        }

        @ParameterizedTest(name = "unknown for {0} s: flagged {1}")
        @CsvSource({"86399,false", "86400,true"})
        void settle_unresolvedAtTheEndOfTheWindow_isLeftToAPerson(long unknownFor, boolean flagged) {
            Payment unknown = payment(PaymentState.UNKNOWN, 9, "pi_1", NOW.minusSeconds(unknownFor));

            for (ChargeOutcome outcome : List.of(
                    new ChargeOutcome.Unknown("", false),
                    new ChargeOutcome.Pending("pi_1"),
                    new ChargeOutcome.Unavailable("", Duration.ZERO))) {
                Decision decision = decider.settle(unknown, pending, Step.LOOK_UP, outcome, false, NOW);

                assertThat(decision.after().flagged()).isEqualTo(flagged);
                assertThat(decision.after().nextAt() == null).isEqualTo(flagged);
                assertThat(decision.after().state()).isEqualTo(PaymentState.UNKNOWN);
                assertThat(decision.after().unknownAt()).isEqualTo(unknown.unknownAt());
                assertThat(decision.after().providerRef()).isEqualTo("pi_1");
            }
        }

        private Decision settle(Payment payment, OrderState order, ChargeOutcome outcome) {
            return decider.settle(payment, order, Step.ASK, outcome, false, NOW);
        }
    }

    private static NewEvent event(Decision decision) {
        assertThat(decision.order().events()).hasSize(1);
        return decision.order().events().get(0);
    }
}
