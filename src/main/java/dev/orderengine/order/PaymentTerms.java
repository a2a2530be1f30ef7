package dev.orderengine.order;

import java.time.Duration;
import java.time.Instant;

/**
 * How long orders wait for their money (specification, section 4).
 *
 * @param payment by whatever is charged
 * @param bankTransfer by what the customer has to transfer
 */
public record PaymentTerms(Duration payment, Duration bankTransfer) {

    /** Until when an order that waits from now on must be paid. */
    public Instant deadline(PaymentMethod method, Instant now) {
        return now.plus(method == PaymentMethod.BANK_TRANSFER ? bankTransfer : payment);
    }
}
