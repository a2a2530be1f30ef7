package dev.orderengine.order;

import static dev.orderengine.support.SampleOrders.NOW;
import static dev.orderengine.support.SampleOrders.ORDER;
import static dev.orderengine.support.SampleOrders.PAYMENT;
import static dev.orderengine.support.SampleOrders.authorized;
import static dev.orderengine.support.SampleOrders.captured;
import static dev.orderengine.support.SampleOrders.locked;
import static dev.orderengine.support.SampleOrders.order;
import static dev.orderengine.support.SampleOrders.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack;
import dev.orderengine.order.Effect.GiveBack.Kind;
import java.time.Duration;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Reviews, verifications, further payments, refunds and patches; cancelling has a test of its own. */
class CommandDecidersTest {

    private static final UUID ID = UUID.fromString("01950000-0000-7000-8000-000000000003");
    private static final PaymentTerms TERMS = new PaymentTerms(Duration.ofMinutes(30), Duration.ofDays(7));

    @Nested
    class Review {

        private final ReviewDecider decider = new ReviewDecider(TERMS);
        private final LockedOrder held = locked(order(OrderStatus.PENDING_REVIEW, PaymentStatus.NONE));

        @Test
        void approve_makesThePaymentDueWithAllItsTime() {
            Ruling.Change change = change(decider.decide(held, new ReviewOrder(true, "known customer"), NOW));

            assertThat(change.after().status()).isEqualTo(OrderStatus.PENDING);
            assertThat(change.after().expiresAt()).isEqualTo(NOW.plus(Duration.ofMinutes(30)));
            assertThat(change.effects()).containsExactly(new Effect.MakePaymentDue());
            assertThat(change.events())
                    .containsExactly(
                            new NewEvent(EventType.ORDER_APPROVED, Map.of("by", "review", "note", "known customer")));
        }

        @Test
        void approve_ofATransfer_waitsAsLongAsTransfersTake() {
            LockedOrder transfer = locked(held.state().paidBy(PaymentMethod.BANK_TRANSFER));

            assertThat(change(decider.decide(transfer, new ReviewOrder(true, null), NOW))
                            .after()
                            .expiresAt())
                    .isEqualTo(NOW.plus(Duration.ofDays(7)));
        }

        @Test
        void reject_givesTheStockBackAndNobodyPays() {
            Ruling.Change change = change(decider.decide(held, new ReviewOrder(false, null), NOW));

            assertThat(change.after().status()).isEqualTo(OrderStatus.REJECTED);
            assertThat(change.after().expiresAt()).isNull();
            assertThat(change.effects()).containsExactly(new Effect.GiveUpPayments(), new Effect.ReleaseStock());
            assertThat(change.events()).containsExactly(new NewEvent(EventType.ORDER_REJECTED, Map.of("by", "review")));
        }

        @ParameterizedTest
        @EnumSource(value = OrderStatus.class, mode = Mode.EXCLUDE, names = "PENDING_REVIEW")
        void review_ofAnyOtherOrder_isIllegal(OrderStatus status) {
            assertIllegal(
                    decider.decide(locked(order(status, PaymentStatus.NONE)), new ReviewOrder(true, null), NOW),
                    "invalid_transition");
        }
    }

    @Nested
    class Verify {

        private static final String CODE = "7K2M-QX0D";

        private final VerificationDecider decider = new VerificationDecider(TERMS);

        @ParameterizedTest
        @ValueSource(strings = {CODE, "7k2mqx0d", " 7K2M QXOD ", "7k2m-qxod"})
        void theCode_howeverItIsTyped_makesThePaymentDue(String typed) {
            Ruling.Change change = change(decider.decide(waiting(0, 1), new VerifyOrder(typed), NOW));

            assertThat(change.after().status()).isEqualTo(OrderStatus.PENDING);
            assertThat(change.after().expiresAt()).isEqualTo(NOW.plus(Duration.ofMinutes(30)));
            assertThat(change.effects()).containsExactly(new Effect.MakePaymentDue());
            assertThat(change.events())
                    .containsExactly(new NewEvent(EventType.ORDER_APPROVED, Map.of("by", "verification")));
        }

