package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * What all runs are told by system properties or, where one is not set, by environment variables of the same name.
 *
 * @param baseUrl {@code BASE_URL}: of the engine, without a path
 * @param token {@code TOKEN}: a bearer token; not set: fetched from {@code TOKEN_URL}
 * @param rate {@code RATE}: arrivals per second to reach
 * @param rampSeconds {@code RAMP_SECONDS}: how long the rate rises
 * @param holdSeconds {@code HOLD_SECONDS}: how long it is then kept
 */
record Settings(String baseUrl, String token, double rate, int rampSeconds, int holdSeconds) {

    private static final int OK = 200;

    /**
     * Reads them.
     *
     * @param role that the token has to have
     * @param usualRate arrivals per second if none is set
     */
    static Settings read(String role, double usualRate) {
        String baseUrl = of("BASE_URL").orElse("http://127.0.0.1:8080");
        String tokenUrl = of("TOKEN_URL").orElse(baseUrl + "/dev/token?role=" + role);
        return new Settings(
                baseUrl,
                of("TOKEN").orElseGet(() -> fetch(tokenUrl)),
                of("RATE").map(Double::valueOf).orElse(usualRate),
                number("RAMP_SECONDS", 20),
                number("HOLD_SECONDS", 40));
    }

    /** The same at another rate. */
    Settings withRate(double other) {
        return new Settings(baseUrl, token, other, rampSeconds, holdSeconds);
    }

    /** One that only some runs have. */
    static int number(String name, int usual) {
        return of(name).map(Integer::valueOf).orElse(usual);
    }

    /** One that only some runs have, as text. */
    static String text(String name, String usual) {
        return of(name).orElse(usual);
    }

    /** How the engine is called: many customers share connections, as behind a load balancer. */
    HttpProtocolBuilder engine() {
        return http.baseUrl(baseUrl)
                .authorizationHeader("Bearer " + token)
                .contentTypeHeader("application/json")
                .acceptHeader("application/json")
                .shareConnections();
    }

    /** Customers arrive at a rising, then constant rate, however slow the engine is. */
    OpenInjectionStep[] arrivals() {
        return new OpenInjectionStep[] {
            rampUsersPerSec(1).to(rate).during(Duration.ofSeconds(rampSeconds)),
            constantUsersPerSec(rate).during(Duration.ofSeconds(holdSeconds))
        };
    }

    private static Optional<String> of(String name) {
        return Optional.ofNullable(System.getProperty(name, System.getenv(name)))
                .filter(value -> !value.isBlank());
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
