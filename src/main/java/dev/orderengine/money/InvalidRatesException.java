package dev.orderengine.money;

/** A rate table with a fault. The message names the file, the place in it and the reason. */
public final class InvalidRatesException extends IllegalArgumentException {
    InvalidRatesException(String file, String place, String reason) {
        super(file + ": " + place + ": " + reason);
    }
}
