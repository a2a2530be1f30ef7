package dev.orderengine.http;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/** Opaque cursors of lists and streams: where the next page begins, where a stream goes on. */
final class Cursors {

    private static final int BYTES = 16;

    private Cursors() {}

    static String encode(UUID last) {
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(last.getMostSignificantBits())
                .putLong(last.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A place in the stream of all events. */
    static String encode(long position) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(position).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @throws IllegalArgumentException when it is none of ours */
    static long position(String cursor) {
        byte[] bytes = Base64.getUrlDecoder().decode(cursor);
        if (bytes.length != Long.BYTES || bytes[0] < 0) {
            throw new IllegalArgumentException("not a position");
        }
        return ByteBuffer.wrap(bytes).getLong();
    }

    /** @throws IllegalArgumentException when it is none of ours */
    static UUID decode(String cursor) {
        byte[] bytes = Base64.getUrlDecoder().decode(cursor);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("not a cursor");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
