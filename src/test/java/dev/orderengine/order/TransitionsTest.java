package dev.orderengine.order;

import static dev.orderengine.support.SampleOrders.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pair of states against the drawing in section 4 of the specification, written down anew. */
class TransitionsTest {

    private static final Map<String, String> STATUS = Map.of(
            "pending", "paid payment_failed cancelled",
            "pending_review", "pending rejected cancelled",
            "pending_verification", "pending cancelled",
            "payment_failed", "pending cancelled",
            "paid", "partially_fulfilled fulfilled cancelled",
            "partially_fulfilled", "fulfilled",
            "fulfilled", "returned",
            // Not drawn, but in section 6: money that came late, of an order whose stock could be had again.
            "cancelled", "paid");

    // A failed attempt may be followed by another one; all may be refunded at once, and all fulfilled at once.
    private static final Map<String, String> PAYMENT = Map.of(
            "none", "processing",
            "processing", "authorized captured failed unknown",
            "unknown", "authorized captured failed",
            "authorized", "captured voided",
            "failed", "processing",
            "captured", "partially_refunded refunded",
            "partially_refunded", "refunded");

    private static final Map<String, String> FULFILMENT = Map.of(
            "unfulfilled", "partially_fulfilled fulfilled",
            "partially_fulfilled", "fulfilled");

    @Test
    void allows_exactlyTheMovesOfAnOrderThatAreDrawn() {
        assertThat(moves(OrderStatus.values(), OrderStatus::wire, Transitions::allows))
                .isEqualTo(drawn(STATUS));
    }

    @Test
    void allows_exactlyTheMovesOfAPaymentThatAreDrawn() {
        assertThat(moves(PaymentStatus.values(), PaymentStatus::wire, Transitions::allows))
                .isEqualTo(drawn(PAYMENT));
    }

    @Test
    void allows_exactlyTheMovesOfAFulfilmentThatAreDrawn() {
        assertThat(moves(FulfillmentStatus.values(), FulfillmentStatus::wire, Transitions::allows))
                .isEqualTo(drawn(FULFILMENT));
    }

    static Stream<OrderStatus[]> pairs() {
        return Arrays.stream(OrderStatus.values())
                .flatMap(from -> Arrays.stream(OrderStatus.values()).map(to -> new OrderStatus[] {from, to}));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void moveTo_goesByTheTable(OrderStatus from, OrderStatus to) {
        OrderState order = order(from, PaymentStatus.NONE);

        if (Transitions.allows(from, to)) {
            assertThat(order.moveTo(to).status()).isEqualTo(to);
        } else {
            assertThatThrownBy(() -> order.moveTo(to))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(from + " to " + to);
        }
    }

    @ParameterizedTest
    @EnumSource(PaymentStatus.class)
    void moveTo_ofAPayment_goesByTheTable(PaymentStatus to) {
        for (PaymentStatus from : PaymentStatus.values()) {
            OrderState order = order(OrderStatus.PENDING, from);
            if (Transitions.allows(from, to)) {
                assertThat(order.moveTo(to)).isEqualTo(order(OrderStatus.PENDING, to));
            } else {
                assertThatThrownBy(() -> order.moveTo(to)).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void expiringAt_changesNothingElse() {
        OrderState order = order(OrderStatus.PENDING, PaymentStatus.NONE);

        assertThat(order.expiringAt(null).expiresAt()).isNull();
        assertThat(order.expiringAt(null).expiringAt(order.expiresAt())).isEqualTo(order);
    }

    @Test
    void of_findsEachConstantByItsName_toTheLetter() {
        for (OrderStatus status : OrderStatus.values()) {
            assertThat(OrderStatus.of(status.wire())).isSameAs(status);
        }
        for (PaymentStatus status : PaymentStatus.values()) {
            assertThat(PaymentStatus.of(status.wire())).isSameAs(status);
        }
        for (FulfillmentStatus status : FulfillmentStatus.values()) {
            assertThat(FulfillmentStatus.of(status.wire())).isSameAs(status);
        }
        for (EventType type : EventType.values()) {
            assertThat(EventType.of(type.wire())).isSameAs(type);
        }
        assertThatThrownBy(() -> OrderStatus.of("PENDING")).isInstanceOf(IllegalArgumentException.class);
        assertThat(EventType.of("order.unknown")).isNull();
    }

    private static <E> Set<String> moves(E[] states, Function<E, String> wire, BiPredicate<E, E> allows) {
        Set<String> moves = new HashSet<>();
        for (E from : states) {
            for (E to : states) {
                if (allows.test(from, to)) {
                    moves.add(wire.apply(from) + " > " + wire.apply(to));
                }
            }
        }
        return moves;
    }

    private static Set<String> drawn(Map<String, String> table) {
        Set<String> moves = new HashSet<>();
        table.forEach((from, all) -> Stream.of(all.split(" ")).forEach(to -> moves.add(from + " > " + to)));
        return moves;
    }
}
