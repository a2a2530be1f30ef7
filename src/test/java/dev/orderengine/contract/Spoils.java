package dev.orderengine.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils what is good: values in one place, texts, bytes. The same seed spoils alike. One thread. */
final class Spoils {

    /** Passes the check digit of card numbers; no one has it. */
    static final String CARD_NUMBER = "4242 4242 4242 4242";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "null",
            "-1",
            "1e9",
            "0x10",
            "１２",
            "\u0000",
            "a\u0000b",
            "line\nbreak\ttab",
            "\u0007\u001b[31m",
            "\ud800",
            "\u202eright to left",
            "e\u0301 \ufeff\u200b",
            "😀".repeat(64),
            "x".repeat(65),
            "y".repeat(513),
            "z".repeat(70_000),
            "'; DROP TABLE orders; --",
            "../../etc/passwd",
            "${jndi:ldap://localhost/a}",
            "{{7*7}}",
            "%s%n%x",
            "4242-4242-4242-4242",
            CARD_NUMBER);
    private static final List<JsonNode> VALUES = List.of(
            NODES.nullNode(),
            NODES.booleanNode(true),
            IntNode.valueOf(0),
            IntNode.valueOf(-1),
            IntNode.valueOf(1001),
            IntNode.valueOf(Integer.MAX_VALUE),
            LongNode.valueOf(1L << 31),
            LongNode.valueOf(Long.MIN_VALUE),
            LongNode.valueOf(4242424242424242L),
            BigIntegerNode.valueOf(BigInteger.ONE.shiftLeft(200)),
            DecimalNode.valueOf(new BigDecimal("0.5")),
            DecimalNode.valueOf(new BigDecimal("19.999")),
            DecimalNode.valueOf(new BigDecimal("1E+400")),
            DecimalNode.valueOf(new BigDecimal("1E-400")),
            NODES.arrayNode(),
            NODES.objectNode(),
            NODES.arrayNode().add(NODES.arrayNode()),
            NODES.objectNode().set("a", NODES.objectNode()));
    private static final List<String> NAMES =
            List.of("", "zz_unknown", "__proto__", "Items", "a.b", "\u0000", "\ud800", "n".repeat(300), CARD_NUMBER);
    private static final List<String> BODIES = List.of(
            "",
            " ",
            "null",
            "[",
            "{",
            "{}{}",
            "{} x",
            "{\"a\": 1,}",
            "{'a': 1}",
            "{\"a\": NaN}",
            "{\"a\": 01}",
            "{\"a\": 1e999999999}",
            "{\"a\": 1, \"a\": 2}",
            "/* a */ {}",
            "\"\\ud800\"",
            "\"\\x\"",
            "[".repeat(5000),
            "{\"a\":".repeat(3000),
            "9".repeat(20_000));

    private final Random random;

    Spoils(Random random) {
        this.random = random;
    }

    String text() {
        return pick(TEXTS);
    }

    /** A copy with another thing in one place. */
    JsonNode spoilt(JsonNode value) {
        JsonNode[] root = {NODES.nullNode()};
        List<Place> places = new ArrayList<>();
        root[0] = value.deepCopy();
        search(new Place(root[0], node -> root[0] = node, () -> root[0] = value()), places);
        spoil(pick(places));
        return root[0];
    }

    /** Bytes that are no JSON, or hardly. */
    byte[] broken(byte[] body) {
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(body, random.nextInt(body.length + 1));
            case 1 -> flipped(body);
            case 2 -> joined(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, body);
            case 3 -> joined(body, new byte[] {(byte) 0xc3, 0x28});
            case 4 -> new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
            default -> pick(BODIES).getBytes(StandardCharsets.UTF_8);
        };
    }

    /** A value somewhere, and how to replace it, or take it away. */
    private record Place(JsonNode value, java.util.function.Consumer<JsonNode> replace, Runnable remove) {}

    private static void search(Place place, List<Place> places) {
        places.add(place);
        if (place.value() instanceof ObjectNode object) {
            object.properties()
                    .forEach(field -> search(
                            new Place(
                                    field.getValue(),
                                    node -> object.set(field.getKey(), node),
                                    () -> object.remove(field.getKey())),
                            places));
        } else if (place.value() instanceof ArrayNode array && !array.isEmpty()) {
            search(new Place(array.get(0), node -> array.set(0, node), () -> array.remove(0)), places);
        }
    }

    private void spoil(Place place) {
        switch (random.nextInt(8)) {
            case 0 -> place.remove().run();
            case 1 -> place.replace().accept(value());
            case 2 -> place.replace().accept(NODES.arrayNode().add(place.value()));
            case 3 -> place.replace().accept(TextNode.valueOf(place.value().asText()));
            case 4 -> grow(place);
            default -> place.replace().accept(random.nextBoolean() ? TextNode.valueOf(text()) : value());
        }
    }

    private void grow(Place place) {
        if (place.value() instanceof ObjectNode object) {
            object.set(pick(NAMES), value());
        } else if (place.value() instanceof ArrayNode array && !array.isEmpty()) {
            JsonNode first = array.get(0);
            int more = random.nextBoolean() ? 1 : 500;
            for (int i = 0; i < more; i++) {
                array.add(first.deepCopy());
            }
        } else {
            place.replace().accept(TextNode.valueOf(place.value().asText() + text()));
        }
    }

    private JsonNode value() {
        return pick(VALUES).deepCopy();
    }

    private byte[] flipped(byte[] body) {
        if (body.length == 0) {
            return new byte[] {'x'};
        }
        byte[] flipped = body.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(first);
        joined.writeBytes(second);
        return joined.toByteArray();
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
