package dev.orderengine.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Files of the class path, kept in memory, compressed once instead of for every reader. Not changed once they are served. */
final class Assets {

    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "yaml", "application/yaml",
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png");

    private final Map<String, File> files = new HashMap<>();

    /**
     * One file.
     *
     * @param version stands for what is in it
     */
    private record File(String mediaType, String version, Buffer plain, Buffer gzipped) {}

    /**
     * Reads one; blocks.
     *
     * @throws IOException when it is not there, for it is part of the jar
     */
    void add(String name, String resource) throws IOException {
        byte[] bytes = read(resource);
        Buffer plain = Buffer.buffer(bytes);
        String mediaType = MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        files.put(name, new File(mediaType, Responses.versionOf(plain), plain, gzip(bytes)));
    }

    /** Answers with the file of that name, or 304 or 404. */
    void send(RoutingContext context, String name) {
        File file = files.get(name);
        if (file == null) {
            throw new ProblemException(Problem.notFound());
        }
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

    private static byte[] read(String resource) throws IOException {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
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
}
