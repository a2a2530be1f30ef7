package dev.orderengine.outbox;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.telemetry.TraceContext;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * An event as a message of SQS.
 *
 * @param position of the event in what is published together
 * @param sending the span of its sending, in whose name it goes; null if it is not shown
 * @param id the event's
 * @param bytes what SQS counts: the body, and names, types and values of the attributes
 */
public record SqsMessage(
        int position,
        OutboxEvent event,
        TraceContext sending,
        String id,
        String body,
        List<Attribute> attributes,
        int bytes) {

    static SqsMessage of(int position, OutboxEvent event, TraceContext sending) {
        CloudEvent cloudEvent = CloudEvent.of(event);
        String body = cloudEvent.toJson();
        List<Attribute> attributes = attributes(event, cloudEvent.subject(), sending);
        return new SqsMessage(
                position, event, sending, cloudEvent.id(), body, attributes, utf8(body) + bytes(attributes));
    }

    UUID orderId() {
        return event.orderId();
    }

    private static List<Attribute> attributes(OutboxEvent event, String orderId, TraceContext sending) {
        List<Attribute> attributes = new ArrayList<>(4);
        attributes.add(new Attribute("event_type", "String", event.type()));
        attributes.add(new Attribute("order_id", "String", orderId));
        attributes.add(new Attribute("sequence", "Number", Integer.toString(event.sequence())));
        String traceparent = sending == null ? event.traceparent() : sending.traceparent();
        if (traceparent != null) {
            attributes.add(new Attribute("traceparent", "String", traceparent));
        }
        return attributes;
    }

    private static int bytes(List<Attribute> attributes) {
        return attributes.stream()
                .mapToInt(attribute -> utf8(attribute.name()) + utf8(attribute.type()) + utf8(attribute.value()))
                .sum();
    }

    private static int utf8(String text) {
        return ByteBufUtil.utf8Bytes(text);
    }

    /** Writes the message as an entry of a batch; on a FIFO queue the order is the group. */
    void write(JsonGenerator json, String entry, boolean fifo) throws IOException {
        json.writeStartObject();
        json.writeStringField("Id", entry);
        json.writeStringField("MessageBody", body);
        json.writeObjectFieldStart("MessageAttributes");
        for (Attribute attribute : attributes) {
            json.writeObjectFieldStart(attribute.name());
            json.writeStringField("DataType", attribute.type());
            json.writeStringField("StringValue", attribute.value());
            json.writeEndObject();
        }
        json.writeEndObject();
        if (fifo) {
            json.writeStringField("MessageGroupId", orderId().toString());
            json.writeStringField("MessageDeduplicationId", id);
        }
        json.writeEndObject();
    }

    /**
     * What consumers see without reading the body.
     *
     * @param type as SQS names it
     */
    public record Attribute(String name, String type, String value) {}
}
