package dev.orderengine.http;

import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/** The contract and the page that shows it. Immutable. */
public final class Documentation {

    static final String CONTRACT = "openapi.yaml";
    static final String PAGE = "index.html";

    private static final String SWAGGER_UI = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
    private static final Map<String, String> OWN =
            Map.of(CONTRACT, "/openapi.yaml", PAGE, "/docs/index.html", "docs.js", "/docs/docs.js");
    private static final String[] OF_SWAGGER_UI = {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"};

    private final Assets files = new Assets();

    private Documentation() {}

    /**
     * Reads the files from the class path; blocks.
     *
     * @throws UncheckedIOException when one is not there, for it is part of the jar
     */
    public static Documentation load() {
        try {
            Documentation documentation = new Documentation();
            for (Map.Entry<String, String> own : OWN.entrySet()) {
                documentation.files.add(own.getKey(), own.getValue());
            }
            String webjar = "/META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/";
            for (String name : OF_SWAGGER_UI) {
                documentation.files.add(name, webjar + name);
            }
            return documentation;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers with the file of that name. */
    void send(RoutingContext context, String name) {
        files.send(context, name);
    }

    private static String swaggerUiVersion() throws IOException {
        try (InputStream in = Documentation.class.getResourceAsStream(SWAGGER_UI)) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        }
    }
}
