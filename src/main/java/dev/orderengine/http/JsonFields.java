package dev.orderengine.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.order.Fault;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The fields of one JSON object, read with every fault noted under its JSON Pointer; a faulty field reads as absent. */
final class JsonFields {

    private static final int LONGEST_NAME = 128;
    private static final int REPLACEMENT = 0xfffd;

    private final JsonNode object;
    private final String pointer;
    private final List<Fault> faults;

    private JsonFields(JsonNode object, String pointer, List<Fault> faults) {
        this.object = object;
        this.pointer = pointer;
        this.faults = faults;
    }

    /** The fields of an object that may have no other fields than the allowed ones. */
    static Optional<JsonFields> of(JsonNode node, String pointer, Set<String> allowed, List<Fault> faults) {
        if (!node.isObject()) {
            faults.add(new Fault(pointer, "wrong_type", "must be an object"));
            return Optional.empty();
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!allowed.contains(name)) {
                faults.add(new Fault(
                        pointer + "/" + escape(name),
                        "unknown_field",
                        "is not known here; known are " + sorted(allowed)));
            }
        }
        return Optional.of(new JsonFields(node, pointer, faults));
    }

    List<Fault> faults() {
        return faults;
    }

    String pointerTo(String name) {
        return pointer + "/" + name;
    }

    void fault(String name, String code, String message) {
        faults.add(new Fault(pointerTo(name), code, message));
    }

    /** The field's value, if it is there; null counts as not there. */
    Optional<JsonNode> node(String name) {
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? Optional.empty() : Optional.of(node);
    }

    /** Notes the absence of a field that must be there. */
    <T> T required(String name, Optional<T> value) {
        if (value.isEmpty() && node(name).isEmpty()) {
            fault(name, "required", "is required");
        }
        return value.orElse(null);
    }

    /** A string of at most that length, without control characters. */
    Optional<String> text(String name, int maxLength) {
        return node(name).flatMap(node -> text(node, pointerTo(name), maxLength));
    }

    /** A string that matches a pattern as a whole. */
    Optional<String> text(String name, int maxLength, Pattern pattern) {
        return text(name, maxLength).filter(value -> {
            boolean matches = pattern.matcher(value).matches();
            if (!matches) {
                fault(name, "invalid_format", "must match " + pattern.pattern());
            }
            return matches;
        });
    }

    /** A string turned into something else, that takes only what is allowed. */
    <T> Optional<T> text(String name, Function<String, T> parser, String code, String allowed) {
        return text(name, 64).flatMap(value -> {
            try {
                return Optional.of(parser.apply(value));
            } catch (IllegalArgumentException e) {
                fault(name, code, "must be " + allowed);
                return Optional.empty();
            }
        });
    }

    /** A whole number within bounds. */
    Optional<Integer> integer(String name, int min, int max) {
        return node(name).flatMap(node -> {
            if (!node.isIntegralNumber()) {
                fault(name, "wrong_type", "must be a whole number");
                return Optional.empty();
            }
            if (!node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
                fault(name, "out_of_range", "must be from " + min + " to " + max);
                return Optional.empty();
            }
            return Optional.of(node.intValue());
        });
    }

    /** True or false. */
    Optional<Boolean> flag(String name) {
        return node(name).flatMap(node -> {
            if (!node.isBoolean()) {
                fault(name, "wrong_type", "must be true or false");
                return Optional.empty();
            }
            return Optional.of(node.booleanValue());
        });
    }

    /** A field that may repeat what the path says, so that an answer can be sent back, and may say nothing else. */
    void repeats(String name, String value) {
        node(name)
                .filter(node -> !value.equals(node.textValue()))
                .ifPresent(node -> fault(name, "differs_from_path", "must be " + value + ", as in the path"));
    }

    /** A number, or a string that is meant as one, as its text. */
    Optional<String> decimal(String name) {
        return node(name).flatMap(node -> {
            if (!node.isNumber() && !node.isTextual()) {
                fault(name, "wrong_type", "must be a decimal, as a string or a number");
                return Optional.empty();
            }
            return Optional.of(node.isNumber() ? node.decimalValue().toString() : node.textValue());
        });
    }

    private Optional<String> text(JsonNode node, String at, int maxLength) {
        if (!node.isTextual()) {
            faults.add(new Fault(at, "wrong_type", "must be a string"));
            return Optional.empty();
        }
        String value = node.textValue();
        if (value.isEmpty() || isLonger(value, maxLength)) {
            faults.add(new Fault(at, "out_of_range", "must have 1 to " + maxLength + " characters"));
            return Optional.empty();
        }
        if (hasUnstorable(value)) {
            faults.add(new Fault(at, "invalid_character", "must not have control characters or unpaired surrogates"));
            return Optional.empty();
        }
        return Optional.of(value);
    }

    /** The value of a string node, noted under a pointer of its own (a metadata entry). */
    Optional<String> entry(String name, JsonNode node, int maxLength) {
        return text(node, pointerTo(escape(name)), maxLength);
    }

    /** By characters as people, JSON Schema and Postgres count them. */
    static boolean isLonger(String value, int maxLength) {
        return value.codePointCount(0, value.length()) > maxLength;
    }

    /** Whether Postgres or UTF-8 could not hold it, or a log line would be broken by it. */
    static boolean hasUnstorable(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean control = c < ' ' && c != '\n' && c != '\r' && c != '\t';
            boolean paired = Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1));
            if (control || c == 0x7f || (Character.isSurrogate(c) && !paired)) {
                return true;
            }
            if (paired) {
                i++;
            }
        }
        return false;
    }

    /**
     * A client's name of a field as a part of a pointer, which goes into answers and the audit log: what could not be stored stands as
     * U+FFFD, and what is too long for any field is cut.
     */
    static String escape(String name) {
        StringBuilder escaped = new StringBuilder();
        name.codePoints().limit(LONGEST_NAME).forEach(c -> {
            boolean storable = !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE;
            escaped.appendCodePoint(storable ? c : REPLACEMENT);
        });
        return escaped.toString().replace("~", "~0").replace("/", "~1");
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }
}
