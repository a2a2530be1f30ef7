package dev.orderengine.order;

import static dev.orderengine.support.SampleOrders.NOW;
import static dev.orderengine.support.SampleOrders.PAYMENT;
import static dev.orderengine.support.SampleOrders.captured;
import static dev.orderengine.support.SampleOrders.locked;
import static dev.orderengine.support.SampleOrders.order;
import static dev.orderengine.support.SampleOrders.paid;
import static dev.orderengine.support.SampleOrders.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.order.Effect.GiveBack;
import dev.orderengine.order.Effect.ReceiveTransfer;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfirmDeciderTest {

    private static final UUID REFUND = new UUID(3, 3);

    private final ConfirmDecider decider = new ConfirmDecider(() -> REFUND);
    private final LockedOrder waiting = locked(order(OrderStatus.PENDING, PaymentStatus.NONE));

    @Test
    void whole_paysTheOrder() {
        Ruling.Change change = change(waiting, "19.99");

        assertThat(change.after().status()).isEqualTo(OrderStatus.PAID);
        assertThat(change.after().paymentStatus()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(change.after().expiresAt()).isNull();
        assertThat(change.effects()).containsExactly(new ReceiveTransfer(PAYMENT, usd("19.99"), true));
        assertThat(change.events().get(0).type()).isEqualTo(EventType.PAYMENT_CAPTURED);
        assertThat(change.events().get(0).data()).doesNotContainKeys("excess", "missing");
    }

    @Test
    void part_isKeptAndDoesNotPay() {
        Ruling.Change change = change(waiting, "19.98");

        assertThat(change.after().status()).isEqualTo(OrderStatus.PENDING);
        assertThat(change.after().paymentStatus()).isEqualTo(PaymentStatus.PROCESSING);
        assertThat(change.effects()).containsExactly(new ReceiveTransfer(PAYMENT, usd("19.98"), false));
        assertThat(change.events().get(0).type()).isEqualTo(EventType.PAYMENT_RECEIVED);
        assertThat(change.events().get(0).data()).containsEntry("missing", "0.01");
    }

    @Test
    void rest_withWhatCameBefore_paysAndWhatIsTooMuchGoesBack() {
        LockedOrder partly = locked(order(OrderStatus.PENDING, PaymentStatus.PROCESSING), captured(1_000));

        Ruling.Change change = change(partly, "10.00");

        assertThat(change.after().status()).isEqualTo(OrderStatus.PAID);
        assertThat(change.effects())
                .containsExactly(
                        new ReceiveTransfer(PAYMENT, usd("10.00"), true), back("0.01", "more came than was due"));
        assertThat(change.events().get(0).data()).containsEntry("excess", "0.01");
    }

    @ParameterizedTest
    @EnumSource(
            value = OrderStatus.class,
            names = {"CANCELLED", "PAYMENT_FAILED", "REJECTED"})
    void money_forAnOrderThatWantsNone_goesBack(OrderStatus status) {
        Ruling.Change change = change(locked(order(status, PaymentStatus.NONE)), "19.99");

        assertThat(change.after().status()).isEqualTo(status);
        assertThat(change.effects())
                .containsExactly(
                        new ReceiveTransfer(PAYMENT, usd("19.99"), true),
                        back("19.99", "the order was " + status.wire()));
        assertThat(change.events().get(0).data()).containsEntry("late", true);
    }

    @Test
    void money_forAnOrderThatIsPaid_goesBack() {
        assertThat(change(paid(OrderItem.of("sku-1", 1, usd("19.99"))), "5").effects())
                .contains(back("5.00", "the order was paid"));
    }

    @ParameterizedTest
    @EnumSource(
            value = OrderStatus.class,
            names = {"PENDING_REVIEW", "PENDING_VERIFICATION"})
    void money_forAnOrderThatIsUndecided_isToBeConfirmedLater(OrderStatus status) {
        Ruling ruling =
                decider.decide(locked(order(status, PaymentStatus.NONE)), new ConfirmPayment(PAYMENT, "19.99"), NOW);

        assertThat(((Ruling.Refuse) ruling).refusal()).isInstanceOf(Refusal.Illegal.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.00", "1.999", "x"})
    void amount_thatIsNone_isRefused(String amount) {
        Ruling ruling = decider.decide(waiting, new ConfirmPayment(PAYMENT, amount), NOW);

        assertThat(((Ruling.Refuse) ruling).refusal()).isInstanceOf(Refusal.Invalid.class);
    }

    private Ruling.Change change(LockedOrder order, String amount) {
        return (Ruling.Change) decider.decide(order, new ConfirmPayment(PAYMENT, amount), NOW);
    }

    private static GiveBack back(String amount, String reason) {
        return new GiveBack(REFUND, GiveBack.Kind.REFUND, PAYMENT, usd(amount), reason);
    }
}
