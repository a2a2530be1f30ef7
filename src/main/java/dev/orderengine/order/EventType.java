package dev.orderengine.order;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The kinds of facts about an order (specification, section 9). */
public enum EventType {
    ORDER_PLACED("order.placed"),
    ORDER_REVIEW_REQUIRED("order.review_required"),
    ORDER_VERIFICATION_REQUIRED("order.verification_required"),
    ORDER_APPROVED("order.approved"),
    ORDER_REJECTED("order.rejected"),
    ORDER_UPDATED("order.updated"),
    ORDER_CANCELLED("order.cancelled"),
    ORDER_EXPIRED("order.expired"),
    PAYMENT_PROCESSING("payment.processing"),
    PAYMENT_AUTHORIZED("payment.authorized"),
    PAYMENT_RECEIVED("payment.received"),
    PAYMENT_CAPTURED("payment.captured"),
    PAYMENT_FAILED("payment.failed"),
    PAYMENT_UNKNOWN("payment.unknown"),
    PAYMENT_REFUNDED("payment.refunded"),
    PAYMENT_VOIDED("payment.voided"),
    FULFILLMENT_CREATED("fulfillment.created"),
    FULFILLMENT_SHIPPED("fulfillment.shipped"),
    FULFILLMENT_DELIVERED("fulfillment.delivered"),
    FULFILLMENT_FAILED("fulfillment.failed"),
    RETURN_REGISTERED("return.registered"),
    RETURN_RECEIVED("return.received");

    private static final Map<String, EventType> BY_WIRE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::wire, Function.identity()));

    private final String wire;

    EventType(String wire) {
        this.wire = wire;
    }

    /** The name in JSON, in the database and in the message attribute {@code event_type}. */
    public String wire() {
        return wire;
    }

    /** The type of that name, or null if there is none. */
    public static EventType of(String wire) {
        return BY_WIRE.get(wire);
    }
}
