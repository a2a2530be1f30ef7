package dev.orderengine.crowd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client that follows events on a connection of its own. Confined to its connection's event loop, but for what counts. */
final class Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;

    private final HttpClient client;
    private final RequestOptions request;
    private final Told told;
    private final AtomicInteger lost;
    private Context context;
    private RecordParser blocks;
    private boolean gone;

    /**
     * Opens nothing yet.
     *
     * @param request where to, with the token
     * @param told learns of each event
     * @param lost counts the watchers whose connection ended
     */
    Watcher(HttpClient client, RequestOptions request, Told told, AtomicInteger lost) {
        this.client = client;
        this.request = request.setMethod(HttpMethod.GET);
        this.told = told;
        this.lost = lost;
    }

    /** Follows a stream of events; completes when the answer's head is there. @param orderId null for all orders */
    Future<Void> stream(String orderId) {
        request.putHeader("Accept", "text/event-stream");
        return client.request(request).compose(HttpClientRequest::send).map(answer -> read(orderId, answer));
    }

    /**
     * Holds a call until the order has a later version, and then the next one, again and again; completes when the first one was sent.
     *
     * @param version that the client has
     */
    Future<Void> hold(String orderId, int version) {
        request.putHeader("Prefer", "wait=30").putHeader("If-None-Match", "\"" + version + "\"");
        return client.request(request).compose(sending -> {
            sending.response()
                    .onSuccess(answer -> answered(orderId, version, answer))
                    .onFailure(this::lose);
            return sending.end();
        });
    }

    /** Reads no further: first the network's buffers fill up, then the engine's. */
    void stopReading() {
        context.runOnContext(now -> blocks.pause());
    }

    private Void read(String orderId, HttpClientResponse answer) {
        if (answer.statusCode() != OK) {
            throw new IllegalStateException("a stream was answered with " + answer.statusCode());
        }
        context = Vertx.currentContext();
        blocks = RecordParser.newDelimited("\n\n", answer);
        blocks.handler(block -> block(orderId, block))
                .exceptionHandler(this::lose)
                .endHandler(this::lose);
        return null;
    }

    /** A block of lines is an event if it has data; there are comments too. */
    private void block(String orderId, Buffer block) {
        String text = block.toString();
        int data = text.indexOf("data: ");
        if (data >= 0) {
            JsonNode event = json(text.substring(data + "data: ".length()));
            String whose = orderId == null ? event.get("order_id").asText() : orderId;
            told.of(Told.event(whose, event.get("sequence").asLong()));
        }
    }

    private void answered(String orderId, int version, HttpClientResponse answer) {
        if (answer.statusCode() != OK && answer.statusCode() != NOT_MODIFIED) {
            lose("a held call was answered with " + answer.statusCode());
            return;
        }
        int now = Integer.parseInt(answer.getHeader("ETag").replace("\"", ""));
        if (now > version) {
            told.of(Told.event(orderId, now));
        }
        answer.end().compose(read -> hold(orderId, now)).onFailure(this::lose);
    }

    private void lose(Object cause) {
        if (!gone) {
            gone = true;
            lost.incrementAndGet();
            LOG.debug("lost a watcher: {}", cause);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
