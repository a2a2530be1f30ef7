package dev.orderengine.dev.simulator;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request, read whole.
 *
 * @param method HTTP method
 * @param path path without query
 * @param parameters query and form parameters; of a repeated one the last counts
 * @param body as it was sent
 * @param authorization the header, empty if absent
 * @param idempotencyKey the header of the provider's own name, if present
 */
public record Call(
        String method,
        String path,
        Map<String, String> parameters,
        Buffer body,
        String authorization,
        Optional<String> idempotencyKey) {

    static Call of(HttpServerRequest request, Buffer body) {
        var parameters = new HashMap<String, String>();
        decode(new QueryStringDecoder(request.uri()), parameters);
        if (!"application/json".equals(request.getHeader("Content-Type"))) {
            decode(new QueryStringDecoder(body.toString(), StandardCharsets.UTF_8, false), parameters);
        }
        return new Call(
                request.method().name(),
                request.path(),
                parameters,
                body,
                Optional.ofNullable(request.getHeader("Authorization")).orElse(""),
                Optional.ofNullable(request.getHeader("Idempotency-Key"))
                        .or(() -> Optional.ofNullable(request.getHeader("PayPal-Request-Id"))));
    }

    /** A parameter's value, if it was sent and is not empty. */
    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }

    /** The body as JSON; an empty object if there is none. */
    JsonObject json() {
        return body.length() == 0 ? new JsonObject() : body.toJsonObject();
    }

    /** The non-empty parts of the path. */
    List<String> segments() {
        return List.of(path.substring(1).split("/"));
    }

    /** A number that tells calls apart by path and parameters, whatever the order of the parameters, or by body. */
    long fingerprint() {
        var sum = hash(method + path);
        if (parameters.isEmpty()) {
            sum += hash(body.toString());
        }
        for (var parameter : parameters.entrySet()) {
            sum += hash(parameter.getKey() + '=' + parameter.getValue());
        }
        return sum;
    }

    /** FNV-1a, 64 bits: a stored fingerprint takes 8 bytes where the parameters would take hundreds. */
    private static long hash(String text) {
        var hash = 0xcbf29ce484222325L;
        for (var i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    private static void decode(QueryStringDecoder decoder, Map<String, String> parameters) {
        decoder.parameters().forEach((name, values) -> parameters.put(name, values.get(values.size() - 1)));
    }
}
