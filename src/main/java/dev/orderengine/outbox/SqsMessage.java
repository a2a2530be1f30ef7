package dev.orderengine.outbox;

import dev.orderengine.telemetry.TraceContext;
import io.netty.buffer.ByteBufUtil;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * An event as a message of SQS.
 *
 * @param position of the event in what is published together
 * @param sending the span of its sending, in whose name it goes; null if it is not shown
 * @param bytes what SQS counts: the body, and names, types and values of the attributes
 */
record SqsMessage(
        int position,
        OutboxEvent event,
        TraceContext sending,
        String id,
        String body,
        Map<String, MessageAttributeValue> attributes,
        int bytes) {

    static SqsMessage of(int position, OutboxEvent event, TraceContext sending) {
        CloudEvent cloudEvent = CloudEvent.of(event);
        String body = cloudEvent.toJson();
        Map<String, MessageAttributeValue> attributes = attributes(event, cloudEvent.subject(), sending);
        return new SqsMessage(
                position, event, sending, cloudEvent.id(), body, attributes, utf8(body) + bytes(attributes));
    }

    UUID orderId() {
        return event.orderId();
    }

    /** The message as the given entry of a batch; on a FIFO queue the order is the group. */
    SendMessageBatchRequestEntry entry(int number, boolean fifo) {
        SendMessageBatchRequestEntry.Builder entry = SendMessageBatchRequestEntry.builder()
                .id(Integer.toString(number))
                .messageBody(body)
                .messageAttributes(attributes);
        if (fifo) {
            entry.messageGroupId(orderId().toString()).messageDeduplicationId(id);
        }
        return entry.build();
    }

    private static Map<String, MessageAttributeValue> attributes(
            OutboxEvent event, String orderId, TraceContext sending) {
        Map<String, MessageAttributeValue> attributes = new HashMap<>(8);
        attributes.put("event_type", attribute("String", event.type()));
        attributes.put("order_id", attribute("String", orderId));
        attributes.put("sequence", attribute("Number", Integer.toString(event.sequence())));
        String traceparent = sending == null ? event.traceparent() : sending.traceparent();
        if (traceparent != null) {
            attributes.put("traceparent", attribute("String", traceparent));
        }
        return attributes;
    }

    private static MessageAttributeValue attribute(String type, String value) {
        return MessageAttributeValue.builder().dataType(type).stringValue(value).build();
    }

    private static int bytes(Map<String, MessageAttributeValue> attributes) {
        return attributes.entrySet().stream()
                .mapToInt(entry -> utf8(entry.getKey())
                        + utf8(entry.getValue().dataType())
                        + utf8(entry.getValue().stringValue()))
                .sum();
    }

    private static int utf8(String text) {
        return ByteBufUtil.utf8Bytes(text);
    }
}
