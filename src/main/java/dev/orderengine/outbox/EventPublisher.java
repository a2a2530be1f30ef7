package dev.orderengine.outbox;

import io.vertx.core.Future;
import java.util.List;

/** Where the relay delivers events to. */
public interface EventPublisher {

    /**
     * Publishes the events so that those of one order arrive in the order of the list. To be called on an event loop, where the answer
     * arrives; may be called again before it is there, with events of other orders.
     *
     * @return one result for each event, in order, within a few seconds; a failure says that the whole publisher is away
     */
    Future<List<PublishResult>> publish(List<OutboxEvent> events);
}
