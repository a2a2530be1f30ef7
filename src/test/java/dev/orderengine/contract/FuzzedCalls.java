package dev.orderengine.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Makes requests of one operation from the contract: as it should be, nearly so, or wrong. The same seed makes the same. */
final class FuzzedCalls {

    /** What has another form in them is ignored, says the contract. */
    private static final Set<String> LENIENT =
            Set.of("traceparent", "X-Request-Id", "Prefer", "listOrderEvents.Last-Event-ID");
    // HttpClient sends no control characters.
    private static final List<String> HEADERS = List.of(
            "",
            " ",
            "*",
            "7",
            "\"1\"",
            "\"0\"",
            "W/\"1\"",
            "\"1\", \"2\"",
            "\"",
            "a,b",
            "h".repeat(256),
            "wait=1",
            "4242-4242-4242-4242");
    private static final List<String> MEDIA_TYPES = List.of(
            "",
            "text/plain",
            "application/json;charset=utf-16",
            "application/xml",
            "json",
            "*/*",
            "multipart/form-data");
    private static final List<String> CALLERS = List.of("", "nobody", "garbage", "customer", "reviewer");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Schemas schemas;
    private final Operation operation;
    private final Random random;
    private final Samples samples;
    private final Spoils spoils;
    private final int number;
    private final List<String> headers = new ArrayList<>();
    private final Set<String> wrong = new LinkedHashSet<>();
    private boolean plain = true;

    private FuzzedCalls(Schemas schemas, Words words, Operation operation, long seed, int number) {
        this.schemas = schemas;
        this.operation = operation;
        this.number = number;
        this.random = new Random((seed * 31 + operation.id().hashCode()) * 31 + number);
        this.samples = new Samples(schemas, words, random);
        this.spoils = new Spoils(random);
    }

    /**
     * One request.
     *
     * @param subject a path, with the query that there must be, of something that the operation can be called with
     */
    static FuzzedCall call(Schemas schemas, Words words, Operation operation, long seed, int number, String subject) {
        return new FuzzedCalls(schemas, words, operation, seed, number).call(subject);
    }

    private FuzzedCall call(String subject) {
        String path = withQuery(path(subject));
        String caller = oneIn(15) ? strange(CALLERS) : "admin";
        operation.parameters("header").forEach(this::header);
        if (oneIn(15)) {
            headers.addAll(List.of("Accept", strange(MEDIA_TYPES)));
        }
        if (operation.body().exists()) {
            headers.addAll(List.of("Content-Type", oneIn(20) ? strange(MEDIA_TYPES) : "application/json"));
        }
        return new FuzzedCall(operation, number, path, caller, headers, body(), plain, wrong);
    }

    private String path(String subject) {
        if (!oneIn(6)) {
            return subject;
        }
        String path = operation.path();
        for (Part parameter : operation.parameters("path").toList()) {
            String value = random.nextBoolean() ? parameter.get("example").text() : spoils.text();
            path = path.replace("{" + parameter.get("name").text() + "}", encoded(value));
        }
        return path;
    }

    private String withQuery(String path) {
        List<String> pairs = new ArrayList<>();
        operation
                .parameters("query")
                .filter(parameter -> !parameter.get("required").isTrue())
                .filter(parameter -> random.nextBoolean())
                .forEach(parameter -> pairs.add(pair(parameter)));
        if (oneIn(20) && operation.parameters("query").findAny().isPresent()) {
            pairs.add("zz_unknown=" + encoded(spoils.text()));
            wrong.add("query/zz_unknown");
        }
        String query = String.join("&", pairs);
        return query.isEmpty() ? path : path + (path.contains("?") ? "&" : "?") + query;
    }

    private String pair(Part parameter) {
        String name = parameter.get("name").text();
        Part schema = parameter.get("schema");
        String value = oneIn(3) ? spoils.text() : samples.of(schema, name).asText();
        if (!schemas.takes(schema, typed(schema, value))) {
            wrong.add("query/" + name);
        }
        return name + "=" + encoded(value);
    }

    private void header(Part parameter) {
        String name = parameter.get("name").text();
        boolean required = parameter.get("required").isTrue();
        if (!required && random.nextBoolean() || required && oneIn(10)) {
            plain &= !required;
            return;
        }
        Part schema = parameter.get("schema");
        boolean odd = oneIn(5);
        String usual = name.equals("Idempotency-Key")
                ? new UUID(random.nextLong(), random.nextLong()).toString()
                : parameter.get("example").text();
        String value = odd ? pick(HEADERS) : usual;
        plain &= !odd;
        boolean lenient = LENIENT.contains(name) || LENIENT.contains(operation.id() + "." + name);
        if (!lenient && !schemas.takes(schema, typed(schema, value.trim()))) {
            wrong.add("header/" + name);
        }
        headers.addAll(List.of(name, value));
    }

    private byte[] body() {
        if (!operation.body().exists()) {
            return new byte[0];
        }
        List<JsonNode> examples =
                operation.examples().map(example -> example.getValue().node()).collect(Collectors.toList());
        JsonNode value = oneIn(3) ? samples.of(operation.body(), "") : pick(examples);
        int faults = oneIn(4) ? 0 : 1 + random.nextInt(2);
        for (int i = 0; i < faults; i++) {
            value = spoils.spoilt(value == null ? NullNode.getInstance() : value);
        }
        byte[] bytes = bytes(value);
        return oneIn(10) ? spoils.broken(bytes) : bytes;
    }

    /** Half of the time with escapes, so that surrogates without their other half get through. */
    private byte[] bytes(JsonNode value) {
        try {
            return (random.nextBoolean() ? ASCII : JSON).writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The value of a parameter as its schema sees it. */
    private static JsonNode typed(Part schema, String value) {
        return schema.get("type").text().equals("integer") && value.matches("-?[0-9]{1,30}")
                ? BigIntegerNode.valueOf(new BigInteger(value))
                : TextNode.valueOf(value);
    }

    private String strange(List<String> values) {
        plain = false;
        return pick(values);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
