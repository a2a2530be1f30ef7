package dev.orderengine.http.token;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys that are in force together. Immutable. */
final class KeySet {

    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

    private final Set<JsonObject> keys;
    private final Set<String> algorithms = new HashSet<>();
    private final Set<String> ids = new HashSet<>();
    private final boolean someHaveNoId;
    private final JWTAuth verifier;

    /**
     * @param keys of {@link PublicKeys}
     * @param demands issuer, audience and the skew of clocks that is put up with
     */
    KeySet(Vertx vertx, List<JsonObject> keys, JWTOptions demands) {
        this.keys = keys.stream().filter(key -> isSound(vertx, key)).collect(Collectors.toUnmodifiableSet());
        JWTAuthOptions options = new JWTAuthOptions().setJWTOptions(demands);
        for (JsonObject key : this.keys) {
            options.addJwk(key);
            algorithms.add(key.getString("alg"));
            if (key.containsKey("kid")) {
                ids.add(key.getString("kid"));
            }
        }
        this.someHaveNoId = this.keys.stream().anyMatch(key -> !key.containsKey("kid"));
        this.verifier = JWTAuth.create(vertx, options);
    }

    /** A token names a key that is not among these. */
    static final class UnknownKeyException extends Exception {

        private static final long serialVersionUID = 1L;

        private UnknownKeyException() {
            super("no key has that id", null, false, false);
        }
    }

    int size() {
        return keys.size();
    }

    /** Whether a key of the others is not among these. */
    boolean lacksOneOf(KeySet others) {
        return !keys.containsAll(others.keys);
    }

    /** The claims of a token: its signature, issuer, audience and times are as they must be. */
    Future<JsonObject> verify(String token) {
        JsonObject header;
        try {
            header = header(token);
        } catch (IllegalArgumentException | DecodeException e) {
            return Future.failedFuture(new IllegalArgumentException("the token is no JWT"));
        }
        // The algorithm is the key's business: none, or a public key taken for a secret, end here.
        if (!(header.getValue("alg") instanceof String algorithm) || !isOurs(algorithm)) {
            return Future.failedFuture(new IllegalArgumentException("the token is signed in another way"));
        }
        // RFC 7515, 4.1.11: what is critical and not understood is refused.
        if (header.containsKey("crit")) {
            return Future.failedFuture(new IllegalArgumentException("the token has critical extensions"));
        }
        if (header.containsKey("kid") && !someHaveNoId && !ids.contains(String.valueOf(header.getValue("kid")))) {
            return Future.failedFuture(new UnknownKeyException());
        }
        if (!algorithms.contains(algorithm)) {
            return Future.failedFuture(new IllegalArgumentException("no key is used with " + algorithm));
        }
        // A claim of another type than it should have may be thrown.
        return Future.succeededFuture(new TokenCredentials(token))
                .compose(verifier::authenticate)
                .map(user -> user.attributes().getJsonObject("accessToken", user.principal()));
    }

    private static boolean isSound(Vertx vertx, JsonObject key) {
        try {
            JWTAuth.create(vertx, new JWTAuthOptions().addJwk(key));
            return true;
        } catch (RuntimeException e) {
            LOG.warn("a key is not used, for it is broken: kid {}", key.getValue("kid"), e);
            return false;
        }
    }

    private static boolean isOurs(String algorithm) {
        return PublicKeys.ALGORITHMS.containsValue(algorithm);
    }

    private static JsonObject header(String token) {
        int end = token.indexOf('.');
        if (end < 0) {
            throw new IllegalArgumentException("no dot");
        }
        return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(token.substring(0, end))));
    }
}
