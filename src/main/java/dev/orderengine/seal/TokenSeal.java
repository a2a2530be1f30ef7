package dev.orderengine.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts payment tokens for the database with AES-256-GCM: {@code sealed:<key id>:<nonce, ciphertext and tag in base64url>}. The
 * payment's id is authenticated with it, so that a token moved to another payment cannot be opened. Nonces are drawn by chance: a key may
 * seal 2^32 tokens (NIST SP 800-38D, 8.3), which a shop of 1,000 orders a second reaches after seven weeks. Any thread.
 */
public final class TokenSeal {

    private static final Logger LOG = LoggerFactory.getLogger(TokenSeal.class);

    private static final String PREFIX = "sealed:";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Supplier<String> setting;
    private final SecureRandom random = new SecureRandom();
    /** One a thread: making one costs ten times what it then takes to seal. */
    private final ThreadLocal<Cipher> ciphers = ThreadLocal.withInitial(TokenSeal::newCipher);

    private volatile Current current = new Current(null, null);

    /** @param keys null before there are any */
    private record Current(String text, SealKeys keys) {}

    /** @param setting the keys in force, as {@link SealKeys} reads them; asked at each call, for they may be rotated */
    public TokenSeal(Supplier<String> setting) {
        this.setting = setting;
    }

    /**
     * The token as it is kept.
     *
     * @param token null stays null
     */
    public String seal(String token, UUID payment) {
        if (token == null) {
            return null;
        }
        SealKeys keys = keys();
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] plain = token.getBytes(StandardCharsets.UTF_8);
        byte[] sealed = new byte[NONCE_BYTES + plain.length + TAG_BITS / Byte.SIZE];
        System.arraycopy(nonce, 0, sealed, 0, NONCE_BYTES);
        try {
            cipher(Cipher.ENCRYPT_MODE, keys.byId(keys.newest()), sealed, payment)
                    .doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a token of " + plain.length + " bytes cannot be sealed", e);
        }
        return PREFIX + keys.newest() + ":"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /**
     * The token that was sealed. One that was kept before tokens were sealed is given as it stands.
     *
     * @param sealed null stays null
     * @throws UnreadableTokenException when its key is not there, or it was not sealed so, or for another payment
     */
    public String open(String sealed, UUID payment) throws UnreadableTokenException {
        if (sealed == null || !sealed.startsWith(PREFIX)) {
            return sealed;
        }
        int colon = sealed.indexOf(':', PREFIX.length());
        String keyId = sealed.substring(PREFIX.length(), Math.max(colon, PREFIX.length()));
        SecretKey key = keys().byId(keyId);
        if (key == null) {
            throw new UnreadableTokenException("there is no key " + keyId + ", only " + keys(), null);
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(sealed.substring(colon + 1));
            byte[] plain = cipher(Cipher.DECRYPT_MODE, key, bytes, payment)
                    .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
            return new String(plain, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UnreadableTokenException("it was not sealed by the key " + keyId + " for this payment", e);
        }
    }

    private Cipher cipher(int mode, SecretKey key, byte[] nonceFirst, UUID payment) throws GeneralSecurityException {
        Cipher cipher = ciphers.get();
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonceFirst, 0, NONCE_BYTES));
        cipher.updateAAD(payment.toString().getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }

    private static Cipher newCipher() {
        try {
            return Cipher.getInstance(CIPHER);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + CIPHER, e);
        }
    }

    /** The keys of the setting; those before it while it cannot be read. */
    private SealKeys keys() {
        String text = setting.get();
        Current known = current;
        if (text.equals(known.text)) {
            return known.keys;
        }
        SealKeys keys = parsed(text, known.keys);
        current = new Current(text, keys);
        return keys;
    }

    private static SealKeys parsed(String text, SealKeys before) {
        try {
            return SealKeys.parse(text);
        } catch (IllegalArgumentException e) {
            if (before == null) {
                throw e;
            }
            LOG.error("new keys of payment tokens cannot be read, those before them stay in force: {}", e.getMessage());
            return before;
        }
    }
}
