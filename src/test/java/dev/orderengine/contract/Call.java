package dev.orderengine.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A call of an operation as it should be.
 *
 * @param path with values for its parameters
 * @param body null if there is none
 */
record Call(Operation operation, String path, JsonNode body) {

    /** With the examples of the contract. */
    static Call example(Operation operation) {
        return new Call(
                operation,
                Subjects.example(operation),
                operation
                        .examples()
                        .findFirst()
                        .map(example -> example.getValue().node())
                        .orElse(null));
    }

    byte[] bytes() {
        return body == null ? new byte[0] : body.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The headers that belong to such a call, and others, which win. */
    String[] headers(String... others) {
        List<String> all = new ArrayList<>(List.of(others));
        if (operation.body().exists() && !all.contains("Content-Type")) {
            all.addAll(List.of("Content-Type", "application/json"));
        }
        if (operation.parameter("header", "Idempotency-Key").isPresent() && !all.contains("Idempotency-Key")) {
            all.addAll(List.of("Idempotency-Key", UUID.randomUUID().toString()));
        }
        boolean versioned = operation
                .parameter("header", "If-Match")
                .filter(header -> header.get("required").isTrue())
                .isPresent();
        if (versioned && !all.contains("If-Match")) {
            all.addAll(List.of("If-Match", "*"));
        }
        return all.toArray(String[]::new);
    }

    CompletableFuture<Answer> by(Api caller) {
        return caller.later(operation.method(), path, bytes(), headers());
    }
}
