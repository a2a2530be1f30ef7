package dev.orderengine.payment.reconciliation;

import java.util.UUID;

/**
 * A charge or a refund as its provider lists it.
 *
 * @param ref the provider's name for it
 * @param id of our payment or refund, as the provider was told; null if it was told none
 * @param orderId of our order, the same
 * @param knownAs the name that we must know it by; null if the list does not tell
 * @param amount what moved, is held or was asked for
 * @param state in the provider's own words
 */
public record Theirs(
        Item item, String ref, UUID id, UUID orderId, String knownAs, Amount amount, Standing standing, String state) {

    /** An id that the provider was told; null if it is none, for others may write there what they like. */
    public static UUID told(String text) {
        try {
            return text == null ? null : UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether money moved, is held, or may still be moved. */
    boolean isMoney() {
        return standing != Standing.NOTHING && standing != Standing.LET_GO;
    }
}
