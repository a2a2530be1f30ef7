package dev.orderengine.security;

import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The engine that is attacked, as attackers see it: callers of their own, whom no test's witness watches. */
record Target(RunningEngine engine, HttpClient http) {

    /** A call that needs a scope. */
    record Guarded(String method, String path, String scope) {

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    URI uri() {
        return engine.as("service").engine();
    }

    /** @param token null for none */
    Api with(String token) {
        return new Api(http, uri(), token);
    }

    Api as(String role) {
        return with(engine.tokens().token(role));
    }

    Api customer(String id) {
        return with(engine.tokens().token("customer", id));
    }

    /** All calls that need a scope, with something in the place of each parameter. */
    Stream<Guarded> guarded() {
        return engine.router().getRoutes().stream()
                .filter(route -> route.getMetadata("scope") != null)
                .flatMap(route -> route.methods().stream()
                        .map(HttpMethod::name)
                        .sorted()
                        .map(method -> new Guarded(
                                method,
                                filled(route.getPath()),
                                route.getMetadata("scope").toString())));
    }

    private static String filled(String path) {
        return Stream.of(path.substring("/api/v1".length()).split("/"))
                .map(part -> part.startsWith(":") ? UUID.randomUUID().toString() : part)
                .collect(Collectors.joining("/"));
    }

    /** A call with a body where the method has one; reading streams is asked for JSON first. */
    static Answer call(Api api, String method, String path, String body, String... headers) {
        byte[] bytes =
                method.equals("GET") || method.equals("DELETE") ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        String[] all = Stream.concat(Stream.of("Content-Type", "application/json"), Stream.of(headers))
                .toArray(String[]::new);
        return api.send(method, path, bytes, all);
    }

    /** A finding unless the status is one of these, and the answer tells nothing of the inside. */
    static Optional<String> unless(Answer answer, Integer... allowed) {
        if (!List.of(allowed).contains(answer.status())) {
            return Optional.of("answered " + answer.status() + " " + answer.body());
        }
        return leak(answer.body());
    }

    /** A finding unless it is refused. */
    static Optional<String> unlessRefused(Answer answer) {
        return answer.status() < 400 || answer.status() >= 500
                ? Optional.of("answered " + answer.status() + " " + answer.body())
                : leak(answer.body());
    }

    private static Optional<String> leak(String body) {
        return Stream.of("Exception", "\tat ", "dev.orderengine", "io.vertx", "SELECT ", "INSERT ", "PSQL", "/work/")
                .filter(body::contains)
                .findFirst()
                .map(inside -> "tells of the inside: " + body);
    }
}
