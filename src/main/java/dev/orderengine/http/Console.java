package dev.orderengine.http;

import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The operators' console: a page without a token, for it holds nothing but itself. What it shows it asks the public API for, with
 * the token that is pasted into it.
 */
public final class Console {

    private static final String PAGE = "index.html";
    private static final String[] FILES = {
        PAGE, "console.css", "console.js", "api.js", "panels.js", "chart.js", "icon.svg"
    };

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Assets files = new Assets();

    private Console() {}

    /**
     * Reads the files from the class path; blocks.
     *
     * @throws UncheckedIOException when one is not there, for it is part of the jar
     */
    public static Console load() {
        try {
            Console console = new Console();
            for (String name : FILES) {
                console.files.add(name, "/console/" + name);
            }
            return console;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void page(RoutingContext context) {
        context.response().putHeader("Content-Security-Policy", POLICY).putHeader("Referrer-Policy", "no-referrer");
        files.send(context, PAGE);
    }

    void file(RoutingContext context) {
        files.send(context, context.pathParam("file"));
    }
}
