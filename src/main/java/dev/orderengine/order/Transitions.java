package dev.orderengine.order;

import static dev.orderengine.order.OrderStatus.CANCELLED;
import static dev.orderengine.order.OrderStatus.FULFILLED;
import static dev.orderengine.order.OrderStatus.PAID;
import static dev.orderengine.order.OrderStatus.PARTIALLY_FULFILLED;
import static dev.orderengine.order.OrderStatus.PAYMENT_FAILED;
import static dev.orderengine.order.OrderStatus.PENDING;
import static dev.orderengine.order.OrderStatus.PENDING_REVIEW;
import static dev.orderengine.order.OrderStatus.PENDING_VERIFICATION;
import static dev.orderengine.order.OrderStatus.REJECTED;
import static dev.orderengine.order.OrderStatus.RETURNED;

import java.util.Map;
import java.util.Set;

/** The one table of the moves that an order may make (specification, section 4); every other move is illegal. */
public final class Transitions {

    private static final Map<OrderStatus, Set<OrderStatus>> ORDER = Map.of(
            PENDING, Set.of(PAID, PAYMENT_FAILED, CANCELLED),
            PENDING_REVIEW, Set.of(PENDING, REJECTED, CANCELLED),
            PENDING_VERIFICATION, Set.of(PENDING, CANCELLED),
            PAYMENT_FAILED, Set.of(PENDING, CANCELLED),
            PAID, Set.of(PARTIALLY_FULFILLED, FULFILLED, CANCELLED),
            PARTIALLY_FULFILLED, Set.of(FULFILLED),
            FULFILLED, Set.of(RETURNED),
            RETURNED, Set.of(),
            REJECTED, Set.of(),
            // By money that came after the order expired, if its stock can be had again (section 6).
            CANCELLED, Set.of(PAID));

    private static final Map<PaymentStatus, Set<PaymentStatus>> PAYMENT = Map.of(
            PaymentStatus.NONE, Set.of(PaymentStatus.PROCESSING),
            PaymentStatus.PROCESSING,
                    Set.of(
                            PaymentStatus.AUTHORIZED,
                            PaymentStatus.CAPTURED,
                            PaymentStatus.FAILED,
                            PaymentStatus.UNKNOWN),
            PaymentStatus.UNKNOWN, Set.of(PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURED, PaymentStatus.FAILED),
            PaymentStatus.AUTHORIZED, Set.of(PaymentStatus.CAPTURED, PaymentStatus.VOIDED),
            PaymentStatus.FAILED, Set.of(PaymentStatus.PROCESSING),
            PaymentStatus.CAPTURED, Set.of(PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED),
            PaymentStatus.PARTIALLY_REFUNDED, Set.of(PaymentStatus.REFUNDED),
            PaymentStatus.VOIDED, Set.of(),
            PaymentStatus.REFUNDED, Set.of());

    private static final Map<FulfillmentStatus, Set<FulfillmentStatus>> FULFILLMENT = Map.of(
            FulfillmentStatus.UNFULFILLED, Set.of(FulfillmentStatus.PARTIALLY_FULFILLED, FulfillmentStatus.FULFILLED),
            FulfillmentStatus.PARTIALLY_FULFILLED, Set.of(FulfillmentStatus.FULFILLED),
            FulfillmentStatus.FULFILLED, Set.of());

    // What is told of a parcel may come in any order: one that is delivered has shipped.
    private static final Map<Fulfilment.State, Set<Fulfilment.State>> PARCEL = Map.of(
            Fulfilment.State.CREATED,
                    Set.of(Fulfilment.State.SHIPPED, Fulfilment.State.DELIVERED, Fulfilment.State.FAILED),
            Fulfilment.State.SHIPPED, Set.of(Fulfilment.State.DELIVERED),
            Fulfilment.State.DELIVERED, Set.of(),
            Fulfilment.State.FAILED, Set.of());

    private Transitions() {}

    /** Whether an order may move from one status to the other. */
    public static boolean allows(OrderStatus from, OrderStatus to) {
        return ORDER.get(from).contains(to);
    }

    /** Whether an order's payment status may move from one to the other. */
    public static boolean allows(PaymentStatus from, PaymentStatus to) {
        return PAYMENT.get(from).contains(to);
    }

    /** Whether an order's fulfilment status may move from one to the other. */
    public static boolean allows(FulfillmentStatus from, FulfillmentStatus to) {
        return FULFILLMENT.get(from).contains(to);
    }

    /** Whether a parcel may move from one state to the other. */
    public static boolean allows(Fulfilment.State from, Fulfilment.State to) {
        return PARCEL.get(from).contains(to);
    }
}