        @ParameterizedTest
        @CsvSource({"0,4", "4,0"})
        void anotherCode_costsATry(int tries, int left) {
            Ruling ruling = decider.decide(waiting(tries, 1), new VerifyOrder("7K2M-QX0E"), NOW);

            assertThat(ruling).isInstanceOfSatisfying(Ruling.FailedTry.class, failed -> {
                assertThat(failed.fault().code()).isEqualTo("wrong_code");
                assertThat(failed.fault().message()).contains(left + " tries");
            });
        }

        @Test
        void theCode_afterFiveWrongOnes_isRefused() {
            assertFault(decider.decide(waiting(5, 1), new VerifyOrder(CODE), NOW), "/code no_tries_left");
        }

        @Test
        void theCode_whenItsTimeIsOver_isRefused() {
            assertFault(decider.decide(waiting(0, 0), new VerifyOrder(CODE), NOW), "/code code_expired");
        }

        @Test
        void theCode_ofAnotherOrder_isWrong() {
            Verification other = new Verification(Verification.hash(new UUID(1, 2), CODE), NOW.plusSeconds(1), 0);

            assertThat(decider.decide(waiting(other), new VerifyOrder(CODE), NOW))
                    .isInstanceOf(Ruling.FailedTry.class);
        }

        @Test
        void code_beforeOneWasSent_isTooEarly() {
            assertIllegal(decider.decide(waiting(null), new VerifyOrder(CODE), NOW), "code_not_sent");
        }

        @ParameterizedTest
        @EnumSource(value = OrderStatus.class, mode = Mode.EXCLUDE, names = "PENDING_VERIFICATION")
        void code_forAnyOtherOrder_isIllegal(OrderStatus status) {
            LockedOrder order = locked(order(status, PaymentStatus.NONE));

            assertIllegal(decider.decide(order, new VerifyOrder(CODE), NOW), "invalid_transition");
        }

        private LockedOrder waiting(int tries, int secondsLeft) {
            return waiting(new Verification(Verification.hash(ORDER, CODE), NOW.plusSeconds(secondsLeft), tries));
        }

        private LockedOrder waiting(Verification verification) {
            LockedOrder order = locked(order(OrderStatus.PENDING_VERIFICATION, PaymentStatus.NONE));
            return new LockedOrder(order.state(), order.details(), order.funds(), verification, order.goods());
        }
    }

    @Nested
    class Pay {

        private final PayDecider decider = new PayDecider(TERMS, () -> ID);
        private final OrderState failed = order(
                OrderStatus.PAYMENT_FAILED,
                PaymentStatus.FAILED,
                OrderItem.of("sku-1", 3, usd("10.00")).cancel(1));

        @Test
        void anotherAttempt_asksForWhatIsDueUnderAnIdOfItsOwn() {
            Ruling.Change change =
                    change(decider.decide(locked(failed), new PayOrder(PaymentMethod.STRIPE, "tok_other"), NOW));

            assertThat(change.after().status()).isEqualTo(OrderStatus.PENDING);
            assertThat(change.after().paymentMethod()).isEqualTo(PaymentMethod.STRIPE);
            assertThat(change.after().expiresAt()).as("the time it had").isEqualTo(failed.expiresAt());
            assertThat(change.effects())
                    .containsExactly(new Effect.AttemptPayment(ID, PaymentMethod.STRIPE, "tok_other", usd("20.00")));
            assertThat(change.created()).isEqualTo(new Ruling.Created("payment_id", ID));
            assertThat(change.toString()).doesNotContain("tok_other");
        }

        @Test
        void anotherAttempt_inTheLastMinute_getsSomeTime() {
            LockedOrder late = locked(failed.expiringAt(NOW.plusSeconds(30)));

            assertThat(change(decider.decide(late, new PayOrder(PaymentMethod.STRIPE, "tok_other"), NOW))
                            .after()
                            .expiresAt())
                    .isEqualTo(NOW.plus(Duration.ofMinutes(5)));
        }

