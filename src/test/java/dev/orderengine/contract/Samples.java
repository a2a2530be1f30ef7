package dev.orderengine.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Values that a schema takes, at its bounds too. The same seed gives the same values. One thread. */
final class Samples {

    private static final int ATTEMPTS = 10;
    private static final Pattern REPEATED = Pattern.compile("\\{[0-9]+,([0-9]+)}");
    private static final List<String> TEXTS = List.of(
            "a",
            "0",
            "7.50",
            "1999",
            "USD",
            "JPY",
            "fuzz-1",
            "a.b_c:d-e",
            "a@example.com",
            "en-US",
            "wait=0",
            "*",
            "\"1\"",
            "2026-01-31T12:00:00.000Z",
            "0199f7a0-5c1e-7a3b-8d9e-3f1f6a2b4c5d",
            "Zoë 株式会社 😀",
            " ' \" \\ </script> -- ;");

    private final Schemas schemas;
    private final Words words;
    private final Random random;

    Samples(Schemas schemas, Words words, Random random) {
        this.schemas = schemas;
        this.words = words;
        this.random = random;
    }

    /** A value that the schema takes; if that is hard to find, one that it nearly takes. */
    JsonNode of(Part schema, String name) {
        return IntStream.range(0, ATTEMPTS)
                .mapToObj(attempt -> attempt(schema, name))
                .filter(value -> schemas.takes(schema, value))
                .findFirst()
                .orElseGet(() -> attempt(schema, name));
    }

    private JsonNode attempt(Part schema, String name) {
        if (schema.get("const").exists()) {
            return schema.get("const").node();
        }
        if (schema.get("enum").exists()) {
            return pick(schema.get("enum").node());
        }
        return switch (type(schema)) {
            case "object" -> object(schema);
            case "array" -> array(schema, name);
            case "integer" -> integer(schema);
            case "number" -> LongNode.valueOf(random.nextInt(10_000));
            case "boolean" -> BooleanNode.valueOf(random.nextBoolean());
            case "null" -> NullNode.getInstance();
            default -> text(schema, name);
        };
    }

    private String type(Part schema) {
        JsonNode type = schema.get("type").node();
        return type.isArray() ? pick(type).asText() : type.asText();
    }

    private ObjectNode object(Part schema) {
        Set<String> required = schema.get("required").texts().collect(Collectors.toSet());
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        schema.get("properties").fields().forEach(field -> {
            if (required.contains(field.getKey()) || random.nextBoolean()) {
                object.set(field.getKey(), of(field.getValue(), field.getKey()));
            }
        });
        Part others = schema.get("additionalProperties");
        if (others.node().isObject()) {
            IntStream.range(0, random.nextInt(3)).forEach(n -> {
                String name = text(schema.get("propertyNames"), "").asText();
                object.set(name, of(others, name));
            });
        }
        return object;
    }

    private ArrayNode array(Part schema, String name) {
        int least = schema.get("minItems").node().asInt(0);
        int most = schema.get("maxItems").node().asInt(least + 3);
        int size = random.nextInt(20) == 0 ? most : Math.min(most, least + random.nextInt(3));
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        IntStream.range(0, size).forEach(n -> array.add(of(schema.get("items"), name)));
        return array;
    }

    private JsonNode integer(Part schema) {
        long least = schema.get("minimum").node().asLong(Integer.MIN_VALUE);
        long most = schema.get("maximum").node().asLong(Integer.MAX_VALUE);
        return LongNode.valueOf(
                switch (random.nextInt(6)) {
                    case 0 -> least;
                    case 1 -> most;
                    default -> least + random.nextInt((int) Math.min(5, most - least + 1));
                });
    }

    private JsonNode text(Part schema, String name) {
        List<String> texts = random.nextInt(3) > 0 ? words.of(name) : new ArrayList<>();
        if (texts.isEmpty()) {
            texts.addAll(TEXTS);
            schema.get("examples").texts().forEach(texts::add);
            longest(schema).ifPresent(length -> texts.add("x".repeat(length)));
        }
        Collections.shuffle(texts, random);
        return texts.stream()
                .map(text -> (JsonNode) TextNode.valueOf(text))
                .filter(text -> !schema.exists() || schemas.takes(schema, text))
                .findFirst()
                .orElse(TextNode.valueOf(texts.get(0)));
    }

    private static OptionalInt longest(Part schema) {
        if (schema.get("maxLength").exists()) {
            return OptionalInt.of(schema.get("maxLength").node().asInt());
        }
        Matcher repeated = REPEATED.matcher(schema.get("pattern").text());
        return repeated.find() ? OptionalInt.of(Integer.parseInt(repeated.group(1))) : OptionalInt.empty();
    }

    private JsonNode pick(JsonNode array) {
        return array.get(random.nextInt(array.size()));
    }
}
