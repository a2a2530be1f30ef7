package dev.orderengine.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** The contract, and a page to browse it that loads nothing from anywhere else. Without a token. */
final class DocumentationRoutes {

    /** Swagger UI puts styles into the page; scripts come from here only. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Documentation documentation;

    DocumentationRoutes(Documentation documentation) {
        this.documentation = documentation;
    }

    void contract(RoutingContext context) {
        send(context, Documentation.CONTRACT);
    }

    void page(RoutingContext context) {
        context.response().putHeader("Content-Security-Policy", POLICY).putHeader("Referrer-Policy", "no-referrer");
        send(context, Documentation.PAGE);
    }

    void file(RoutingContext context) {
        send(context, context.pathParam("file"));
    }

    private void send(RoutingContext context, String name) {
        Documentation.File file = documentation.file(name).orElseThrow(() -> new ProblemException(Problem.notFound()));
        String etag = Responses.etag(file.version());
        HttpServerResponse response = context.response()
                .putHeader(HttpHeaders.ETAG, etag)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (Responses.matches(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), etag)) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.mediaType());
        if (takesGzip(context)) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(file.gzipped());
        } else {
            response.end(file.plain());
        }
    }

    private static boolean takesGzip(RoutingContext context) {
        return context.request().headers().getAll(HttpHeaders.ACCEPT_ENCODING).stream()
                .anyMatch(header -> header.contains("gzip") && !header.contains("gzip;q=0"));
    }
}
