package dev.orderengine.payment.webhook;

import dev.orderengine.bus.BusMessage;
import java.util.Map;

/**
 * A call of a provider, not checked yet.
 *
 * @param headers by their names in lower case
 * @param body as it was sent, to the byte
 */
public record Delivery(String provider, Map<String, String> headers, byte[] body) implements BusMessage {

    /** Copies the map. */
    public Delivery {
        headers = Map.copyOf(headers);
    }

    /** A header's value; the empty string if it was not sent. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Without the body: it names people. */
    @Override
    public String toString() {
        return "a delivery of " + provider + ", " + body.length + " bytes";
    }
}
