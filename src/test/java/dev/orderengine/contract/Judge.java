package dev.orderengine.contract;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Says what is wrong with the answer to a request, by the contract and by what the product promises of all answers. Any thread. */
final class Judge {

    /** Faults of the form, of which the schema must know. */
    private static final Set<String> FORMAL = Set.of(
            "unknown_field",
            "wrong_type",
            "required",
            "one_of",
            "not_allowed",
            "out_of_range",
            "invalid_format",
            "invalid_character",
            "unknown_payment_method",
            "unknown_channel",
            "unknown_status",
            "unknown_decision");
    /** Those that may also come of what there is: the cart's customer, the stock that there would be. */
    private static final Map<String, String> OF_CONTENT =
            Map.of("checkOutCart", "required", "putStock", "out_of_range");

    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Witness witness;

    Judge(Witness witness) {
        this.witness = witness;
    }

    /** What is wrong, a line each. */
    List<String> faults(FuzzedCall call, Exchange exchange) {
        List<String> faults = new ArrayList<>(witness.faults(exchange));
        if (exchange.status() >= 500) {
            faults.add("it failed");
        }
        if (exchange.status() < 300 && !call.wrong().isEmpty()) {
            faults.add("it was accepted, though openapi.yaml refuses " + call.wrong());
        }
        if (call.operation().body().exists()) {
            body(call, exchange, faults);
        }
        return faults;
    }

    private void body(FuzzedCall call, Exchange exchange, List<String> faults) {
        Part schema = call.operation().body();
        Optional<JsonNode> sent = parsed(call.body());
        boolean taken =
                sent.filter(body -> witness.schemas().takes(schema, body)).isPresent();
        if (taken && call.plain() && call.wrong().isEmpty()) {
            refused(call, exchange)
                    .forEach(fault -> faults.add("openapi.yaml takes the body, and the engine refused " + fault));
        }
        if (accepted(call, exchange, sent).anyMatch(part -> !witness.schemas().takes(part.schema(), part.value()))) {
            faults.add("it was accepted, though openapi.yaml refuses the body");
        }
        if (accepted(call, exchange, sent).anyMatch(part -> hasCardNumber(part.value()))) {
            faults.add("a card number was accepted");
        }
    }

    private static Stream<String> refused(FuzzedCall call, Exchange exchange) {
        String ofContent = OF_CONTENT.getOrDefault(call.operation().id(), "");
        return StreamSupport.stream(problem(exchange).path("errors").spliterator(), false)
                .filter(fault -> !fault.path("pointer").asText().contains("path/"))
                .filter(fault -> FORMAL.contains(fault.path("code").asText()))
                .filter(fault -> !fault.path("code").asText().equals(ofContent))
                .map(JsonNode::toString);
    }

    private record Accepted(Part schema, JsonNode value) {}

    /** What of the body the engine accepted; a validation and a batch say so in the answer. */
    private static Stream<Accepted> accepted(FuzzedCall call, Exchange exchange, Optional<JsonNode> sent) {
        if (exchange.status() >= 300) {
            return Stream.empty();
        }
        Part schema = call.operation().body();
        JsonNode body = sent.orElse(com.fasterxml.jackson.databind.node.MissingNode.getInstance());
        return switch (call.operation().id()) {
            case "validateOrder" ->
                exchange.json().path("valid").asBoolean() ? Stream.of(new Accepted(schema, body)) : Stream.empty();
            case "placeOrders" -> {
                JsonNode results = exchange.json().path("results");
                yield IntStream.range(0, results.size())
                        .filter(i -> results.get(i).path("status").asInt() == 201)
                        .mapToObj(i -> new Accepted(schema.get("items"), body.path(i)));
            }
            default -> Stream.of(new Accepted(schema, body));
        };
    }

    private static boolean hasCardNumber(JsonNode node) {
        return node.toString().replaceAll("[ -]", "").contains("4242424242424242");
    }

    private static JsonNode problem(Exchange exchange) {
        return exchange.mediaType().endsWith("json") && !exchange.body().isEmpty()
                ? exchange.json()
                : com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private static Optional<JsonNode> parsed(byte[] body) {
        try {
            return Optional.of(STRICT.readTree(body)).filter(node -> !node.isMissingNode());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
