package dev.orderengine.dev.simulator;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * Money that moved, or is held, for a PayPal order.
 *
 * @param id provider's id
 * @param orderId the id of PayPal's order
 * @param paymentId the invoice of that order
 * @param parentId of a refund the capture, of a capture the authorization; empty if there is none
 * @param reason why it is not completed; empty if it is
 * @param invoiceId the caller's own
 * @param customId the caller's own
 */
public record PayPalTransfer(
        Kind kind,
        String id,
        String orderId,
        String paymentId,
        String parentId,
        Instant created,
        String currency,
        BigDecimal amount,
        String status,
        String reason,
        String invoiceId,
        String customId) {

    /** What it is, with the name in PayPal's addresses. */
    public enum Kind {
        AUTHORIZATION("authorizations", "T1300"),
        CAPTURE("captures", "T0006"),
        REFUND("refunds", "T1107");

        private final String path;
        private final String eventCode;

        Kind(String path, String eventCode) {
            this.path = path;
            this.eventCode = eventCode;
        }

        String path() {
            return path;
        }

        String eventCode() {
            return eventCode;
        }
    }

    PayPalTransfer as(String next, String why) {
        return new PayPalTransfer(
                kind, id, orderId, paymentId, parentId, created, currency, amount, next, why, invoiceId, customId);
    }
}
