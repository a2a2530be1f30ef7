package dev.orderengine.payment.reconciliation;

import java.util.Locale;

/** Where a comparison stands. */
public enum RunState {
    /** Due, and taken up by nobody yet. */
    WAITING,
    RUNNING,
    /** The provider did not answer. It is taken up again as long as it has a time for that. */
    FAILED,
    DONE;

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wire() {
        return wire;
    }

    static RunState of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
