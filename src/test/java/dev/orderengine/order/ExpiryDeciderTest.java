package dev.orderengine.order;

import static dev.orderengine.support.SampleOrders.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.order.ExpiryDecider.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ExpiryDeciderTest {

    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");

    private final ExpiryDecider decider = new ExpiryDecider();

    @ParameterizedTest
    @CsvSource({
        "PENDING, NONE",
        "PENDING, FAILED",
        "PENDING_REVIEW, NONE",
        "PENDING_VERIFICATION, NONE",
        "PAYMENT_FAILED, FAILED",
    })
    void decide_unpaidAndNoMoneyMoves_expires(OrderStatus status, PaymentStatus payment) {
        OrderState order = order(status, payment);

        assertThat(decider.decide(order, NOW)).isInstanceOfSatisfying(Verdict.Expire.class, expire -> {
            OrderChange change = expire.change();
            assertThat(change.before()).isSameAs(order);
            assertThat(change.after().status()).isEqualTo(OrderStatus.CANCELLED);
            assertThat(change.after().paymentStatus()).isEqualTo(payment);
            assertThat(change.after().expiresAt()).isNull();
            assertThat(change.after().cancelReason()).isEqualTo("expired");
            assertThat(change.effects()).containsExactly(new Effect.GiveUpPayments(), new Effect.ReleaseStock());
            assertThat(change.at()).isEqualTo(NOW);
            assertThat(change.events())
                    .containsExactly(new NewEvent(
                            EventType.ORDER_EXPIRED, Map.of("reason", "expired", "previous_status", status.wire())));
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = PaymentStatus.class,
            mode = Mode.EXCLUDE,
            names = {"NONE", "FAILED"})
    void decide_moneyMovesOrHasMoved_extendsByFiveMinutesFromNow(PaymentStatus payment) {
        assertThat(decider.decide(order(OrderStatus.PENDING, payment), NOW))
                .isEqualTo(new Verdict.Extend(NOW.plus(Duration.ofMinutes(5))));
    }

    @ParameterizedTest
    @EnumSource(
            value = OrderStatus.class,
            names = {"PAID", "PARTIALLY_FULFILLED", "FULFILLED", "RETURNED", "REJECTED", "CANCELLED"})
    void decide_orderThatIsPaidOrOver_neverExpires(OrderStatus status) {
        assertThat(decider.decide(order(status, PaymentStatus.NONE), NOW)).isEqualTo(new Verdict.Settle());
    }

    @Test
    void decide_paidByCapture_neverExpires() {
        assertThat(decider.decide(order(OrderStatus.PAID, PaymentStatus.CAPTURED), NOW))
                .isEqualTo(new Verdict.Settle());
    }
}
