package dev.orderengine.payment.reconciliation;

import java.util.Locale;
import java.util.UUID;

/**
 * Where the provider's list and our books do not agree.
 *
 * @param itemId of our payment or refund; null if there is none
 * @param orderId of our order; null if there is none
 * @param ref the provider's name for it; null if it has none
 * @param ours null if we have nothing
 * @param theirs null if the provider has nothing
 */
public record Difference(Kind kind, Item item, UUID itemId, UUID orderId, String ref, Side ours, Side theirs) {

    /** What is wrong. */
    public enum Kind {
        ONLY_AT_PROVIDER,
        ONLY_WITH_US,
        AMOUNT_DIFFERS,
        STATE_DIFFERS;

        private final String wire = name().toLowerCase(Locale.ROOT);

        /** The name in JSON and in the database. */
        public String wire() {
            return wire;
        }

        static Kind of(String wire) {
            return valueOf(wire.toUpperCase(Locale.ROOT));
        }
    }

    /** What one side says. */
    public record Side(String state, Amount amount) {}

    static Difference onlyAtProvider(Theirs theirs) {
        return new Difference(
                Kind.ONLY_AT_PROVIDER, theirs.item(), theirs.id(), theirs.orderId(), theirs.ref(), null, side(theirs));
    }

    static Difference onlyWithUs(Ours ours) {
        return new Difference(
                Kind.ONLY_WITH_US, ours.item(), ours.id(), ours.orderId(), ours.ref(), side(ours, ours.amount()), null);
    }

    static Difference between(Kind kind, Ours ours, Theirs theirs) {
        return new Difference(
                kind,
                ours.item(),
                ours.id(),
                ours.orderId(),
                theirs.ref(),
                side(ours, ours.amountWhen(theirs.standing())),
                side(theirs));
    }

    private static Side side(Ours ours, Amount amount) {
        return new Side(ours.state(), amount);
    }

    private static Side side(Theirs theirs) {
        return new Side(theirs.state(), theirs.amount());
    }
}
