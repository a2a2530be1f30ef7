package dev.orderengine.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The schemas of the contract, closed: an object that lists its properties may have no others, so that no field goes out that the
 * contract does not name. (Clients are told to ignore what they do not know; the engine is not.) Any thread.
 */
final class Schemas {

    private static final String IRI = "https://contract.test/openapi";
    private static final Set<String> CONDITIONS = Set.of("if", "then", "else", "example", "examples");

    private final SchemaRegistry registry;
    private final Map<String, Schema> byPointer = new ConcurrentHashMap<>();

    Schemas(Contract contract) {
        JsonNode closed = contract.document().deepCopy();
        close(closed);
        this.registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(Map.of(IRI, closed.toString()))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build()));
    }

    /** What the schema at that place has against the value, a line each; nothing if it takes it. */
    List<String> faults(Part schema, JsonNode value) {
        return byPointer.computeIfAbsent(schema.pointer(), this::schema).validate(value).stream()
                .map(Error::toString)
                .toList();
    }

    boolean takes(Part schema, JsonNode value) {
        return faults(schema, value).isEmpty();
    }

    private Schema schema(String pointer) {
        return registry.getSchema(SchemaLocation.of(IRI + "#" + pointer));
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.properties().stream()
                .filter(field -> !CONDITIONS.contains(field.getKey()))
                .forEach(field -> close(field.getValue()));
        if (node.isArray()) {
            node.forEach(Schemas::close);
        }
    }
}
