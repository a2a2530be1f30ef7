package dev.orderengine.payment.webhook;

import dev.orderengine.card.CardNumbers;
import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.RefundOutcome;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a provider tells, checked.
 *
 * @param id of the delivery: the same when it is sent again
 * @param type the provider's name of the event
 * @param news what it says of a payment or a refund
 */
public record Notice(String id, String type, News news) {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** The type is kept and shown, whatever it is. */
    public Notice {
        type = CardNumbers.masked(type);
    }

    /** What a notice says. */
    public sealed interface News {}

    /** A payment was settled. @param ref the provider's name of it, for people */
    public record OfPayment(UUID paymentId, String ref, ChargeOutcome outcome) implements News {}

    /** A refund was settled. @param ref the provider's name of it, for people */
    public record OfRefund(UUID refundId, String ref, RefundOutcome outcome) implements News {}

    /** Money moved that we did not ask for. @param ref the provider's name of it, for people */
    public record OfStrangers(String ref) implements News {}

    /** Nothing that the engine waits for. */
    public record Nothing() implements News {}

    /**
     * What a payment's new standing says; nothing unless it settles the payment.
     *
     * @param paymentId as the provider was told; null if it was not
     */
    public static News ofPayment(String paymentId, String ref, ChargeOutcome outcome) {
        boolean settles = outcome instanceof ChargeOutcome.Captured
                || outcome instanceof ChargeOutcome.Authorized
                || outcome instanceof ChargeOutcome.Declined;
        return settles ? ours(paymentId, ref, id -> new OfPayment(id, ref, outcome)) : new Nothing();
    }

    /**
     * What a refund's new standing says; nothing unless it settles the refund.
     *
     * @param refundId as the provider was told; null if it was not
     */
    public static News ofRefund(String refundId, String ref, RefundOutcome outcome) {
        boolean settles = outcome instanceof RefundOutcome.Done || outcome instanceof RefundOutcome.Refused;
        return settles ? ours(refundId, ref, id -> new OfRefund(id, ref, outcome)) : new Nothing();
    }

    private static News ours(String id, String ref, Function<UUID, News> news) {
        return id != null && ID.matcher(id).matches() ? news.apply(UUID.fromString(id)) : new OfStrangers(ref);
    }

    /** What the engine did with a delivery. */
    public enum Result {
        APPLIED,
        /** It was settled already. */
        NOTHING_NEW,
        /** It came before. */
        REPEATED,
        /** It is about money of which the engine knows nothing. */
        UNKNOWN,
        /** It is about nothing that the engine waits for. */
        IGNORED;

        /** The name in JSON, in metrics and in the database. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
