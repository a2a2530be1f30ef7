package dev.orderengine.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What the API answered.
 *
 * @param body as it came, byte for byte in UTF-8; empty if there was none
 */
public record Answer(int status, java.net.http.HttpHeaders headers, String body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Answer of(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    /** The first header of that name. */
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** The body as JSON. */
    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + this, e);
        }
    }

    /** One string, number or boolean of the body; null if it is absent or null. */
    public String text(String name) {
        JsonNode node = json().get(name);
        return node == null || node.isNull() ? null : node.asText();
    }

    /** The faults of a problem document as {@code <pointer> <code>}. */
    public Stream<String> errors() {
        return elements("errors")
                .map(error ->
                        error.get("pointer").asText() + " " + error.get("code").asText());
    }

    /** The elements of an array in the body; none if it is absent. */
    public Stream<JsonNode> elements(String name) {
        return StreamSupport.stream(json().path(name).spliterator(), false);
    }
}
