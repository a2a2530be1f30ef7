package dev.orderengine.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.dev.DevQueues;
import dev.orderengine.dev.SqsServer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** A consumer of the events queue that keeps what it got. Calls block. */
public final class EventTap implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SqsAsyncClient sqs;
    private final String queue;
    private final Map<String, Event> byId = new LinkedHashMap<>();

    /**
     * One event, as it came the first time.
     *
     * @param attributes of the message, all as text
     * @param sentAt when the queue got it, in milliseconds
     */
    public record Event(JsonNode body, Map<String, String> attributes, long sentAt) {

        /** The CloudEvent's id. */
        public String id() {
            return body.get("id").asText();
        }

        /** The order. */
        public String orderId() {
            return body.get("subject").asText();
        }

        /** The event's number within its order. */
        public int sequence() {
            return body.get("sequence").asInt();
        }

        /** The event's type. */
        public String type() {
            return body.get("type").asText();
        }
    }

    /** @param queue its URL */
    public EventTap(SqsServer server, String queue) {
        this.sqs = DevQueues.client(server);
        this.queue = queue;
    }

    /** Takes all that is in the queue now, and gives all that ever came, repeats left out, in the order of arrival. */
    public Collection<Event> received() {
        while (receive() > 0) {
            // There may be more.
        }
        return List.copyOf(byId.values());
    }

    /** The events of one order, in the order of arrival. */
    public List<Event> of(String orderId) {
        return received().stream()
                .filter(event -> event.orderId().equals(orderId))
                .toList();
    }

    /** The ids of all events that came, as {@code <order id>/<sequence>}. */
    public List<String> ids() {
        return received().stream().map(Event::id).toList();
    }

    /** The orders of which an event reached the queue before an earlier one of the same order. */
    public List<String> ordersOutOfOrder() {
        return received().stream().collect(Collectors.groupingBy(Event::orderId)).entrySet().stream()
                .filter(entry -> !inOrder(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void close() {
        sqs.close();
    }

    /** A standard queue promises no order of delivery; when each message came to it tells how they were sent. */
    private static boolean inOrder(List<Event> events) {
        var bySequence = new ArrayList<>(events);
        bySequence.sort((one, other) -> Integer.compare(one.sequence(), other.sequence()));
        for (var i = 1; i < bySequence.size(); i++) {
            if (bySequence.get(i).sentAt() < bySequence.get(i - 1).sentAt()) {
                return false;
            }
        }
        return true;
    }

    private int receive() {
        var messages = sqs.receiveMessage(request -> request.queueUrl(queue)
                        .maxNumberOfMessages(10)
                        .messageAttributeNames("All")
                        .messageSystemAttributeNames(MessageSystemAttributeName.SENT_TIMESTAMP))
                .join()
                .messages();
        if (!messages.isEmpty()) {
            messages.stream().map(EventTap::event).forEach(event -> byId.putIfAbsent(event.id(), event));
            delete(messages);
        }
        return messages.size();
    }

    private void delete(List<Message> messages) {
        var entries = messages.stream()
                .map(message -> DeleteMessageBatchRequestEntry.builder()
                        .id(message.messageId())
                        .receiptHandle(message.receiptHandle())
                        .build())
                .toList();
        sqs.deleteMessageBatch(request -> request.queueUrl(queue).entries(entries))
                .join();
    }

    private static Event event(Message message) {
        try {
            var attributes = message.messageAttributes().entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().stringValue()));
            var sentAt = message.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP);
            return new Event(JSON.readTree(message.body()), attributes, Long.parseLong(sentAt));
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + message.body(), e);
        }
    }
}
