package dev.orderengine.http;

import dev.orderengine.order.Fault;
import dev.orderengine.order.PlaceOrder;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** One order of a batch, as far as it could be read. */
sealed interface BatchEntry {

    /** The key that it carries; null if there is none that will do. */
    String key();

    /**
     * It can be placed.
     *
     * @param source what its key stands for
     */
    record Readable(String key, Buffer source, PlaceOrder order) implements BatchEntry {}

    /** It is JSON, but no order. */
    record Faulty(String key, List<Fault> faults) implements BatchEntry {}

    /** It is no JSON, or must not be looked at. */
    record Broken(Problem problem) implements BatchEntry {

        @Override
        public String key() {
            return null;
        }
    }
}