        @Test
        void aTransfer_getsAsLongAsTransfersTake() {
            assertThat(change(decider.decide(locked(failed), new PayOrder(PaymentMethod.BANK_TRANSFER, null), NOW))
                            .after()
                            .expiresAt())
                    .isEqualTo(NOW.plus(Duration.ofDays(7)));
        }

        @ParameterizedTest
        @EnumSource(value = OrderStatus.class, mode = Mode.EXCLUDE, names = "PAYMENT_FAILED")
        void anotherAttempt_forAnyOtherOrder_isIllegal(OrderStatus status) {
            assertIllegal(
                    decider.decide(
                            locked(order(status, PaymentStatus.NONE)), new PayOrder(PaymentMethod.STRIPE, "t"), NOW),
                    "invalid_transition");
        }
    }

    @Nested
    class Refund {

        private final RefundOrderDecider decider = new RefundOrderDecider(() -> ID);
        private final OrderState paid = order(OrderStatus.PAID, PaymentStatus.CAPTURED);

        @ParameterizedTest
        @ValueSource(strings = {"0.01", "7", "19.99"})
        void amount_upToWhatWasCaptured_goesBack(String amount) {
            Ruling.Change change =
                    change(decider.decide(locked(paid, captured(1_999)), new RefundOrder(amount, "goodwill"), NOW));

            assertThat(change.after()).isEqualTo(paid);
            assertThat(change.effects())
                    .containsExactly(new GiveBack(ID, Kind.REFUND, PAYMENT, usd(amount), "goodwill"));
            assertThat(change.created()).isEqualTo(new Ruling.Created("refund_id", ID));
            assertThat(change.events()).hasSize(1).allSatisfy(event -> {
                assertThat(event.type()).isEqualTo(EventType.ORDER_UPDATED);
                assertThat(event.data()).containsEntry("refund", usd(amount).toDecimal());
            });
        }

        @ParameterizedTest
        @CsvSource({
            "20.00, more_than_refundable",
            "0, out_of_range",
            "0.00, out_of_range",
            "1.999, invalid_amount",
            "-1, invalid_amount",
            "1e2, invalid_amount",
            "99999999999999999999, invalid_amount",
        })
        void amount_thatCannotGoBack_isRefused(String amount, String code) {
            assertFault(
                    decider.decide(locked(paid, captured(1_999)), new RefundOrder(amount, "goodwill"), NOW),
                    "/amount " + code);
        }

        @Test
        void amount_beyondWhatIsNotBackYet_isRefused() {
            LockedOrder order = locked(paid, new Funds.Held(PAYMENT, 0, 1_999, 1_000, 500));

            assertFault(
                    decider.decide(order, new RefundOrder("5.00", "goodwill"), NOW), "/amount more_than_refundable");
            assertThat(decider.decide(order, new RefundOrder("4.99", "goodwill"), NOW))
                    .isInstanceOf(Ruling.Change.class);
        }

        @Test
        void amount_ofACurrencyWithoutDecimals_hasNone() {
            Currency yen = Currency.getInstance("JPY");
            LockedOrder order = locked(
                    order(OrderStatus.PAID, PaymentStatus.CAPTURED, OrderItem.of("sku-1", 1, new Money(3_000, yen))),
                    captured(3_000));

            assertFault(decider.decide(order, new RefundOrder("1.5", "goodwill"), NOW), "/amount invalid_amount");
            assertThat(change(decider.decide(order, new RefundOrder("2999", "goodwill"), NOW))
                            .effects())
                    .containsExactly(new GiveBack(ID, Kind.REFUND, PAYMENT, new Money(2_999, yen), "goodwill"));
        }

        @Test
        void amount_beforeAnythingWasCaptured_isIllegal() {
            assertIllegal(
                    decider.decide(
                            locked(order(OrderStatus.PAID, PaymentStatus.AUTHORIZED), authorized(1_999)),
                            new RefundOrder("1.00", "goodwill"),
                            NOW),
                    "invalid_transition");
        }
    }

    @Nested
    class Update {

        private final UpdateDecider decider = new UpdateDecider();
        private final LockedOrder order = locked(order(OrderStatus.PAID, PaymentStatus.CAPTURED));

