package dev.orderengine.http.token;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads public keys, each as a JWK with the one algorithm that it may be used with and nothing else of what was read: RSA of 2,048
 * bits or more (RS256), P-256 (ES256), Ed25519 (EdDSA). What an issuer publishes beside these is left out.
 */
final class PublicKeys {

    private static final Logger LOG = LoggerFactory.getLogger(PublicKeys.class);
    private static final int MIN_RSA_BITS = 2_048;
    /** Of an Ed25519 key, and of a coordinate on P-256. */
    private static final int CURVE_BYTES = 32;

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([^-]+)-----END PUBLIC KEY-----", Pattern.DOTALL);

    /** The members that make a key, by its type. */
    private static final Map<String, List<String>> MEMBERS =
            Map.of("RSA", List.of("n", "e"), "EC", List.of("crv", "x", "y"), "OKP", List.of("crv", "x"));

    /** The one algorithm of each type. */
    static final Map<String, String> ALGORITHMS = Map.of("RSA", "RS256", "EC", "ES256", "OKP", "EdDSA");

    private static final Map<String, String> CURVES = Map.of("EC", "P-256", "OKP", "Ed25519");

    private PublicKeys() {}

    /**
     * The keys of a JWKS document.
     *
     * @throws IllegalArgumentException when it is none
     */
    static List<JsonObject> ofJwks(JsonObject document) {
        if (!(document.getValue("keys") instanceof JsonArray published)) {
            throw new IllegalArgumentException("it has no array of keys");
        }
        List<JsonObject> keys = new ArrayList<>();
        for (int i = 0; i < published.size(); i++) {
            if (published.getValue(i) instanceof JsonObject key) {
                usable(key).ifPresent(keys::add);
            }
        }
        return keys;
    }

    /**
     * The keys of a PEM file, which has one block or several.
     *
     * @throws IllegalArgumentException when one of them is no key that tokens can be verified by, or there is none
     */
    static List<JsonObject> ofPem(String pem) {
        List<JsonObject> keys = new ArrayList<>();
        Matcher blocks = PEM.matcher(pem);
        while (blocks.find()) {
            keys.add(ofDer(Base64.getMimeDecoder().decode(blocks.group(1))));
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("it has no public key in PEM (BEGIN PUBLIC KEY)");
        }
        return keys;
    }

    private static Optional<JsonObject> usable(JsonObject key) {
        String type = String.valueOf(key.getValue("kty"));
        String algorithm = ALGORITHMS.get(type);
        boolean signs = "sig".equals(key.getValue("use", "sig"))
                && (!(key.getValue("key_ops") instanceof JsonArray uses) || uses.contains("verify"));
        if (algorithm == null
                || !signs
                || !algorithm.equals(key.getValue("alg", algorithm))
                || !MEMBERS.get(type).stream().allMatch(member -> key.getValue(member) instanceof String)
                || !(type.equals("RSA")
                        ? new BigInteger(1, decode(key.getString("n"))).bitLength() >= MIN_RSA_BITS
                        : isOnItsCurve(type, key))) {
            LOG.debug("a published key is not used: kid {}, type {}", key.getValue("kid"), type);
            return Optional.empty();
        }
        JsonObject usable = new JsonObject().put("kty", type).put("alg", algorithm);
        MEMBERS.get(type).forEach(member -> usable.put(member, key.getString(member)));
        if (key.getValue("kid") instanceof String kid) {
            usable.put("kid", kid);
        }
        return Optional.of(usable);
    }

    private static boolean isOnItsCurve(String type, JsonObject key) {
        return CURVES.get(type).equals(key.getString("crv"))
                && MEMBERS.get(type).stream()
                        .filter(member -> !member.equals("crv"))
                        .allMatch(member -> decode(key.getString(member)).length == CURVE_BYTES);
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static JsonObject ofDer(byte[] der) {
        for (String kind : List.of("RSA", "EC", "Ed25519")) {
            try {
                PublicKey key = KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der));
                return usable(jwk(key, der))
                        .orElseThrow(() -> new IllegalArgumentException(
                                "it needs RSA of " + MIN_RSA_BITS + " bits, P-256 or Ed25519"));
            } catch (GeneralSecurityException e) {
                LOG.debug("this is no {} key", kind, e);
            }
        }
        throw new IllegalArgumentException("it holds no RSA, EC or Ed25519 public key");
    }

    private static JsonObject jwk(PublicKey key, byte[] der) {
        if (key instanceof RSAPublicKey rsa) {
            return new JsonObject()
                    .put("kty", "RSA")
                    .put("n", unsigned(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8))
                    .put(
                            "e",
                            unsigned(
                                    rsa.getPublicExponent(),
                                    (rsa.getPublicExponent().bitLength() + 7) / 8));
        }
        if (key instanceof ECPublicKey ec) {
            return new JsonObject()
                    .put("kty", "EC")
                    .put("crv", ec.getParams().toString().contains("secp256r1") ? "P-256" : "another")
                    .put("x", unsigned(ec.getW().getAffineX(), CURVE_BYTES))
                    .put("y", unsigned(ec.getW().getAffineY(), CURVE_BYTES));
        }
        // The key itself is what stands last.
        byte[] point = Arrays.copyOfRange(der, der.length - CURVE_BYTES, der.length);
        return new JsonObject().put("kty", "OKP").put("crv", "Ed25519").put("x", base64(point));
    }

    /** Big-endian, so many bytes. */
    private static String unsigned(BigInteger number, int length) {
        byte[] signed = number.toByteArray();
        byte[] unsigned = new byte[length];
        int used = Math.min(length, signed.length);
        System.arraycopy(signed, signed.length - used, unsigned, length - used, used);
        return base64(unsigned);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
