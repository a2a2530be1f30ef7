package dev.orderengine.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the examples of the contract have in fields and parameters, by name: what the development server knows. Immutable. */
final class Words {

    private static final Set<String> EXAMPLES = Set.of("example", "examples", "value");

    private final Map<String, Set<String>> byName = new LinkedHashMap<>();

    Words(Contract contract) {
        search(contract.document());
    }

    /** In the order of the contract; none if no example has such a field. */
    List<String> of(String name) {
        return new ArrayList<>(byName.getOrDefault(name, Set.of()));
    }

    private void search(JsonNode node) {
        if (node.has("in") && node.path("example").isValueNode()) {
            add(node.path("name").asText(), node.path("example"));
        }
        node.properties().forEach(field -> {
            if (EXAMPLES.contains(field.getKey())) {
                collect(field.getValue());
            } else {
                search(field.getValue());
            }
        });
    }

    private void collect(JsonNode example) {
        example.forEach(this::collect);
        example.properties().forEach(field -> {
            if (field.getValue().isTextual()) {
                add(field.getKey(), field.getValue());
            }
        });
    }

    private void add(String name, JsonNode value) {
        byName.computeIfAbsent(name, key -> new LinkedHashSet<>()).add(value.asText());
    }
}
