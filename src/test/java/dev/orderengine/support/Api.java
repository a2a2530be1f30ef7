package dev.orderengine.support;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.contract.Exchange;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Calls the API as one caller. Headers are given as names and values in turn. Any thread. */
public final class Api {

    private static final String BASE = "/api/v1";
    private static final int OK = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client;
    private final URI engine;
    private final String token;
    private final Consumer<Exchange> witness;
    private final String base;
    private final String[] always;

    /**
     * A caller.
     *
     * @param engine scheme, host and port
     * @param token sent as bearer token; null for none
     */
    public Api(HttpClient client, URI engine, String token) {
        this(client, engine, token, exchange -> {});
    }

    /**
     * A caller who is watched.
     *
     * @param witness gets every exchange, and fails the call whose answer it does not like
     */
    public Api(HttpClient client, URI engine, String token, Consumer<Exchange> witness) {
        this(client, engine, token, witness, BASE, new String[0]);
    }

    private Api(HttpClient client, URI engine, String token, Consumer<Exchange> witness, String base, String[] always) {
        this.client = client;
        this.engine = engine;
        this.token = token;
        this.witness = witness;
        this.base = base;
        this.always = always;
    }

    /** The same caller, who sends these headers with every call. */
    public Api with(String... headers) {
        return new Api(client, engine, token, witness, base, headers);
    }

    /** The same caller, whose paths start at the root of the engine, not at the base path. */
    public Api atRoot() {
        return new Api(client, engine, token, witness, "", always);
    }

    /** Where the engine is. */
    public URI engine() {
        return engine;
    }

    /** Reads a path below the base path. */
    public Answer get(String path, String... headers) {
        return later("GET", path, new byte[0], headers).join();
    }

    /** Reads without waiting for the answer. */
    public CompletableFuture<Answer> getLater(String path, String... headers) {
        return later("GET", path, new byte[0], headers);
    }

    /** Opens a stream of events; returns when the head of the answer has come. */
    public LiveStream stream(String path, String... headers) {
        HttpRequest request = request("GET", path, new byte[0], with(headers, "Accept", "text/event-stream"));
        LiveStream stream = new LiveStream(client, request);
        if (stream.status() == OK) {
            witness.accept(exchange(base + path, new byte[0], request, stream.response(), "what comes later"));
        }
        return stream;
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
        return postLater(path, body, headers).join();
    }

    /** Posts without waiting for the answer. */
    public CompletableFuture<Answer> postLater(String path, String body, String... headers) {
        return json("POST", path, body, headers);
    }

    /** Patches with a body that is said to be JSON. */
    public Answer patch(String path, String body, String... headers) {
        return json("PATCH", path, body, headers).join();
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
        return later(method, path, body, headers).join();
    }

    /** Sends anything, without waiting for the answer. */
    public CompletableFuture<Answer> later(String method, String path, byte[] body, String... headers) {
        HttpRequest request = request(method, path, body, headers);
        return client.sendAsync(request, BodyHandlers.ofString()).thenApply(response -> {
            witness.accept(exchange(base + path, body, request, response, response.body()));
            return Answer.of(response);
        });
    }

    private HttpRequest request(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(engine + base + path))
                .timeout(PATIENCE)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            builder.headers(headers);
        }
        if (always.length > 0) {
            builder.headers(always);
        }
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        return builder.build();
    }

    private CompletableFuture<Answer> json(String method, String path, String body, String... headers) {
        return later(
                method, path, body.getBytes(StandardCharsets.UTF_8), with(headers, "Content-Type", "application/json"));
    }

    private static String[] with(String[] headers, String name, String value) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = name;
        all[1] = value;
        return all;
    }

    private static Exchange exchange(
            String path, byte[] body, HttpRequest request, HttpResponse<?> response, String answer) {
        return new Exchange(
                request.method(),
                path,
                request.headers().map().keySet().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()),
                new String(body, StandardCharsets.UTF_8),
                response.statusCode(),
                response.headers(),
                answer);
    }
}
