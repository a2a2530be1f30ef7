package dev.orderengine.money;

/** An amount that the engine does not take. The message is a sentence that says what is allowed. */
public final class InvalidAmountException extends IllegalArgumentException {

    /** What is wrong with the amount. */
    public enum Reason {
        /** Not a plain decimal number such as {@code 19.99}. */
        NOT_A_DECIMAL,
        /** Below zero. */
        NEGATIVE,
        /** More fraction digits than the currency has. */
        TOO_PRECISE,
        /** Does not fit into a {@code long} of minor units. */
        TOO_LARGE
    }

    private final Reason reason;

    InvalidAmountException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** What is wrong, for code. */
    public Reason reason() {
        return reason;
    }
}
