package dev.orderengine.database;

import java.util.Locale;

/**
 * What came of writing a thing that has versions.
 *
 * @param thing as it is now; null if the outcome is {@link Outcome#NOT_AS_EXPECTED}
 */
public record Written<T>(Outcome outcome, T thing) {

    /** What was done. */
    public enum Outcome {
        /** There was no such thing; there is now. */
        CREATED,
        /** It is what it shall be, in its next version. */
        REPLACED,
        /** It was that already; its version stays. */
        UNCHANGED,
        /** It is not in the version that the writer expected; nothing was written. */
        NOT_AS_EXPECTED;

        /** Its name in the audit log. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static <T> Written<T> created(T thing) {
        return new Written<>(Outcome.CREATED, thing);
    }

    public static <T> Written<T> replaced(T thing) {
        return new Written<>(Outcome.REPLACED, thing);
    }

    public static <T> Written<T> unchanged(T thing) {
        return new Written<>(Outcome.UNCHANGED, thing);
    }

    public static <T> Written<T> notAsExpected() {
        return new Written<>(Outcome.NOT_AS_EXPECTED, null);
    }

    /** Whether something is different now. */
    public boolean changed() {
        return outcome == Outcome.CREATED || outcome == Outcome.REPLACED;
    }
}
