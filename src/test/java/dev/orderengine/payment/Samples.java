package dev.orderengine.payment;

import dev.orderengine.money.Money;
import dev.orderengine.support.SampleOrders;
import java.time.Instant;
import java.util.Currency;
import java.util.UUID;

/** Payments and orders to start from. */
public final class Samples {

    public static final Instant NOW = SampleOrders.NOW;

    private static final UUID ORDER = SampleOrders.ORDER;
    private static final UUID PAYMENT = SampleOrders.PAYMENT;

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
                null,
                null,
                attempts,
                NOW,
                unknownAt,
                false,
                NOW.minusSeconds(60),
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }
}
