package dev.orderengine.audit;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;

/** SHA-256 over fields, each with its length before it, so that no two lists of fields read the same (docs/audit.md). */
final class Digester {

    private final Hasher sha = Hashing.sha256().newHasher();

    /** @param value null reads otherwise than the empty string */
    Digester field(String value) {
        if (value == null) {
            sha.putByte((byte) '-');
            return this;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        sha.putString(bytes.length + ":", StandardCharsets.US_ASCII);
        sha.putBytes(bytes);
        return this;
    }

    byte[] done() {
        return sha.hash().asBytes();
    }
}
