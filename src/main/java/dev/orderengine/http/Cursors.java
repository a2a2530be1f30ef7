package dev.orderengine.http;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/** Opaque cursors of lists: where the next page begins. */
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
