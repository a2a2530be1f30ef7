package dev.orderengine.order;

/**
 * What a patch does to one value (RFC 7396): it leaves it, replaces it, or takes it away.
 *
 * @param made whether it does anything
 * @param value the new one; null takes it away
 */
public record Edit<T>(boolean made, T value) {

    /** Leaves the value. */
    public static <T> Edit<T> none() {
        return new Edit<>(false, null);
    }

    /** Replaces the value; null takes it away. */
    public static <T> Edit<T> to(T value) {
        return new Edit<>(true, value);
    }

    /** The value after it. */
    T of(T before) {
        return made ? value : before;
    }
}
