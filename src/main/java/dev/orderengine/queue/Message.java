package dev.orderengine.queue;

import dev.orderengine.telemetry.TraceContext;
import java.time.Instant;
import java.util.Map;

/**
 * A message as a handler sees it.
 *
 * @param id given by SQS: the same at every delivery of one message, another when the sender sends it twice
 * @param attributes of the type String or Number, as text
 * @param receives how often it was handed out, this time included
 * @param sentAt when the queue got it
 * @param trace a span of its own in the trace that its {@code traceparent} names, or in a new one
 */
public record Message(
        String id, String body, Map<String, String> attributes, int receives, Instant sentAt, TraceContext trace) {

    /** The message without what it says, which may be personal. */
    @Override
    public String toString() {
        return "Message[id=" + id + ", receives=" + receives + "]";
    }
}
