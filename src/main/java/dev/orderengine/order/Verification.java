package dev.orderengine.order;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;

/**
 * The code that was sent to the customer of an order. Only its hash is kept: it is of 40 bits and valid for minutes, so that the hash
 * does not give it away in time.
 *
 * @param expiresAt until when the code is good
 * @param tries wrong codes so far
 */
public record Verification(byte[] codeHash, Instant expiresAt, int tries) {

    /** Wrong codes that may be sent. */
    static final int MAX_TRIES = 5;

    /** Copies the hash. */
    public Verification {
        codeHash = codeHash.clone();
    }

    /** The hash of a code for that order; blanks, dashes, case, and letters that look like digits make no difference. */
    public static byte[] hash(UUID orderId, String code) {
        String plain = code.replaceAll("[\\s-]", "")
                .toUpperCase(Locale.ROOT)
                .replace('O', '0')
                .replace('I', '1')
                .replace('L', '1');
        return Hashing.sha256()
                .hashString(orderId + " " + plain, StandardCharsets.UTF_8)
                .asBytes();
    }

    /** Whether this is the code, in constant time. */
    boolean isCode(UUID orderId, String code) {
        return MessageDigest.isEqual(codeHash, hash(orderId, code));
    }

    int triesLeft() {
        return MAX_TRIES - tries;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Verification that
                && Arrays.equals(codeHash, that.codeHash)
                && expiresAt.equals(that.expiresAt)
                && tries == that.tries;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(codeHash);
    }

    /** Without the hash. */
    @Override
    public String toString() {
        return "Verification[expiresAt=" + expiresAt + ", tries=" + tries + "]";
    }
}
