package dev.orderengine.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.GZIPOutputStream;

/** The contract and the page that shows it, kept in memory, compressed once instead of for every reader. Immutable. */
public final class Documentation {

    static final String CONTRACT = "openapi.yaml";
    static final String PAGE = "index.html";

    private static final String SWAGGER_UI = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
    private static final Map<String, String> OWN =
            Map.of(CONTRACT, "/openapi.yaml", PAGE, "/docs/index.html", "docs.js", "/docs/docs.js");
    private static final String[] OF_SWAGGER_UI = {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"};
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "yaml", "application/yaml",
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "png", "image/png");

    private final Map<String, File> files = new HashMap<>();

    private Documentation() {}

    /**
     * One file.
     *
     * @param version stands for what is in it
     */
    record File(String mediaType, String version, Buffer plain, Buffer gzipped) {}

    /**
     * Reads the files from the class path; blocks.
     *
     * @throws UncheckedIOException when one is not there, for it is part of the jar
     */
    public static Documentation load() {
        try {
            Documentation documentation = new Documentation();
            for (Map.Entry<String, String> own : OWN.entrySet()) {
                documentation.add(own.getKey(), own.getValue());
            }
            String webjar = "/META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/";
            for (String name : OF_SWAGGER_UI) {
                documentation.add(name, webjar + name);
            }
            return documentation;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<File> file(String name) {
        return Optional.ofNullable(files.get(name));
    }

    private void add(String name, String resource) throws IOException {
        byte[] bytes = read(resource);
        Buffer plain = Buffer.buffer(bytes);
        String mediaType = MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        files.put(name, new File(mediaType, Responses.versionOf(plain), plain, gzip(bytes)));
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream in = Documentation.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not on the class path");
            }
            return in.readAllBytes();
        }
    }

    private static Buffer gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 3);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return Buffer.buffer(out.toByteArray());
    }

    private static String swaggerUiVersion() throws IOException {
        try (InputStream in = Documentation.class.getResourceAsStream(SWAGGER_UI)) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        }
    }
}
