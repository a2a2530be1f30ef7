package dev.orderengine.payment.reconciliation;

/** Where money stands, in words that both sides understand. */
public enum Standing {
    /** Taken; of a refund: given back. */
    MOVED,
    /** Held for us. */
    HELD,
    /** The provider held it at some time, and does not say here what became of it. */
    WAS_HELD,
    /** Held once, and let go. */
    LET_GO,
    /** Somebody is still at it. */
    UNDER_WAY,
    /** Nothing moved. */
    NOTHING;

    /** Of ours: whether the provider must have it in its list. */
    boolean isHeldOrMoved() {
        return this == MOVED || this == HELD;
    }
}
