package dev.orderengine.money;

/** A code that is not an ISO 4217 currency one can pay in. The message is a sentence that says what is allowed. */
public final class UnknownCurrencyException extends IllegalArgumentException {
    UnknownCurrencyException() {
        super("must be an ISO 4217 currency code in capitals, such as USD, EUR or JPY");
    }
}
