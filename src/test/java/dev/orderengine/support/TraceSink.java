package dev.orderengine.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A collector that takes traces by OTLP over HTTP, counts their bytes and forgets them: beside it a benchmark measures what tracing costs
 * the engine. Started by {@code load-tests/bench.sh --tracing}; the port is the only argument. A GET tells how many bytes came.
 */
public final class TraceSink {

    private final AtomicLong bytes = new AtomicLong();

    private TraceSink() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", new TraceSink()::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        bytes.addAndGet(exchange.getRequestBody().transferTo(OutputStream.nullOutputStream()));
        byte[] answer = exchange.getRequestMethod().equals("GET")
                ? bytes.toString().getBytes(StandardCharsets.US_ASCII)
                : new byte[0];
        exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
