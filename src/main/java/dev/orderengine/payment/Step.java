package dev.orderengine.payment;

/** What to do with a payment that was taken up. */
public enum Step {
    /** Ask for the charge: there is certainly none yet. */
    ASK,
    /** Look for the charge that may be there; ask for it, with the same idempotency key, if none shows. */
    LOOK_UP_OR_ASK,
    /** Look for the charge that may be there, and never ask for another. */
    LOOK_UP,
    /** Take what is authorized: nothing is taken twice, for there is one capture of a payment. */
    CAPTURE,
    /** Have the authorization renewed before it lapses. */
    RENEW,
    /** Nothing: the payment ended as it was taken up. */
    NOTHING;

    /** Whether the provider may be asked for a charge, and so for what to charge. */
    boolean needsToken() {
        return this == ASK || this == LOOK_UP_OR_ASK;
    }
}
