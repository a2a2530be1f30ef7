package dev.orderengine.dev.simulator;

import java.util.Map;

/**
 * A Stripe PaymentIntent at one moment. Amounts are in minor units.
 *
 * @param id provider's id, {@code pi_…}
 * @param created Unix time in seconds
 * @param amount what was asked for
 * @param amountReceived what was captured
 * @param amountRefunded what went back of it
 * @param currency ISO 4217, lower case as Stripe has it
 * @param paymentMethod the token, empty if none was given yet
 * @param manualCapture whether a confirmation only authorizes
 * @param status where it stands
 * @param declineCode why the last attempt was declined, empty if it was not
 * @param cancellationReason why it was cancelled, empty if it was not or no reason was given
 * @param metadata the caller's own
 */
public record PaymentIntent(
        String id,
        long created,
        long amount,
        long amountReceived,
        long amountRefunded,
        String currency,
        String paymentMethod,
        boolean manualCapture,
        Status status,
        String declineCode,
        String cancellationReason,
        Map<String, String> metadata) {

    /** Stripe's states, the ones that occur here, in its spelling. */
    public enum Status {
        requires_payment_method,
        requires_confirmation,
        requires_capture,
        processing,
        succeeded,
        canceled;

        boolean confirmable() {
            return this == requires_payment_method || this == requires_confirmation;
        }

        boolean cancelable() {
            return confirmable() || this == requires_capture;
        }
    }

    /** The money that stayed: captured and not refunded. */
    public long unrefunded() {
        return amountReceived - amountRefunded;
    }

    PaymentIntent withPaymentMethod(String token) {
        return with(token, amountReceived, amountRefunded, Status.requires_confirmation, "", cancellationReason);
    }

    PaymentIntent authorizedOrCharged() {
        return manualCapture ? with(paymentMethod, 0, 0, Status.requires_capture, "", "") : captured(amount);
    }

    PaymentIntent captured(long captured) {
        return with(paymentMethod, captured, 0, Status.succeeded, "", "");
    }

    PaymentIntent declined(String code) {
        return with(paymentMethod, 0, 0, Status.requires_payment_method, code, "");
    }

    PaymentIntent processing() {
        return with(paymentMethod, 0, 0, Status.processing, "", "");
    }

    PaymentIntent canceled(String reason) {
        return with(paymentMethod, 0, 0, Status.canceled, declineCode, reason);
    }

    PaymentIntent refunded(long refund) {
        return with(paymentMethod, amountReceived, amountRefunded + refund, status, "", "");
    }

    private PaymentIntent with(
            String token, long received, long refunded, Status next, String decline, String cancellation) {
        return new PaymentIntent(
                id,
                created,
                amount,
                received,
                refunded,
                currency,
                token,
                manualCapture,
                next,
                decline,
                cancellation,
                metadata);
    }
}
