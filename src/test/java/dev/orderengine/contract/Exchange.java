package dev.orderengine.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.http.HttpHeaders;
import java.util.Set;

/**
 * A request and what it was answered.
 *
 * @param path from the root, with its query
 * @param requestHeaders names in lower case
 * @param requestBody empty if there was none
 * @param body of the answer; empty if there was none
 */
public record Exchange(
        String method,
        String path,
        Set<String> requestHeaders,
        String requestBody,
        int status,
        HttpHeaders headers,
        String body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The path without its query. */
    String resource() {
        return path.split("\\?", 2)[0];
    }

    /** The query; empty if there is none. */
    String query() {
        return path.contains("?") ? path.split("\\?", 2)[1] : "";
    }

    /** The media type of the answer, without parameters; empty if it has none. */
    String mediaType() {
        return headers.firstValue("Content-Type").orElse("").split(";", 2)[0].trim();
    }

    /** Whether the body came compressed; it is no text then. */
    boolean isCompressed() {
        return headers.firstValue("Content-Encoding").isPresent();
    }

    /** The answer as JSON. */
    JsonNode json() {
        return parsed(body);
    }

    /** The request's body as JSON; missing if it is none. */
    JsonNode requestJson() {
        try {
            return JSON.readTree(requestBody);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }
}
