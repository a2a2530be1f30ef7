package dev.orderengine.payment;

import dev.orderengine.money.Money;
import dev.orderengine.order.FulfillmentStatus;
import dev.orderengine.order.OrderState;
import dev.orderengine.order.OrderStatus;
import dev.orderengine.order.PaymentMethod;
import dev.orderengine.order.PaymentStatus;
import java.time.Instant;
import java.util.Currency;
import java.util.UUID;

/** Payments and orders to start from. */
public final class Samples {

    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final UUID ORDER = UUID.fromString("01950000-0000-7000-8000-000000000001");
    private static final UUID PAYMENT = UUID.fromString("01950000-0000-7000-8000-000000000002");

    private Samples() {}

    public static Payment created() {
        return payment(PaymentState.CREATED, 0, null, null);
    }

    /** Nothing to charge, never taken up. */
    public static Payment free() {
        return payment(PaymentState.CREATED, 0, null, null, "0.00", "USD");
    }

    /** Taken up once, a second ago. */
    public static Payment processing() {
        return payment(PaymentState.PROCESSING, 1, null, NOW.minusSeconds(1));
    }

    public static Payment payment(PaymentState state, int attempts, String ref, Instant unknownAt) {
        return payment(state, attempts, ref, unknownAt, "19.99", "USD");
    }

    public static Payment of(String amount, String currency) {
        return payment(PaymentState.PROCESSING, 1, null, null, amount, currency);
    }

    private static Payment payment(
            PaymentState state, int attempts, String ref, Instant unknownAt, String amount, String currency) {
        return new Payment(
                PAYMENT,
                ORDER,
                "stripe",
                Money.parse(amount, Currency.getInstance(currency)),
                state,
                "tok_visa",
                ref,
                null,
                0,
                attempts,
                NOW,
                unknownAt,
                false,
                NOW.minusSeconds(60),
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    public static OrderState order(OrderStatus status, PaymentStatus payment) {
        return new OrderState(
                ORDER,
                "c-1",
                status,
                payment,
                FulfillmentStatus.UNFULFILLED,
                3,
                Money.parse("19.99", Currency.getInstance("USD")),
                PaymentMethod.CREDIT_CARD,
                NOW.plusSeconds(900));
    }
}
