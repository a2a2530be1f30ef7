package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.card.CardNumbers;
import dev.orderengine.order.Fault;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads a request's body as JSON, and refuses one that carries a card number anywhere before anything else sees it. */
final class RequestBody {

    /** The media type of one JSON text a line. */
    static final String NDJSON = "application/x-ndjson";

    private final ObjectMapper json;

    RequestBody(ObjectMapper json) {
        this.json = json;
    }

    /**
     * The JSON in the body.
     *
     * @throws ProblemException when it is none, or carries a card number
     */
    JsonNode read(Buffer body) {
        JsonNode node = parse(body);
        refuseCards(node);
        return node;
    }

    /** @throws ProblemException when a card number is anywhere in it */
    static void refuseCards(JsonNode node) {
        List<Fault> cards = new ArrayList<>();
        findCards(node, "", cards);
        if (!cards.isEmpty()) {
            throw new ProblemException(Problem.unprocessable(cards));
        }
    }

    /**
     * The JSON in the body, of which nothing may be told before its card numbers are refused.
     *
     * @throws ProblemException when it is none
     */
    JsonNode parse(Buffer body) {
        if (body == null || body.length() == 0) {
            throw new ProblemException(Problem.malformed("The body is empty."));
        }
        try {
            return json.readTree(body.getBytes());
        } catch (JsonProcessingException e) {
            // The location only: the parser's message may quote what must not be repeated.
            throw new ProblemException(Problem.malformed(
                    e.getLocation() == null
                            ? "The body is not valid JSON."
                            : "The body is not valid JSON at line "
                                    + e.getLocation().getLineNr() + ", column "
                                    + e.getLocation().getColumnNr() + "."));
        } catch (NumberFormatException e) {
            throw new ProblemException(Problem.malformed("The body has a number that is beyond all measure."));
        } catch (IOException e) {
            throw new ProblemException(Problem.malformed("The body is not valid UTF-8."));
        }
    }

    /** What the body is said to be, without parameters; the empty string if nothing is said. */
    static String mediaType(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null ? "" : type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    }

    /** Whether the body is said to be in UTF-8, or nothing is said; JSON knows no other encoding. */
    static boolean isUtf8(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null
                || Arrays.stream(type.split(";"))
                        .map(parameter -> parameter.trim().toLowerCase(Locale.ROOT))
                        .filter(parameter -> parameter.startsWith("charset="))
                        .allMatch(parameter -> parameter.replace("\"", "").equals("charset=utf-8"));
    }

    private static void findCards(JsonNode node, String pointer, List<Fault> cards) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (CardNumbers.appearIn(field.getKey())) {
                    cards.add(cardFault(pointer));
                } else {
                    findCards(field.getValue(), pointer + "/" + JsonFields.escape(field.getKey()), cards);
                }
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                findCards(node.get(i), pointer + "/" + i, cards);
            }
        } else if ((node.isTextual() || node.isNumber()) && CardNumbers.appearIn(node.asText())) {
            cards.add(cardFault(pointer));
        }
    }

    private static Fault cardFault(String pointer) {
        return new Fault(pointer, "card_number_not_allowed", "looks like a card number; send a payment token instead");
    }
}
