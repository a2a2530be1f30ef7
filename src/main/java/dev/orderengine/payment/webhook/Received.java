package dev.orderengine.payment.webhook;

import dev.orderengine.bus.BusMessage;

/**
 * The answer to a delivery.
 *
 * @param result what was done with it; null if it is not the provider's own
 * @param forgery why it is not; null if it is
 */
public record Received(Notice.Result result, String forgery) implements BusMessage {

    static Received forged(String why) {
        return new Received(null, why);
    }

    static Received done(Notice.Result result) {
        return new Received(result, null);
    }
}
