package dev.orderengine.database;

/** The engine cannot start on its database; the message names host, port and database. */
public final class DatabaseUnavailableException extends RuntimeException {

    DatabaseUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
