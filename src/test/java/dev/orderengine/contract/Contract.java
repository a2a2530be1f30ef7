package dev.orderengine.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code openapi.yaml}, as it is shipped. Immutable. */
final class Contract {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options");

    private final JsonNode document;
    private final List<Operation> operations;

    private Contract(JsonNode document) {
        this.document = document;
        this.operations = Part.root(document)
                .get("paths")
                .fields()
                .flatMap(Contract::operations)
                .toList();
    }

    static Contract load() {
        try (InputStream yaml = Contract.class.getResourceAsStream("/openapi.yaml")) {
            return new Contract(new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException("openapi.yaml is no YAML", e);
        }
    }

    JsonNode document() {
        return document;
    }

    List<Operation> operations() {
        return operations;
    }

    /** The operation of a request, the path given without its query; a path without parameters wins. */
    Optional<Operation> operation(String method, String path) {
        return at(path).filter(operation -> operation.method().equals(method)).findFirst();
    }

    /** The methods that a path has, in the order of the alphabet. */
    Set<String> methods(String path) {
        return at(path).map(Operation::method).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Slashes at the end, or several in a row, make no difference. */
    private Stream<Operation> at(String requestPath) {
        String path = requestPath.replaceAll("//+", "/").replaceFirst("(?<=.)/$", "");
        List<Operation> exact = operations.stream()
                .filter(operation -> operation.path().equals(path))
                .toList();
        return exact.isEmpty() ? operations.stream().filter(operation -> operation.matches(path)) : exact.stream();
    }

    private static Stream<Operation> operations(Map.Entry<String, Part> item) {
        return item.getValue()
                .fields()
                .map(Map.Entry::getKey)
                .filter(METHODS::contains)
                .map(method -> Operation.of(method, item.getKey(), item.getValue()));
    }
}
