package dev.orderengine.http;

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
        documentation.send(context, Documentation.CONTRACT);
    }

    void page(RoutingContext context) {
        context.response().putHeader("Content-Security-Policy", POLICY).putHeader("Referrer-Policy", "no-referrer");
        documentation.send(context, Documentation.PAGE);
    }

    void file(RoutingContext context) {
        documentation.send(context, context.pathParam("file"));
    }
}
