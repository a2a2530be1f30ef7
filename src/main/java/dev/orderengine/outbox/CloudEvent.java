package dev.orderengine.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * An event as consumers see it: CloudEvents 1.0 in JSON (structured mode).
 *
 * @param id {@code <order id>/<sequence>}: the same at every delivery, and legal as a FIFO queue's deduplication id
 * @param type the event's type
 * @param subject the order id
 * @param time when it happened; written in UTC with milliseconds
 * @param sequence the event's number within its order, by which consumers order what they get
 * @param data JSON text, embedded as it is
 */
public record CloudEvent(String id, String type, String subject, Instant time, int sequence, String data) {

    /** What all events name as their source. */
    public static final String SOURCE = "/order-engine";

    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter RFC_3339_MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int TYPICAL_LENGTH = 1_024;

    /** What is told of an event of the outbox. */
    static CloudEvent of(OutboxEvent event) {
        String order = event.orderId().toString();
        return new CloudEvent(
                order + "/" + event.sequence(), event.type(), order, event.at(), event.sequence(), event.data());
    }

    /** The event in JSON. */
    public String toJson() {
        StringWriter text = new StringWriter(TYPICAL_LENGTH);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("specversion", "1.0");
            json.writeStringField("id", id);
            json.writeStringField("source", SOURCE);
            json.writeStringField("type", type);
            json.writeStringField("subject", subject);
            json.writeStringField("time", RFC_3339_MILLIS.format(time));
            json.writeNumberField("sequence", sequence);
            json.writeStringField("datacontenttype", "application/json");
            json.writeFieldName("data");
            json.writeRawValue(data);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return withoutNoncharacters(text.toString());
    }

    /** SQS refuses these two, which Postgres lets pass; in JSON they can only stand in strings, where an escape says the same. */
    private static String withoutNoncharacters(String json) {
        return json.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff");
    }
}
