package dev.orderengine.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Sees every call that tests make to an engine, fails the test whose answer is not what {@code openapi.yaml} says, and remembers what
 * of the contract it has seen. Any thread.
 */
public final class Witness {

    /** What HTTP itself, or every answer, has; not the contract's business. */
    private static final Set<String> HEADERS_OF_HTTP = Set.of(
            "content-type",
            "content-length",
            "content-encoding",
            "transfer-encoding",
            "connection",
            "cache-control",
            "x-content-type-options",
            "vary",
            "content-security-policy",
            "referrer-policy",
            "strict-transport-security",
            "ratelimit",
            "ratelimit-policy",
            "date",
            "allow");
    /** Answers to what is no operation. */
    private static final Set<Integer> OF_NO_OPERATION = Set.of(400, 404, 405, 414, 431);

    private final Contract contract;
    private final Schemas schemas;
    private final Fields fields;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    /** Knows the contract, and has seen nothing yet. */
    public Witness() {
        this.contract = Contract.load();
        this.schemas = new Schemas(contract);
        this.fields = new Fields(schemas);
    }

    Contract contract() {
        return contract;
    }

    Schemas schemas() {
        return schemas;
    }

    /** The places in the contract that were seen. */
    Set<String> seen() {
        return Set.copyOf(seen);
    }

    /** Fails if the answer is not what the contract says. */
    public void see(Exchange exchange) {
        List<String> faults = faults(exchange);
        if (!faults.isEmpty()) {
            throw new AssertionError("%s %s was answered with %d, against openapi.yaml:%n  %s%n  answer: %s"
                    .formatted(
                            exchange.method(),
                            exchange.path(),
                            exchange.status(),
                            String.join("\n  ", faults),
                            exchange.body()));
        }
    }

    /** What the contract has against the answer, a line each. */
    List<String> faults(Exchange exchange) {
        Optional<Operation> operation = contract.operation(exchange.method(), exchange.resource());
        return operation.isPresent() ? faults(operation.get(), exchange) : faultsOutside(exchange);
    }

    private List<String> faultsOutside(Exchange exchange) {
        Set<String> methods = contract.methods(exchange.resource());
        if (!OF_NO_OPERATION.contains(exchange.status())) {
            return List.of("there is no such operation in it: add the path, or the method");
        }
        String allowed = exchange.headers().firstValue("Allow").orElse("");
        return exchange.status() == 405 && !allowed.equals(String.join(", ", methods))
                ? List.of("Allow is " + allowed + ", but it lists " + methods)
                : List.of();
    }

    private List<String> faults(Operation operation, Exchange exchange) {
        Part response = operation.response(exchange.status());
        if (!response.exists()) {
            return List.of(operation.title() + " does not list this status under responses");
        }
        List<String> faults = new ArrayList<>();
        body(response, exchange, faults);
        headers(response, exchange, faults);
        seen.add(operation.pointerTo(exchange.status()));
        request(operation, exchange);
        return faults;
    }

    private void body(Part response, Exchange exchange, List<String> faults) {
        Part content = response.get("content");
        if (exchange.body().isEmpty()) {
            if (content.exists()) {
                faults.add("the answer has no body; " + response.pointer() + " has content");
            }
            return;
        }
        Part media = content.get(exchange.mediaType());
        if (!media.exists()) {
            faults.add(response.pointer() + " has no content " + exchange.mediaType());
        } else if (exchange.mediaType().endsWith("json")
                && !exchange.mediaType().endsWith("ndjson")
                && !exchange.isCompressed()) {
            Part schema = media.get("schema");
            JsonNode body = exchange.json();
            schemas.faults(schema, body).forEach(fault -> faults.add(schema.pointer() + ": " + fault));
            fields.seen(schema, body, seen::add);
            codes(response, body, faults);
        }
    }

    /** The codes of a problem document, its own and those of its faults. */
    private void codes(Part response, JsonNode body, List<String> faults) {
        Part codes = response.get("x-problem-codes");
        if (codes.exists()) {
            Stream.concat(
                            Stream.of(body),
                            StreamSupport.stream(body.path("errors").spliterator(), false))
                    .map(coded -> coded.path("code").asText())
                    .forEach(code -> {
                        seen.add(codes.pointerTo(code));
                        if (!codes.node().has(code)) {
                            faults.add(codes.pointer() + " does not list the code " + code);
                        }
                    });
        }
    }

    private void headers(Part response, Exchange exchange, List<String> faults) {
        Part headers = response.get("headers");
        exchange.headers().map().keySet().stream()
                .filter(name -> !HEADERS_OF_HTTP.contains(name.toLowerCase(Locale.ROOT)))
                .filter(name ->
                        headers.fields().noneMatch(known -> known.getKey().equalsIgnoreCase(name)))
                .forEach(name -> faults.add(response.pointer() + " does not list the header " + name));
        headers.fields().forEach(header -> {
            Optional<String> value = exchange.headers().firstValue(header.getKey());
            if (value.isPresent()) {
                seen.add(headers.pointerTo(header.getKey()));
                Part schema = header.getValue().get("schema");
                schemas.faults(schema, TextNode.valueOf(value.get()))
                        .forEach(fault -> faults.add("header " + header.getKey() + ": " + fault));
            } else if (header.getValue().get("required").isTrue()) {
                faults.add("the answer lacks the header " + header.getKey() + " of " + response.pointer());
            }
        });
    }

    /** Remembers what of the request was used, where it was accepted. */
    private void request(Operation operation, Exchange exchange) {
        if (exchange.status() >= 400) {
            return;
        }
        for (Part parameter : operation.parameters()) {
            String name = parameter.get("name").text();
            boolean sent = switch (parameter.get("in").text()) {
                case "query" -> ("&" + exchange.query()).contains("&" + name + "=");
                case "header" -> exchange.requestHeaders().contains(name.toLowerCase(Locale.ROOT));
                default -> true;
            };
            if (sent) {
                seen.add(operation.part().pointer() + "#" + name);
            }
        }
        fields.seen(operation.body(), exchange.requestJson(), seen::add);
    }
}
