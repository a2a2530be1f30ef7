package dev.orderengine.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Walks the properties that a schema names: all of them, or those that a value has. */
final class Fields {

    private final Schemas schemas;

    Fields(Schemas schemas) {
        this.schemas = schemas;
    }

    /** The places of all properties that can be reached from a schema. */
    static Set<String> named(Part schema) {
        Set<String> places = new HashSet<>();
        named(schema, places, new HashSet<>());
        return places;
    }

    /** Gives the places of the properties that the value has. */
    void seen(Part schema, JsonNode value, Consumer<String> place) {
        if (!schema.exists()) {
            return;
        }
        branches(schema).filter(branch -> schemas.takes(branch, value)).forEach(branch -> seen(branch, value, place));
        Part items = schema.get("items");
        if (value.isArray()) {
            value.forEach(item -> seen(items, item, place));
        }
        Part properties = schema.get("properties");
        value.properties().forEach(field -> {
            if (properties.node().has(field.getKey())) {
                place.accept(properties.pointerTo(field.getKey()));
                seen(properties.get(field.getKey()), field.getValue(), place);
            } else {
                seen(schema.get("additionalProperties"), field.getValue(), place);
            }
        });
    }

    private static void named(Part schema, Set<String> places, Set<String> visited) {
        if (!schema.exists() || !visited.add(schema.pointer())) {
            return;
        }
        branches(schema).forEach(branch -> named(branch, places, visited));
        named(schema.get("items"), places, visited);
        named(schema.get("additionalProperties"), places, visited);
        Part properties = schema.get("properties");
        properties.fields().forEach(field -> {
            places.add(properties.pointerTo(field.getKey()));
            named(field.getValue(), places, visited);
        });
    }

    /** The schemas that a value may have instead; beside properties they are but conditions on these. */
    private static Stream<Part> branches(Part schema) {
        if (schema.get("properties").exists()) {
            return Stream.empty();
        }
        return Stream.of("oneOf", "anyOf", "allOf")
                .flatMap(keyword -> schema.get(keyword).elements());
    }
}
