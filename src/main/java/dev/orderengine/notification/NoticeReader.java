package dev.orderengine.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.queue.Message;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Reads what a message of the events queue says: a CloudEvent in JSON. */
final class NoticeReader {

    private final ObjectMapper json;

    NoticeReader(ObjectMapper json) {
        this.json = json;
    }

    /**
     * What is to be told, if anything.
     *
     * @throws UnreadableEventException when the message is no event of an order
     */
    Optional<Notice> read(Message message) {
        JsonNode event = parse(message.body());
        String type = text(event, "type");
        Optional<Kind> kind = Kind.ofEvent(type).filter(known -> isNews(type, event));
        return kind.map(known -> notice(event, known, message));
    }

    private static boolean isNews(String type, JsonNode event) {
        return !type.equals("order.updated") || event.path("data").has("cancelled");
    }

    private static Notice notice(JsonNode event, Kind kind, Message message) {
        try {
            JsonNode sequence = event.path("sequence");
            if (!sequence.isInt() || sequence.intValue() < 1) {
                throw new UnreadableEventException("the event has no sequence");
            }
            return new Notice(
                    UUID.fromString(text(event, "subject")),
                    sequence.intValue(),
                    kind,
                    Instant.parse(text(event, "time")),
                    message.trace().traceparent());
        } catch (IllegalArgumentException e) {
            throw new UnreadableEventException("the event's subject is no order id");
        } catch (DateTimeException e) {
            throw new UnreadableEventException("the event's time is no time");
        }
    }

    private JsonNode parse(String body) {
        try {
            JsonNode event = json.readTree(body);
            if (!event.isObject()) {
                throw new UnreadableEventException("the message is no CloudEvent");
            }
            return event;
        } catch (JsonProcessingException e) {
            throw new UnreadableEventException("the message is no JSON");
        }
    }

    private static String text(JsonNode event, String field) {
        JsonNode value = event.path(field);
        if (!value.isTextual()) {
            throw new UnreadableEventException("the event has no " + field);
        }
        return value.textValue();
    }
}
