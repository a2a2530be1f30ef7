package dev.orderengine.database;

import io.vertx.pgclient.PgException;

/** What a failure of the database means, told by its SQLSTATE, never by its text. */
public final class SqlStates {

    private SqlStates() {}

    /** The SQLSTATE of a failure that the server reported, or the empty string of one that it did not (a lost connection). */
    public static String of(Throwable fault) {
        return fault instanceof PgException reported ? reported.getSqlState() : "";
    }

    /** Serialization failure or deadlock: the transaction was rolled back and may succeed if it is run again. */
    public static boolean isTransient(Throwable fault) {
        String state = of(fault);
        return state.equals("40001") || state.equals("40P01");
    }

    /** The server refused what it was given (data, constraint or statement), so that running it again would fail again. */
    public static boolean isRefusal(Throwable fault) {
        String state = of(fault);
        return !state.isEmpty() && !isTransient(fault) && !isUnavailable(fault);
    }

    /** Nobody can say when it will work again: no connection, server stopping or starting, resources used up, lock timeout. */
    public static boolean isUnavailable(Throwable fault) {
        String state = of(fault);
        return state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.equals("55P03")
                || state.startsWith("28")
                || state.equals("3D000");
    }
}
