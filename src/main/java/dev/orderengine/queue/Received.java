package dev.orderengine.queue;

import dev.orderengine.telemetry.TraceContext;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * A message in hand.
 *
 * @param message what the handler sees
 * @param raw as SQS gave it out, with the receipt by which it is told what becomes of the message
 */
record Received(Message message, software.amazon.awssdk.services.sqs.model.Message raw) {

    static final String TRACEPARENT = "traceparent";

    static Received of(software.amazon.awssdk.services.sqs.model.Message raw) {
        Map<String, String> attributes = raw.messageAttributes().entrySet().stream()
                .filter(entry -> entry.getValue().stringValue() != null)
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().stringValue()));
        TraceContext trace = TraceContext.of(attributes.get(TRACEPARENT));
        return new Received(
                new Message(
                        raw.messageId(),
                        raw.body(),
                        attributes,
                        (int) number(raw, MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT),
                        Instant.ofEpochMilli(number(raw, MessageSystemAttributeName.SENT_TIMESTAMP)),
                        trace),
                raw);
    }

    String receipt() {
        return raw.receiptHandle();
    }

    private static long number(
            software.amazon.awssdk.services.sqs.model.Message raw, MessageSystemAttributeName attribute) {
        return Long.parseLong(raw.attributes().getOrDefault(attribute, "1"));
    }
}
