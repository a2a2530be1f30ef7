package dev.orderengine.seal;

/** A sealed token cannot be opened. The message says why, and nothing of the token. */
public final class UnreadableTokenException extends Exception {

    UnreadableTokenException(String message, Throwable cause) {
        super(message, cause);
    }
}
