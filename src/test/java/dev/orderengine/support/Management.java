package dev.orderengine.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;

/** The management port of an engine, as probes and Prometheus see it. Calls block. */
public final class Management {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI base;

    public Management(int port) {
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    /** Asks {@code /health/<kind>}; fails if nobody answers. */
    public Answer health(String kind) {
        return get("/health/" + kind);
    }

    /** Asks for readiness: the HTTP status, or 0 if nobody answers. */
    public int readiness() {
        try {
            return send("/health/ready").status();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The status of one dependency in the report of readiness. */
    public String dependency(String id) {
        return health("ready")
                .elements("checks")
                .filter(check -> check.get("id").asText().equals(id))
                .map(check -> check.get("status").asText())
                .findFirst()
                .orElseThrow();
    }

    /** All metrics in the text format. */
    public String metrics() {
        return get("/metrics").body();
    }

    /**
     * The sum of a metric's samples that carry all the labels; not a number if there is none.
     *
     * @param labels in the form {@code name="value"}
     */
    public double metric(String name, String... labels) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToDouble(Double::parseDouble)
                .reduce(Double::sum)
                .orElse(Double.NaN);
    }

    /** All metrics in the format that Prometheus asks for. */
    public String openMetrics() {
        try {
            return send("/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
                    .body();
        } catch (IOException e) {
            throw new AssertionError("no metrics from " + base, e);
        }
    }

    private Answer get(String path) {
        try {
            return send(path);
        } catch (IOException e) {
            throw new AssertionError("no answer from " + base + path, e);
        }
    }

    private Answer send(String path, String... headers) throws IOException {
        var builder = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
        if (headers.length > 0) {
            builder.headers(headers);
        }
        var request = builder.build();
        try {
            return Answer.of(http.send(request, BodyHandlers.ofString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