        @Test
        void everything_isChangedAndOnlyTheNamesAreTold() {
            Ruling.Change change = change(decider.decide(
                    order,
                    new UpdateOrder(
                            Edit.to("2 Side St"),
                            Edit.to(FulfillmentChannel.STORE_PICKUP),
                            Edit.to(entries("source", "shop", "gift", "yes"))),
                    NOW));

            assertThat(change.after()).isEqualTo(order.state());
            assertThat(change.effects())
                    .containsExactly(new Effect.ChangeDetails(new OrderDetails(
                            "2 Side St", FulfillmentChannel.STORE_PICKUP, Map.of("source", "shop", "gift", "yes"))));
            assertThat(change.events())
                    .containsExactly(new NewEvent(
                            EventType.ORDER_UPDATED,
                            Map.of("changed", List.of("shipping_address", "fulfillment_channel", "metadata"))));
            assertThat(change.toString()).doesNotContain("Side St");
        }

        @Test
        void nothingSent_stays() {
            Ruling.Change change = change(decider.decide(
                    order, new UpdateOrder(Edit.none(), Edit.none(), Edit.to(entries("gift", "yes"))), NOW));

            assertThat(details(change))
                    .isEqualTo(new OrderDetails("1 Main St", null, Map.of("source", "web", "gift", "yes")));
        }

        @Test
        void null_takesAway() {
            assertThat(details(change(decider.decide(
                            order,
                            new UpdateOrder(Edit.to(null), Edit.to(null), Edit.to(entries("source", null))),
                            NOW))))
                    .isEqualTo(new OrderDetails(null, null, Map.of()));
            assertThat(details(change(
                            decider.decide(order, new UpdateOrder(Edit.none(), Edit.none(), Edit.to(null)), NOW))))
                    .isEqualTo(new OrderDetails("1 Main St", null, Map.of()));
        }

        @Test
        void theSameAgain_changesNothing() {
            assertThat(decider.decide(
                            order,
                            new UpdateOrder(Edit.to("1 Main St"), Edit.none(), Edit.to(entries("source", "web"))),
                            NOW))
                    .isEqualTo(new Ruling.Unchanged());
        }

        @Test
        void moreMetadataThanAnOrderMayHave_isRefused() {
            Map<String, String> twenty =
                    IntStream.range(0, 20).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));

            assertFault(
                    decider.decide(order, new UpdateOrder(Edit.none(), Edit.none(), Edit.to(twenty)), NOW),
                    "/metadata out_of_range");
        }

        @ParameterizedTest
        @EnumSource(
                value = OrderStatus.class,
                names = {"PARTIALLY_FULFILLED", "FULFILLED", "RETURNED", "REJECTED", "CANCELLED"})
        void orderThatShippedOrIsOver_isIllegal(OrderStatus status) {
            assertIllegal(
                    decider.decide(
                            locked(order(status, PaymentStatus.NONE)),
                            new UpdateOrder(Edit.to("2 Side St"), Edit.none(), Edit.none()),
                            NOW),
                    "invalid_transition");
        }

        private OrderDetails details(Ruling.Change change) {
            return ((Effect.ChangeDetails) change.effects().get(0)).details();
        }

        private Map<String, String> entries(String... namesAndValues) {
            Map<String, String> entries = new HashMap<>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                entries.put(namesAndValues[i], namesAndValues[i + 1]);
            }
            return entries;
        }
    }

    private static Ruling.Change change(Ruling ruling) {
        assertThat(ruling).isInstanceOf(Ruling.Change.class);
        return (Ruling.Change) ruling;
    }

    private static void assertIllegal(Ruling ruling, String code) {
        assertThat(((Ruling.Refuse) ruling).refusal())
                .isInstanceOfSatisfying(
                        Refusal.Illegal.class,
                        illegal -> assertThat(illegal.code()).isEqualTo(code));
    }

    private static void assertFault(Ruling ruling, String fault) {
        assertThat(((Ruling.Refuse) ruling).refusal())
                .isInstanceOfSatisfying(
                        Refusal.Invalid.class,
                        invalid -> assertThat(invalid.faults())
                                .extracting(one -> one.pointer() + " " + one.code())
                                .containsExactly(fault));
    }
}
