package dev.orderengine.audit;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A link of the chain.
 *
 * @param position from 1, without gaps
 * @param digest of the entry; zeros for one that was gone before it could be sealed
 * @param hash of the hash before and of all that the link says
 */
public record AuditSeal(long position, long entryId, byte[] digest, byte[] hash, Instant sealedAt) {

    /** What the first link is chained to, and the digest of what is not there. */
    static final byte[] NOTHING = new byte[32];

    /** The next link. */
    static AuditSeal after(byte[] previous, long position, long entryId, byte[] digest, Instant sealedAt) {
        return new AuditSeal(position, entryId, digest, hash(previous, position, entryId, digest, sealedAt), sealedAt);
    }

    static AuditSeal of(Row row) {
        return new AuditSeal(
                row.getLong("position"),
                row.getLong("entry_id"),
                row.getBuffer("digest").getBytes(),
                row.getBuffer("hash").getBytes(),
                row.getOffsetDateTime("sealed_at").toInstant());
    }

    /** Whether it says now what it said when it was chained to that hash. */
    boolean follows(byte[] previous) {
        return Arrays.equals(hash, hash(previous, position, entryId, digest, sealedAt));
    }

    private static byte[] hash(byte[] previous, long position, long entryId, byte[] digest, Instant sealedAt) {
        HexFormat hex = HexFormat.of();
        return new Digester()
                .field(hex.formatHex(previous))
                .field(String.valueOf(position))
                .field(String.valueOf(entryId))
                .field(hex.formatHex(digest))
                .field(String.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, sealedAt)))
                .done();
    }
}
