package dev.orderengine.audit;

import dev.orderengine.audit.AuditAnchors.Anchor;
import dev.orderengine.audit.Finding.Kind;
import dev.orderengine.audit.Verification.Reached;
import dev.orderengine.database.Rows;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares the log with its chain, and the chain with its anchors, a part a call, so that a log of any length can be verified. Makes each hash anew,
 * and trusts nothing that the database could be made to say, but for what was sealed and is anchored. Any thread.
 */
public final class AuditVerifier {

    private static final int PART = 5_000;

    private static final String HASH = "SELECT hash FROM audit_chain WHERE position = $1";

    private static final String LINKS = """
            SELECT %s FROM audit_chain c LEFT JOIN audit_log a ON a.id = c.entry_id
            WHERE c.position > $1 ORDER BY c.position LIMIT $2""".formatted(AuditRecord.COLUMNS);

    private static final String UNCHAINED = """
            SELECT a.id FROM audit_log a
            WHERE a.id > $1 AND ($2::bigint IS NULL OR a.id <= $2)
              AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.entry_id = a.id)
              AND NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.entry_id = a.id)
            ORDER BY a.id LIMIT 100""";

    private final Vertx vertx;
    private final Pool readers;
    private final AuditAnchors anchors;

    public AuditVerifier(Vertx vertx, Pool readers, AuditAnchors anchors) {
        this.vertx = vertx;
        this.readers = readers;
        this.anchors = anchors;
    }

    /** Looks at what comes after that. */
    public Future<Verification> verify(Reached after) {
        return anchors.all()
                .compose(kept -> readers.preparedQuery(HASH)
                        .execute(Tuple.of(after.position()))
                        .map(before -> new Look(after, hash(before), kept)))
                .compose(this::look)
                .compose(this::withUnchained);
    }

    /** On a worker: thousands of hashes take an event loop tens of milliseconds. */
    private Future<Look> look(Look look) {
        return readers.preparedQuery(LINKS)
                .execute(Tuple.of(look.after.position(), PART))
                .compose(rows -> vertx.executeBlocking(() -> look.at(rows), false));
    }

    private static byte[] hash(RowSet<Row> rows) {
        return Rows.first(rows, row -> row.getBuffer("hash").getBytes()).orElse(AuditSeal.NOTHING);
    }

    private Future<Verification> withUnchained(Look look) {
        return readers.preparedQuery(UNCHAINED)
                .execute(Tuple.of(look.after.entryId(), look.isLast() ? null : look.greatest))
                .map(rows -> {
                    rows.forEach(row -> look.findings.add(new Finding(Kind.INSERTED, 0, row.getLong("id"))));
                    return look.verification();
                });
    }

    /** One part. */
    private static final class Look {

        private final Reached after;
        private final Map<Long, List<Anchor>> anchors;
        private final List<Finding> findings = new ArrayList<>();
        private final Map<Buffer, Long> sealedAs = new HashMap<>();
        private byte[] previous;
        private long links;
        private long position;
        private long greatest;
        private AuditSeal head;

        Look(Reached after, byte[] previous, List<Anchor> anchors) {
            this.after = after;
            this.previous = previous;
            this.anchors = anchors.stream()
                    .collect(Collectors.groupingBy(Anchor::position, TreeMap::new, Collectors.toList()));
            this.position = after.position();
            this.greatest = after.entryId();
        }

        Look at(RowSet<Row> rows) {
            rows.forEach(row -> sealedAs.put(row.getBuffer("digest"), row.getLong("entry_id")));
            for (Row row : rows) {
                AuditSeal link = AuditSeal.of(row);
                link(link);
                entry(link, row);
            }
            links = rows.size();
            if (isLast()) {
                anchors.values().stream()
                        .flatMap(List::stream)
                        .map(Anchor::position)
                        .filter(kept -> kept > position)
                        .forEach(kept -> findings.add(new Finding(Kind.ANCHOR_MISSED, kept, 0)));
            }
            return this;
        }

        boolean isLast() {
            return links < PART;
        }

        Verification verification() {
            return new Verification(
                    links, List.copyOf(findings), isLast() ? null : new Reached(position, greatest), head);
        }

        private void link(AuditSeal link) {
            for (long missing = position + 1; missing < link.position() && findings.size() < PART; missing++) {
                findings.add(new Finding(Kind.CHAIN_REMOVED, missing, 0));
            }
            boolean afterAGap = link.position() > position + 1;
            if (!afterAGap && !link.follows(previous)) {
                findings.add(new Finding(Kind.CHAIN_EDITED, link.position(), link.entryId()));
            }
            String hash = HexFormat.of().formatHex(link.hash());
            anchors.getOrDefault(link.position(), List.of()).stream()
                    .filter(anchor -> !anchor.hash().equals(hash))
                    .forEach(anchor -> findings.add(new Finding(Kind.ANCHOR_MISSED, link.position(), link.entryId())));
            position = link.position();
            previous = link.hash();
            greatest = Math.max(greatest, link.entryId());
            head = link;
        }

        private void entry(AuditSeal link, Row row) {
            if (row.getLong("id") == null) {
                findings.add(new Finding(Kind.REMOVED, link.position(), link.entryId()));
                return;
            }
            byte[] digest = AuditRecord.of(row).digest();
            if (!Arrays.equals(digest, link.digest())) {
                boolean anothers = sealedAs.containsKey(Buffer.buffer(digest));
                findings.add(new Finding(anothers ? Kind.REORDERED : Kind.EDITED, link.position(), link.entryId()));
            }
        }
    }
}
