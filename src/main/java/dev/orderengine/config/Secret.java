package dev.orderengine.config;

/**
 * A secret setting. Its value may be replaced while the engine runs, so that it is asked for whenever it is used; it never appears in a
 * message, a log line or a dump. Any thread.
 */
public final class Secret {

    private volatile String value;

    public Secret(String value) {
        this.value = value;
    }

    /** The value in force; use it now, and keep it nowhere. */
    public String value() {
        return value;
    }

    /** Puts another value in force. */
    void replace(String next) {
        value = next;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return Masking.MASK;
    }
}
