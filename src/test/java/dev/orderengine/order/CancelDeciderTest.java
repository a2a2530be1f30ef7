package dev.orderengine.order;

import static dev.orderengine.support.SampleOrders.NOW;
import static dev.orderengine.support.SampleOrders.PAYMENT;
import static dev.orderengine.support.SampleOrders.authorized;
import static dev.orderengine.support.SampleOrders.captured;
import static dev.orderengine.support.SampleOrders.locked;
import static dev.orderengine.support.SampleOrders.order;
import static dev.orderengine.support.SampleOrders.paid;
import static dev.orderengine.support.SampleOrders.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack;
import dev.orderengine.order.Effect.GiveBack.Kind;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CancelDeciderTest {

    private static final UUID REFUND = UUID.fromString("01950000-0000-7000-8000-000000000003");
    private static final OrderItem TWO = OrderItem.of("sku-1", 2, usd("19.99"));
    private static final OrderItem THREE = OrderItem.of("sku-2", 3, usd("0.01"));

    private final CancelDecider decider = new CancelDecider(() -> REFUND);

    @ParameterizedTest
    @EnumSource(
            value = OrderStatus.class,
            names = {"PENDING", "PENDING_REVIEW", "PENDING_VERIFICATION", "PAYMENT_FAILED"})
    void whole_unpaid_givesUpThePaymentAndTheStock(OrderStatus status) {
        Ruling.Change change = change(locked(order(status, PaymentStatus.NONE, TWO, THREE)), whole());

        assertThat(change.after().status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(change.after().cancelReason()).isEqualTo("changed my mind");
        assertThat(change.after().expiresAt()).isNull();
        assertThat(change.after().items()).extracting(OrderItem::cancelled).containsExactly(2, 3);
        assertThat(change.after().due().minor()).isZero();
        assertThat(change.effects()).containsExactly(new Effect.GiveUpPayments(), new Effect.ReleaseStock());
        assertThat(change.events())
                .containsExactly(new NewEvent(
                        EventType.ORDER_CANCELLED,
                        Map.of("reason", "changed my mind", "previous_status", status.wire())));
        assertThat(change.created()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = OrderStatus.class,
            names = {"PARTIALLY_FULFILLED", "FULFILLED", "RETURNED", "REJECTED", "CANCELLED"})
    void anything_ofAnOrderThatShippedOrIsOver_isIllegal(OrderStatus status) {
        LockedOrder order = locked(order(status, PaymentStatus.NONE, TWO));

        for (CancelOrder command : List.of(whole(), part("sku-1", 1), part("sku-9", 1))) {
            assertThat(refusal(order, command))
                    .isInstanceOfSatisfying(
                            Refusal.Illegal.class,
                            illegal -> assertThat(illegal.code()).isEqualTo("invalid_transition"));
        }
    }

    @Test
    void whole_withoutAReason_saysCancelled() {
        assertThat(change(locked(order(OrderStatus.PENDING, PaymentStatus.NONE)), new CancelOrder(null, List.of()))
                        .after()
                        .cancelReason())
                .isEqualTo("cancelled");
    }

    @Test
    void whole_captured_givesAllBack() {
        Ruling.Change change = change(paid(TWO, THREE), whole());

        assertThat(change.effects()).contains(refund("40.01"), new Effect.ReleaseStock());
        assertThat(change.after().paymentStatus()).as("until it is back").isEqualTo(PaymentStatus.CAPTURED);
        assertThat(change.events().get(0).data())
                .containsEntry("refund", "40.01")
                .containsEntry("currency", "USD");
    }

    @Test
    void whole_refundedInPartBefore_givesTheRestBack() {
        LockedOrder order = locked(
                order(OrderStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED, TWO),
                new Funds.Held(PAYMENT, 0, 3_998, 998, 1_000));

        assertThat(givenBack(change(order, whole()))).containsExactly(refund("20.00"));
    }

    @Test
    void part_ofWhatIsPartlyTransferred_countsTheMoneyForTheRest() {
        LockedOrder order = locked(
                order(OrderStatus.PENDING, PaymentStatus.PROCESSING, TWO, THREE),
                new Funds.Held(PAYMENT, 0, 1_500, 0, 0));

        Ruling.Change change = change(order, part("sku-1", 1));

        assertThat(givenBack(change)).isEmpty();
        assertThat(change.after().status()).isEqualTo(OrderStatus.PENDING);
        assertThat(change.after().due()).isEqualTo(usd("20.02"));
    }

    @Test
    void part_thatLeavesLessThanWasTransferred_paysTheOrderAndGivesTheExcessBack() {
        LockedOrder order = locked(
                order(OrderStatus.PENDING, PaymentStatus.PROCESSING, TWO, THREE),
                new Funds.Held(PAYMENT, 0, 3_000, 0, 0));

        Ruling.Change change = change(order, part("sku-1", 1));

        assertThat(givenBack(change)).containsExactly(refund("9.98"));
        assertThat(change.effects()).contains(new Effect.ReceiveTransfer(PAYMENT, usd("0.00"), true));
        assertThat(change.after().status()).isEqualTo(OrderStatus.PAID);
        assertThat(change.after().paymentStatus()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(change.events())
                .extracting(NewEvent::type)
                .containsExactly(EventType.ORDER_UPDATED, EventType.PAYMENT_CAPTURED);
    }

    @Test
    void whole_authorized_letsThePaymentGo() {
        LockedOrder order = locked(order(OrderStatus.PAID, PaymentStatus.AUTHORIZED, TWO), authorized(3_998));

        assertThat(givenBack(change(order, whole())))
                .containsExactly(new GiveBack(REFUND, Kind.VOID, PAYMENT, usd("39.98"), "changed my mind"));
    }

    @ParameterizedTest
    @EnumSource(
            value = PaymentStatus.class,
            names = {"PROCESSING", "UNKNOWN"})
    void whole_whileAPaymentIsUnderWay_leavesItToItsEnd(PaymentStatus payment) {
        Ruling.Change change = change(locked(order(OrderStatus.PENDING, payment, TWO)), whole());

        assertThat(change.after().status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(change.after().paymentStatus()).isEqualTo(payment);
        assertThat(givenBack(change)).isEmpty();
    }

    @Test
    void whole_withUnitsInAFulfilment_isIllegal() {
        assertThat(refusal(paid(allocated(TWO, 1)), whole()))
                .isInstanceOfSatisfying(
                        Refusal.Illegal.class,
                        illegal -> assertThat(illegal.code()).isEqualTo("in_fulfilment"));
    }

    @Test
    void part_unpaid_asksForLess() {
        Ruling.Change change =
                change(locked(order(OrderStatus.PENDING, PaymentStatus.NONE, TWO, THREE)), part("sku-2", 2));

        assertThat(change.after().status()).isEqualTo(OrderStatus.PENDING);
        assertThat(change.after().due()).isEqualTo(usd("39.99"));
        assertThat(change.after().total()).isEqualTo(usd("40.01"));
        assertThat(change.effects())
                .containsExactly(
                        new Effect.ChangePaymentAmount(usd("39.99")), new Effect.ReleaseUnits(Map.of("sku-2", 2)));
        assertThat(change.events())
                .containsExactly(new NewEvent(
                        EventType.ORDER_UPDATED,
                        Map.of(
                                "changed", List.of("items"),
                                "cancelled", List.of(Map.of("product_id", "sku-2", "quantity", 2)),
                                "reason", "changed my mind")));
    }

    @Test
    void part_captured_givesBackWhatItCost() {
        Ruling.Change change = change(paid(TWO, THREE), part("sku-1", 1));

        assertThat(change.after().status()).isEqualTo(OrderStatus.PAID);
        assertThat(givenBack(change)).containsExactly(refund("19.99"));
        assertThat(change.events().get(0).data()).containsEntry("refund", "19.99");
    }

    @Test
    void part_ofAnOrderThatGotMoneyBackBefore_neverGivesBackMoreThanIsLeft() {
        LockedOrder order = locked(
                order(OrderStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED, TWO),
                new Funds.Held(PAYMENT, 0, 3_998, 0, 3_000));

        assertThat(givenBack(change(order, part("sku-1", 1)))).containsExactly(refund("9.98"));
    }

    @Test
    void part_authorized_movesNoMoneyYet() {
        LockedOrder order = locked(order(OrderStatus.PAID, PaymentStatus.AUTHORIZED, TWO, THREE), authorized(4_001));

        assertThat(givenBack(change(order, part("sku-1", 1)))).isEmpty();
    }

    @Test
    void part_thatIsAllThatIsLeft_cancelsTheOrder() {
        Ruling.Change change = change(paid(TWO.cancel(1)), part("sku-1", 1));

        assertThat(change.after().status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(change.effects()).contains(new Effect.ReleaseStock());
    }

    @Test
    void part_besideUnitsInAFulfilment_isCancelledAndTheOrderLives() {
        Ruling.Change change = change(paid(allocated(TWO, 1)), part("sku-1", 1));

        assertThat(change.after().status()).isEqualTo(OrderStatus.PAID);
        assertThat(change.after().items().get(0).open()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "sku-1, 3, /items/0/quantity too_many",
        "sku-9, 1, /items/0/product_id unknown_item",
    })
    void part_thatTheOrderHasNot_isRefused(String product, int quantity, String fault) {
        assertThat(refusal(paid(TWO, THREE), part(product, quantity)))
                .isInstanceOfSatisfying(
                        Refusal.Invalid.class,
                        invalid -> assertThat(invalid.faults())
                                .extracting(one -> one.pointer() + " " + one.code())
                                .containsExactly(fault));
    }

    @Test
    void part_ofUnitsInAFulfilmentOrCancelledBefore_isTooMany() {
        assertThat(refusal(
                        paid(allocated(OrderItem.of("sku-1", 5, usd("1.00")), 2).cancel(1)), part("sku-1", 3)))
                .isInstanceOf(Refusal.Invalid.class);
    }

    /** However an order is taken apart, and whatever was refunded in between: in the end all is back, to the minor unit, and never more. */
    @ParameterizedTest
    @CsvSource({"JPY", "USD", "KWD"})
    void parts_inAnyOrderAndSize_addUpToWhatWasTaken(String code) {
        Currency currency = Currency.getInstance(code);
        Random random = new Random(code.hashCode());
        for (int run = 0; run < 500; run++) {
            LockedOrder order = randomPaid(random, currency);
            long captured = order.funds().captured().minor();
            long back = 0;
            while (order.state().status() != OrderStatus.CANCELLED) {
                long goodwill = random.nextInt(4) == 0
                        ? random.nextLong(order.funds().refundable().minor() + 1)
                        : 0;
                order = refunded(order, goodwill);
                back += goodwill;
                Ruling.Change change = change(order, randomPart(random, order.state()));
                long given = givenBack(change).stream()
                        .mapToLong(refund -> refund.amount().minor())
                        .sum();
                back += given;
                assertThat(back).isLessThanOrEqualTo(captured);
                Money kept = new Money(captured - back, currency);
                assertThat(kept)
                        .as("never more than is due")
                        .isLessThanOrEqualTo(change.after().due());
                order = new LockedOrder(
                        change.after(), order.details(), refunded(order, given).funds(), null, order.goods());
            }
            assertThat(back).isEqualTo(captured);
        }
    }

    private static LockedOrder randomPaid(Random random, Currency currency) {
        OrderItem[] items = IntStream.rangeClosed(1, 1 + random.nextInt(5))
                .mapToObj(i -> OrderItem.of(
                        "sku-" + i, 1 + random.nextInt(9), new Money(random.nextLong(1_000_000), currency)))
                .toArray(OrderItem[]::new);
        return paid(items);
    }

    private static LockedOrder refunded(LockedOrder order, long minor) {
        Funds.Held held = order.funds().payments().get(0);
        return new LockedOrder(
                order.state(),
                order.details(),
                new Funds(
                        order.funds().currency(),
                        List.of(new Funds.Held(
                                PAYMENT, 0, held.captured(), held.refunding(), held.refunded() + minor))),
                null,
                order.goods());
    }

    private static CancelOrder randomPart(Random random, OrderState state) {
        List<ProductUnits> units = new ArrayList<>();
        for (OrderItem item : state.items()) {
            if (item.open() > 0 && random.nextBoolean()) {
                units.add(new ProductUnits(item.productId(), 1 + random.nextInt(item.open())));
            }
        }
        return new CancelOrder(null, units);
    }

    @Test
    void money_ofSeveralPayments_isTakenOfTheOldestFirst() {
        UUID second = new UUID(1, 2);
        Funds funds = new Funds(usd("1.00").currency(), List.of(captured(300), new Funds.Held(second, 0, 500, 100, 0)));

        assertThat(funds.refundable()).isEqualTo(usd("7.00"));
        assertThat(funds.take(usd("5.00")))
                .containsExactly(new Funds.Portion(PAYMENT, usd("3.00")), new Funds.Portion(second, usd("2.00")));
        assertThat(funds.take(usd("0.00"))).isEmpty();
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException().isThrownBy(() -> funds.take(usd("7.01")));
    }

    private Ruling.Change change(LockedOrder order, CancelOrder command) {
        return (Ruling.Change) decider.decide(order, command, NOW);
    }

    private Refusal refusal(LockedOrder order, CancelOrder command) {
        return ((Ruling.Refuse) decider.decide(order, command, NOW)).refusal();
    }

    private static List<GiveBack> givenBack(Ruling.Change change) {
        return change.effects().stream()
                .flatMap(effect -> effect instanceof GiveBack back ? Stream.of(back) : Stream.empty())
                .toList();
    }

    private static GiveBack refund(String amount) {
        return new GiveBack(REFUND, Kind.REFUND, PAYMENT, usd(amount), "changed my mind");
    }

    private static CancelOrder whole() {
        return new CancelOrder("changed my mind", List.of());
    }

    private static CancelOrder part(String product, int quantity) {
        return new CancelOrder("changed my mind", List.of(new ProductUnits(product, quantity)));
    }

    private static OrderItem allocated(OrderItem open, int units) {
        return new OrderItem(open.productId(), open.quantity(), open.unitPrice(), open.cancelled(), units, 0, 0);
    }
}
