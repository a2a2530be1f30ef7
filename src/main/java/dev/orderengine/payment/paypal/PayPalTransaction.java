package dev.orderengine.payment.paypal;

import dev.orderengine.payment.reconciliation.Amount;
import dev.orderengine.payment.reconciliation.Item;
import dev.orderengine.payment.reconciliation.Standing;
import dev.orderengine.payment.reconciliation.Theirs;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A transaction as PayPal's search lists it. What leaves the account is negative. Codes are those of
 * developer.paypal.com/docs/transaction-search/transaction-event-codes.
 */
record PayPalTransaction(
        String transactionId,
        String paypalReferenceId,
        String paypalReferenceIdType,
        String transactionEventCode,
        PayPalAmount transactionAmount,
        String transactionStatus,
        String invoiceId,
        String customField) {

    private static final String PAYMENT = "T00";

    /** General authorizations and renewed ones. */
    private static final Set<String> AUTHORIZATIONS = Set.of("T1300", "T1301");

    /** Refunds, and payments that PayPal itself took back. */
    private static final Set<String> REFUNDS = Set.of("T1106", "T1107");

    /** What it says of charges and refunds; empty if it is something else, such as a fee or a withdrawal. */
    Optional<Theirs> theirs() {
        if (Stream.of(transactionId, transactionEventCode, transactionAmount, transactionStatus)
                .anyMatch(Objects::isNull)) {
            return Optional.empty();
        }
        BigDecimal value = transactionAmount.decimal();
        if (transactionEventCode.startsWith(PAYMENT) && value.signum() > 0) {
            return Optional.of(theirs(Item.PAYMENT, value, moved(), inOrder()));
        }
        if (AUTHORIZATIONS.contains(transactionEventCode)) {
            return held() ? Optional.of(theirs(Item.PAYMENT, value, Standing.WAS_HELD, inOrder())) : Optional.empty();
        }
        return REFUNDS.contains(transactionEventCode)
                ? Optional.of(theirs(Item.REFUND, value.abs(), moved(), transactionId))
                : Optional.empty();
    }

    private Theirs theirs(Item item, BigDecimal value, Standing standing, String knownAs) {
        return new Theirs(
                item,
                transactionId,
                Theirs.told(invoiceId),
                Theirs.told(customField),
                knownAs,
                new Amount(value, transactionAmount.currencyCode()),
                standing,
                transactionStatus);
    }

    /** Completed, refunded in part, or in whole: a refund is a transaction of its own. */
    private Standing moved() {
        return switch (transactionStatus) {
            case "S", "F", "V" -> Standing.MOVED;
            case "P" -> Standing.UNDER_WAY;
            default -> Standing.NOTHING;
        };
    }

    /** One that was denied, or let go for a newer one or for good, says nothing of where the money is. */
    private boolean held() {
        return transactionStatus.equals("S");
    }

    private String inOrder() {
        return "ODR".equals(paypalReferenceIdType) ? paypalReferenceId : null;
    }
}
