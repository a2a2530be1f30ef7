package dev.orderengine.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections of one event loop, and how long they may take: a client that sends its request byte by byte, or none, or not the body,
 * is cut off. A look at all of them every so often costs less than a timer for each request. Confined to its event loop.
 */
final class Connections {

    private final Map<HttpConnection, Connection> open = new HashMap<>();
    private final Times times;

    /**
     * How long a client may take.
     *
     * @param header from the beginning of a connection to its first request
     * @param body from the beginning of a request to its end
     * @param idle from one request to the next
     */
    record Times(Duration header, Duration body, Duration idle) {}

    private static final class Connection {
        private final List<Receiving> requests = new ArrayList<>(1);
        private long closeAt;
    }

    private record Receiving(RoutingContext context, long until) {}

    Connections(Times times) {
        this.times = times;
    }

    /** A client has connected. */
    void opened(HttpConnection connection) {
        Connection client = new Connection();
        client.closeAt = System.nanoTime() + times.header().toNanos();
        open.put(connection, client);
        connection.closeHandler(closed -> open.remove(connection));
    }

    /** A request has come, or its beginning; its connection is left alone until it is answered. */
    void begun(RoutingContext context) {
        Connection client = open.get(context.request().connection());
        if (client != null) {
            Receiving request =
                    new Receiving(context, System.nanoTime() + times.body().toNanos());
            client.requests.add(request);
            context.addEndHandler(answered -> {
                client.requests.remove(request);
                client.closeAt = System.nanoTime() + times.idle().toNanos();
            });
        }
    }

    /** Cuts off who takes too long. */
    void sweep() {
        long now = System.nanoTime();
        List.copyOf(open.entrySet()).forEach(entry -> {
            Connection client = entry.getValue();
            if (client.requests.isEmpty() && now - client.closeAt > 0) {
                entry.getKey().close();
            }
            List.copyOf(client.requests).stream()
                    .filter(request -> now - request.until() > 0)
                    .filter(request -> !request.context().request().isEnded())
                    .forEach(request -> refuse(request.context()));
        });
    }

    private static void refuse(RoutingContext context) {
        HttpServerRequest request = context.request();
        context.addEndHandler(answered -> request.connection().close());
        context.fail(408);
    }
}
