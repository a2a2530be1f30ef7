package dev.orderengine.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over fields, each with its length before it, so that no two lists of fields read the same (docs/audit.md). */
final class Digester {

    private final MessageDigest sha;

    Digester() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** @param value null reads otherwise than the empty string */
    Digester field(String value) {
        if (value == null) {
            sha.update((byte) '-');
            return this;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        sha.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        sha.update(bytes);
        return this;
    }

    byte[] done() {
        return sha.digest();
    }
}
