package dev.orderengine.rules;

import java.util.Locale;

/** What is to become of an order, from the mildest to the most severe; the most severe of all matches wins. */
public enum Verdict {
    ACCEPT,
    VERIFY,
    REVIEW,
    REJECT;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the rules' file: {@code accept}, {@code verify}, {@code review}, {@code reject}. */
    public String wire() {
        return wire;
    }

    /** @throws IllegalArgumentException if no verdict has that name */
    public static Verdict of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    /** The more severe of the two. */
    public Verdict or(Verdict other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
