package dev.orderengine.support;

import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * A token issuer's key, which signs with the JDK alone.
 *
 * @param id its {@code kid}; null for none
 * @param algorithm RS256, ES256 or EdDSA
 */
public record SigningKey(String id, String algorithm, KeyPair pair) {

    private static final int P256_BYTES = 32;

    /** A new RSA key of so many bits. */
    public static SigningKey rsa(String id, int bits) {
        return generate(id, "RS256", "RSA", generator -> generator.initialize(bits));
    }

    /** A new P-256 key. */
    public static SigningKey p256(String id) {
        return generate(id, "ES256", "EC", generator -> generator.initialize(new ECGenParameterSpec("secp256r1")));
    }

    /** A new Ed25519 key. */
    public static SigningKey ed25519(String id) {
        return generate(id, "EdDSA", "Ed25519", generator -> {});
    }

    private interface Setting {
        void of(KeyPairGenerator generator) throws GeneralSecurityException;
    }

    private static SigningKey generate(String id, String algorithm, String kind, Setting setting) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            setting.of(generator);
            return new SigningKey(id, algorithm, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token with these claims. */
    public String token(JsonObject claims) {
        JsonObject header = new JsonObject().put("typ", "JWT").put("alg", algorithm);
        return token(id == null ? header : header.put("kid", id), claims);
    }

    /** A token with that header, signed as the key does, whatever the header says. */
    public String token(JsonObject header, JsonObject claims) {
        String signed = base64(header.encode()) + "." + base64(claims.encode());
        return signed + "." + base64(sign(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The public half as it is published. */
    public JsonObject jwk() {
        JsonObject jwk =
                new JsonObject().put("alg", algorithm).put("use", "sig").put("kid", id);
        if (pair.getPublic() instanceof RSAPublicKey rsa) {
            return jwk.put("kty", "RSA")
                    .put("n", base64(unsigned(rsa.getModulus(), rsa.getModulus().bitLength() / 8)))
                    .put("e", base64(rsa.getPublicExponent().toByteArray()));
        }
        if (pair.getPublic() instanceof ECPublicKey ec) {
            return jwk.put("kty", "EC")
                    .put("crv", "P-256")
                    .put("x", base64(unsigned(ec.getW().getAffineX(), P256_BYTES)))
                    .put("y", base64(unsigned(ec.getW().getAffineY(), P256_BYTES)));
        }
        byte[] der = pair.getPublic().getEncoded();
        return jwk.put("kty", "OKP")
                .put("crv", "Ed25519")
                .put("x", base64(Arrays.copyOfRange(der, der.length - 32, der.length)));
    }

    /** The public half as PEM. */
    public String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** A part of a token. */
    public static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private byte[] sign(byte[] signed) {
        try {
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "RS256" -> "SHA256withRSA";
                        case "ES256" -> "SHA256withECDSAinP1363Format";
                        default -> "Ed25519";
                    });
            signature.initSign(pair.getPrivate());
            signature.update(signed);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] signed = number.toByteArray();
        byte[] unsigned = new byte[length];
        int used = Math.min(length, signed.length);
        System.arraycopy(signed, signed.length - used, unsigned, length - used, used);
        return unsigned;
    }
}
