package dev.orderengine.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Reads server-sent events as a browser does, and keeps them. Made when the answer's head has come. */
public final class LiveStream implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpResponse<Stream<String>> response;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Map<String, String> fields = new HashMap<>();
    private final CompletableFuture<Void> reading;
    private volatile String lastId;

    /** One event. */
    public record Event(String id, String type, String data) {

        /** The data as JSON. */
        public JsonNode json() {
            try {
                return JSON.readTree(data);
            } catch (JsonProcessingException e) {
                throw new AssertionError("no JSON: " + this, e);
            }
        }
    }

    LiveStream(HttpClient client, HttpRequest request) {
        response = send(client, request);
        reading = CompletableFuture.runAsync(() -> response.body().forEach(this::line), LiveStream::inAThreadOfItsOwn);
    }

    HttpResponse<?> response() {
        return response;
    }

    /** The status of the answer. */
    public int status() {
        return response.statusCode();
    }

    /** The first header of that name. */
    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /** All events so far, in the order in which they came. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** The ids of all events so far. */
    public List<String> ids() {
        return events.stream().map(Event::id).toList();
    }

    /** What a browser would send as {@code Last-Event-ID}; null if nothing came yet. */
    public String lastId() {
        return lastId;
    }

    /** Completes when the engine has ended the stream in order, fails when the connection broke. */
    public CompletableFuture<Void> end() {
        return reading;
    }

    /** Goes away, as a client does that has seen enough. */
    @Override
    public void close() {
        response.body().close();
    }

    private void line(String line) {
        int colon = line.indexOf(": ");
        if (line.isEmpty()) {
            dispatch();
        } else if (colon > 0) {
            fields.put(line.substring(0, colon), line.substring(colon + 2));
        }
    }

    /** An id without data is remembered, and nobody is told. */
    private void dispatch() {
        lastId = fields.getOrDefault("id", lastId);
        if (fields.containsKey("data")) {
            events.add(new Event(lastId, fields.get("event"), fields.get("data")));
        }
        fields.clear();
    }

    private static HttpResponse<Stream<String>> send(HttpClient client, HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofLines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void inAThreadOfItsOwn(Runnable reading) {
        Thread thread = new Thread(reading, "live stream");
        thread.setDaemon(true);
        thread.start();
    }
}
