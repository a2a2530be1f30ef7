package dev.orderengine.order;

import dev.orderengine.inventory.StockMovement;
import dev.orderengine.money.Money;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * What a change does beyond the order's own row: stock, money, and what other packages add. Each kind is written by one
 * {@link EffectWriter}, in the transaction of the change.
 */
public interface Effect {

    /** All that the order holds in stock goes back. */
    record ReleaseStock() implements Effect {}

    /** So many units of each product go back; the order must hold them. */
    record ReleaseUnits(Map<String, Integer> units) implements Effect {

        /** Copies the map. */
        public ReleaseUnits {
            units = Map.copyOf(units);
        }
    }

    /** Units of the order leave, come back, or are held elsewhere. */
    record MoveStock(List<StockMovement> movements) implements Effect {

        /** Copies the list. */
        public MoveStock {
            movements = List.copyOf(movements);
        }
    }

    /** Payments that were never taken up will not be. */
    record GiveUpPayments() implements Effect {}

    /** The payment that was never taken up is due now; one that the customer makes by himself just waits. */
    record MakePaymentDue() implements Effect {}

    /** Payments that were never taken up ask for that amount. */
    record ChangePaymentAmount(Money amount) implements Effect {}

    /** Another attempt to charge the order, due now unless the customer pays by himself. */
    record AttemptPayment(UUID paymentId, PaymentMethod method, String token, Money amount) implements Effect {

        /** Without the token, which must never be logged. */
        @Override
        public String toString() {
            return "AttemptPayment[paymentId=" + paymentId + ", method=" + method + ", amount=" + amount + "]";
        }
    }

    /** So much of the money that is held for the order is taken, and the rest let go: its goods have left. */
    record CapturePayment(Money amount) implements Effect {}

    /**
     * Money came by bank transfer.
     *
     * @param settles whether nothing more is waited for; else a person has to look after it
     */
    record ReceiveTransfer(UUID paymentId, Money received, boolean settles) implements Effect {}

    /**
     * Money that was captured goes back, or money that is only held is let go: a job that the provider is asked to do until it is
     * done. Of a captured payment never more than is left of it; a held one is let go whole.
     *
     * @param refundId UUIDv7, the provider's idempotency key
     * @param reason for people
     */
    record GiveBack(UUID refundId, Kind kind, UUID paymentId, Money amount, String reason) implements Effect {

        /** What is asked of the provider. */
        public enum Kind {
            REFUND,
            VOID;

            /** The name in JSON and in the database. */
            public String wire() {
                return name().toLowerCase(Locale.ROOT);
            }

            /** @throws IllegalArgumentException if no kind has that name */
            public static Kind of(String wire) {
                return valueOf(wire.toUpperCase(Locale.ROOT));
            }
        }
    }

    /** Other details; written whole. */
    record ChangeDetails(OrderDetails details) implements Effect {}
}
