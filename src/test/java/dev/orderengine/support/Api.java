package dev.orderengine.support;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Calls the API as one caller. Headers are given as names and values in turn. Any thread. */
public final class Api {

    private static final String BASE = "/api/v1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client;
    private final URI engine;
    private final String token;

    /**
     * A caller.
     *
     * @param engine scheme, host and port
     * @param token sent as bearer token; null for none
     */
    public Api(HttpClient client, URI engine, String token) {
        this.client = client;
        this.engine = engine;
        this.token = token;
    }

    /** Where the engine is. */
    public URI engine() {
        return engine;
    }

    /** Reads a path below the base path. */
    public Answer get(String path, String... headers) {
        return later("GET", path, BodyPublishers.noBody(), headers).join();
    }

    /** Reads without waiting for the answer. */
    public CompletableFuture<Answer> getLater(String path, String... headers) {
        return later("GET", path, BodyPublishers.noBody(), headers);
    }

    /** Places an order. */
    public Answer place(JsonNode order, String... headers) {
        return placeLater(order, headers).join();
    }

    /** Places an order without waiting for the answer. */
    public CompletableFuture<Answer> placeLater(JsonNode order, String... headers) {
        return json("POST", "/orders", order.toString(), headers);
    }

    /** Posts a body that is said to be JSON. */
    public Answer post(String path, String body, String... headers) {
        return json("POST", path, body, headers).join();
    }

    /** Puts a body that is said to be JSON. */
    public Answer put(String path, String body, String... headers) {
        return putLater(path, body, headers).join();
    }

    /** Puts without waiting for the answer. */
    public CompletableFuture<Answer> putLater(String path, String body, String... headers) {
        return json("PUT", path, body, headers);
    }

    /** Sends anything. */
    public Answer send(String method, String path, byte[] body, String... headers) {
        return later(method, path, BodyPublishers.ofByteArray(body), headers).join();
    }

    private CompletableFuture<Answer> json(String method, String path, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Content-Type";
        all[1] = "application/json";
        return later(method, path, BodyPublishers.ofString(body), all);
    }

    private CompletableFuture<Answer> later(
            String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(engine + BASE + path))
                .timeout(PATIENCE)
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.sendAsync(request.build(), BodyHandlers.ofString()).thenApply(Answer::of);
    }
}
