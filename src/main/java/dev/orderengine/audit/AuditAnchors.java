package dev.orderengine.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heads of the chain, kept where whoever can rewrite the database cannot: in the log and, if one is named, in a file, a line of JSON each. A chain
 * that was rewritten, or cut off, does not lead to them any more. Any thread.
 */
public final class AuditAnchors {

    private static final Logger LOG = LoggerFactory.getLogger(AuditAnchors.class);

    private final Vertx vertx;
    private final Pool readers;
    private final Path file;
    private final ObjectMapper json;
    private final Clock clock;

    /** A link that was the newest at some time. */
    record Anchor(long position, String hash) {}

    /** @param file null for none */
    public AuditAnchors(Vertx vertx, Pool readers, Path file, ObjectMapper json, Clock clock) {
        this.vertx = vertx;
        this.readers = readers;
        this.file = file;
        this.json = json;
        this.clock = clock;
    }

    /** Keeps the head as it is now. */
    public Future<Void> keep() {
        return AuditSealer.head(readers).compose(head -> head.isEmpty() ? Future.succeededFuture() : keep(head.get()));
    }

    /** All that the file has. */
    Future<List<Anchor>> all() {
        return file == null ? Future.succeededFuture(List.of()) : vertx.executeBlocking(this::read, false);
    }

    private Future<Void> keep(AuditSeal head) {
        String hash = HexFormat.of().formatHex(head.hash());
        LOG.info("the audit chain has {} links, the last with hash {}", head.position(), hash);
        ObjectNode anchor = json.createObjectNode()
                .put("position", head.position())
                .put("hash", hash)
                .put("at", clock.instant().toString());
        return file == null ? Future.succeededFuture() : vertx.executeBlocking(() -> append(anchor), true);
    }

    private Void append(ObjectNode anchor) throws IOException {
        Files.writeString(
                file,
                anchor + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND,
                StandardOpenOption.SYNC);
        return null;
    }

    private List<Anchor> read() throws IOException {
        List<Anchor> anchors = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                anchors.add(anchor(line));
            }
        }
        return anchors;
    }

    private Anchor anchor(String line) throws IOException {
        try {
            ObjectNode anchor = json.readValue(line, ObjectNode.class);
            return new Anchor(
                    anchor.required("position").asLong(),
                    anchor.required("hash").asText());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IOException("a line of " + file + " is no anchor", e);
        }
    }
}
