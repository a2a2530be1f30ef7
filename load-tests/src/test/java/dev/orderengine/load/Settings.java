package dev.orderengine.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;

/**
 * What a run is told by system properties or, where one is not set, by environment variables of the same name.
 *
 * @param baseUrl {@code BASE_URL}: of the engine, without a path
 * @param token {@code TOKEN}: a bearer token of role {@code service}; not set: fetched from {@code TOKEN_URL}
 * @param rate {@code RATE}: orders per second to reach
 * @param rampSeconds {@code RAMP_SECONDS}: how long the rate rises
 * @param holdSeconds {@code HOLD_SECONDS}: how long it is then kept
 * @param readShare {@code READ_SHARE}: percentage of the orders that are read again
 * @param liveCarts {@code LIVE_CARTS}: carts that are there during the whole run
 */
record Settings(String baseUrl, String token, double rate, int rampSeconds, int holdSeconds, double readShare, int liveCarts) {

    private static final int OK = 200;

    static Settings read() {
        String baseUrl = of("BASE_URL").orElse("http://127.0.0.1:8080");
        String tokenUrl = of("TOKEN_URL").orElse(baseUrl + "/dev/token?role=service");
        return new Settings(
                baseUrl,
                of("TOKEN").orElseGet(() -> fetch(tokenUrl)),
                of("RATE").map(Double::valueOf).orElse(100.0),
                of("RAMP_SECONDS").map(Integer::valueOf).orElse(20),
                of("HOLD_SECONDS").map(Integer::valueOf).orElse(40),
                of("READ_SHARE").map(Double::valueOf).orElse(10.0),
                of("LIVE_CARTS").map(Integer::valueOf).orElse(10_000));
    }

    private static Optional<String> of(String name) {
        return Optional.ofNullable(System.getProperty(name, System.getenv(name))).filter(value -> !value.isBlank());
    }

    private static String fetch(String url) {
        try {
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != OK) {
                throw new IllegalStateException(url + " answered " + response.statusCode() + "; set TOKEN");
            }
            return response.body().strip();
        } catch (IOException e) {
            throw new IllegalStateException("No token from " + url + "; set TOKEN or TOKEN_URL", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
