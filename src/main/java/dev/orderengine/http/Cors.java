package dev.orderengine.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;

/** What browsers may do with the API for pages of other origins. Never with cookies: a page has to have a token. */
final class Cors {

    private static final int MAX_AGE_SECONDS = 600;
    private static final Set<HttpMethod> METHODS =
            Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);
    private static final Set<String> SENT = Set.of(
            "Accept",
            "Authorization",
            "Content-Type",
            "Idempotency-Key",
            "If-Match",
            "If-None-Match",
            "Last-Event-ID",
            "Prefer",
            "traceparent",
            "X-Request-Id");
    private static final Set<String> READ = Set.of(
            "ETag",
            "Idempotency-Replayed",
            "Link",
            "Location",
            "Preference-Applied",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "traceparent",
            "X-Request-Id");

    private Cors() {}

    /** Answers preflights, and refuses calls of pages of other origins than these with 403. */
    static CorsHandler of(Set<String> origins) {
        return CorsHandler.create()
                .addOrigins(List.copyOf(origins))
                .allowedMethods(METHODS)
                .allowedHeaders(SENT)
                .exposedHeaders(READ)
                .maxAgeSeconds(MAX_AGE_SECONDS);
    }
}
