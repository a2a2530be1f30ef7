package dev.orderengine.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests that stand for what was sent or is answered. */
final class Digests {

    private Digests() {}

    /** SHA-256 of the parts, one after the other. */
    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
