package dev.orderengine.dev;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** Makes tokens that an engine accepts which trusts {@link #publicKeyPem()}. A new key pair per instance. */
public final class DevTokens {

    /** The {@code iss} of all tokens. */
    public static final String ISSUER = "https://dev.orderengine";
    /** The {@code aud} of all tokens. */
    public static final String AUDIENCE = "order-engine";
    /** The roles that the engine knows. */
    public static final List<String> ROLES =
            List.of("customer", "service", "fulfilment", "reviewer", "operator", "admin");

    private static final String ALGORITHM = "RS256";
    private static final Duration LIFETIME = Duration.ofHours(24);

    private final String publicKeyPem;
    private final JWTAuth signer;

    private DevTokens(String publicKeyPem, JWTAuth signer) {
        this.publicKeyPem = publicKeyPem;
        this.signer = signer;
    }

    /** Makes a key pair. */
    public static DevTokens create(Vertx vertx) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var pair = generator.generateKeyPair();
            var privatePem = pem("PRIVATE KEY", pair.getPrivate().getEncoded());
            var signing = new PubSecKeyOptions().setAlgorithm(ALGORITHM).setBuffer(privatePem);
            return new DevTokens(
                    pem("PUBLIC KEY", pair.getPublic().getEncoded()),
                    JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(signing)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The public half, as PEM. */
    public String publicKeyPem() {
        return publicKeyPem;
    }

    /** Writes the public half to a file, with the folders above it, and returns the file. */
    public Path writePublicKey(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.writeString(file, publicKeyPem);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A token of a role for that role's usual subject. */
    public String token(String role) {
        return token(role, subjectOf(role));
    }

    /** A token, good for 24 hours. */
    public String token(String role, String subject) {
        return token(role, subject, LIFETIME);
    }

    /** A token that expires after that time; a negative one has expired. */
    public String token(String role, String subject, Duration lifetime) {
        var options = new JWTOptions()
                .setAlgorithm(ALGORITHM)
                .setIssuer(ISSUER)
                .addAudience(AUDIENCE)
                .setSubject(subject)
                .setExpiresInSeconds((int) lifetime.toSeconds());
        return signer.generateToken(new JsonObject().put("roles", new JsonArray().add(role)), options);
    }

    /** The subject of a role when none is asked for: the customer of the examples, or {@code dev-<role>}. */
    static String subjectOf(String role) {
        return role.equals("customer") ? "c-1001" : "dev-" + role;
    }

    private static String pem(String kind, byte[] key) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                + "\n-----END " + kind + "-----\n";
    }
}
