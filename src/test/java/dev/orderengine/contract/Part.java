package dev.orderengine.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A part of the contract, with the place where it stands. References are followed, so that what is shared has one place.
 *
 * @param document the whole contract
 * @param pointer JSON Pointer to the part
 * @param node the part; a missing node if there is none
 */
record Part(JsonNode document, String pointer, JsonNode node) {

    private static final String REFERENCE = "$ref";

    static Part root(JsonNode document) {
        return new Part(document, "", document);
    }

    /** The part below it of that name. */
    Part get(String name) {
        return new Part(document, pointer + "/" + escape(name), node.path(name)).resolved();
    }

    /** The same, without following a reference: where it is named, not where it stands. */
    String pointerTo(String name) {
        return pointer + "/" + escape(name);
    }

    boolean exists() {
        return !node.isMissingNode();
    }

    String text() {
        return node.asText();
    }

    boolean isTrue() {
        return node.asBoolean(false);
    }

    /** Names and parts below an object. */
    Stream<Map.Entry<String, Part>> fields() {
        return node.properties().stream().map(field -> Map.entry(field.getKey(), get(field.getKey())));
    }

    /** The parts below an array. */
    Stream<Part> elements() {
        return Stream.iterate(0, i -> i + 1)
                .limit(node.size())
                .map(i -> new Part(document, pointer + "/" + i, node.get(i)).resolved());
    }

    /** The strings of an array. */
    Stream<String> texts() {
        return StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText);
    }

    /** What stands where the reference points to. A schema may say more beside its reference; that is description only. */
    private Part resolved() {
        if (!node.has(REFERENCE)) {
            return this;
        }
        String target = node.get(REFERENCE).asText().substring(1);
        JsonNode found = document.at(target);
        if (found.isMissingNode()) {
            throw new AssertionError(pointer + " refers to " + target + ", which openapi.yaml does not have");
        }
        return new Part(document, target, found).resolved();
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
