package dev.orderengine.contract;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One operation of the contract.
 *
 * @param path from the root of the engine, with its parameters' names in braces
 * @param part the operation itself
 * @param parameters of the path and of the operation
 */
record Operation(String method, String path, Part part, List<Part> parameters) {

    private static final Pattern PARAMETER = Pattern.compile("\\{[a-z_]+}");

    /** @param path below the item's server, or else the contract's first */
    static Operation of(String method, String path, Part item) {
        Part servers = item.get("servers").exists()
                ? item.get("servers")
                : Part.root(item.document()).get("servers");
        String base =
                servers.elements().findFirst().orElseThrow().get("url").text().replaceFirst("/$", "");
        Part part = item.get(method);
        List<Part> parameters = Stream.of(item, part)
                .flatMap(owner -> owner.get("parameters").elements())
                .toList();
        return new Operation(method.toUpperCase(Locale.ROOT), base + path, part, parameters);
    }

    String id() {
        return part.get("operationId").text();
    }

    /** The same at another path. */
    Operation withPath(String other) {
        return new Operation(method, other, part, parameters);
    }

    /** For messages. */
    String title() {
        return method + " " + path + " (" + id() + ")";
    }

    /** The scope that it needs; empty if it needs no token. */
    Optional<String> scope() {
        return part.get("security")
                .elements()
                .findFirst()
                .flatMap(required -> required.get("bearer").texts().findFirst());
    }

    /** Whether a path, without its query, is this operation's. */
    boolean matches(String requestPath) {
        return Pattern.matches(
                PARAMETER.splitAsStream(path).map(Pattern::quote).collect(Collectors.joining("[^/]+"))
                        + (path.endsWith("}") ? "[^/]+" : ""),
                requestPath);
    }

    Stream<Part> parameters(String in) {
        return parameters.stream()
                .filter(parameter -> parameter.get("in").text().equals(in));
    }

    Optional<Part> parameter(String in, String name) {
        return parameters(in)
                .filter(parameter -> parameter.get("name").text().equalsIgnoreCase(name))
                .findFirst();
    }

    /** The schema of JSON bodies; missing if it takes none. */
    Part body() {
        return part.get("requestBody").get("content").get("application/json").get("schema");
    }

    /** The values of the examples of its JSON body, by name. */
    Stream<Map.Entry<String, Part>> examples() {
        return part.get("requestBody")
                .get("content")
                .get("application/json")
                .get("examples")
                .fields()
                .map(example -> Map.entry(example.getKey(), example.getValue().get("value")));
    }

    /** The response of that status, or that of what HTTP itself refuses. */
    Part response(int status) {
        Part own = part.get("responses").get(String.valueOf(status));
        boolean ofHttp = status == 400 || status == 414 || status == 431 || status == 500;
        return own.exists() || !ofHttp ? own : part.get("responses").get("default");
    }

    /** Where that status is named in the operation. */
    String pointerTo(int status) {
        return part.get("responses").pointerTo(String.valueOf(status));
    }
}
