package dev.orderengine.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A request that nobody thought of.
 *
 * @param number of the case; the seed and it make the request again
 * @param path from the root, with its query
 * @param caller the role of the token; empty for none
 * @param headers names and values in turn
 * @param plain whether nothing is strange but the path and the body
 * @param wrong places outside of the body that the contract refuses, as in {@code query/limit}
 */
record FuzzedCall(
        Operation operation,
        int number,
        String path,
        String caller,
        List<String> headers,
        byte[] body,
        boolean plain,
        Set<String> wrong) {

    private static final Path BODIES = Path.of("target", "fuzz");
    private static final int LONG = 1500;

    /** The request for a development server whose {@code dev.env} is sourced; a body that is long or binary goes to a file. */
    String curl() {
        StringBuilder curl =
                new StringBuilder("curl -sS -i -X " + operation.method() + " 'http://localhost:8080" + path + "'");
        if (!caller.isEmpty()) {
            curl.append(" -H \"Authorization: Bearer $TOKEN_" + caller.toUpperCase() + "\"");
        }
        for (int i = 0; i < headers.size(); i += 2) {
            curl.append(" -H " + quoted(headers.get(i) + ": " + headers.get(i + 1)));
        }
        if (body.length > 0) {
            curl.append(" --data-binary " + (isShortText() ? quoted(text()) : quoted("@" + file())));
        }
        return curl.toString();
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    private boolean isShortText() {
        return body.length < LONG && text().chars().allMatch(c -> c >= ' ' && c < 0xd800) && !text().startsWith("@");
    }

    private Path file() {
        try {
            Path file = Files.createDirectories(BODIES).resolve(operation.id() + "-" + number + ".body");
            return Files.write(file, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
