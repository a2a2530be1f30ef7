package dev.orderengine.http;

import dev.orderengine.config.EngineConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.ext.web.client.WebClient;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that tokens are verified by: a PEM file, or a JWKS URL that is read again every few minutes. Only asymmetric
 * algorithms are taken, each for keys of its own kind.
 */
public final class TokenKeys {

    private static final Logger LOG = LoggerFactory.getLogger(TokenKeys.class);
    private static final Duration REFRESH = Duration.ofMinutes(5);
    private static final int LEEWAY_SECONDS = 30;
    private static final Map<String, String> ALGORITHM_OF_KEY = Map.of("RSA", "RS256", "EC", "ES256");

    private final Vertx vertx;
    private final EngineConfig.Auth config;
    private final WebClient client;
    private volatile JWTAuth current;

    public TokenKeys(Vertx vertx, EngineConfig.Auth config) {
        this.vertx = vertx;
        this.config = config;
        this.client = WebClient.create(vertx);
    }

    /** Reads the keys for the first time; fails if that is not possible. */
    public Future<Void> load() {
        return config.jwksUrl() == null ? loadFile() : loadUrl().onSuccess(loaded -> refreshLater());
    }

    /** Verifies a token by the keys that are valid now. */
    public AuthenticationProvider current() {
        return current;
    }

    private Future<Void> loadFile() {
        return vertx.fileSystem().readFile(config.publicKeyFile().toString()).map(pem -> {
            use(new JWTAuthOptions()
                    .addPubSecKey(
                            new PubSecKeyOptions().setAlgorithm(algorithm(pem)).setBuffer(pem)));
            return null;
        });
    }

    private Future<Void> loadUrl() {
        return client.getAbs(config.jwksUrl().toString())
                .timeout(TimeUnit.SECONDS.toMillis(5))
                .send()
                .map(response -> {
                    if (response.statusCode() != 200) {
                        throw new IllegalStateException(
                                config.jwksUrl() + " answered " + response.statusCode() + " instead of keys");
                    }
                    use(fromJwks(response.bodyAsJsonObject()));
                    return null;
                });
    }

    private static JWTAuthOptions fromJwks(JsonObject jwks) {
        JWTAuthOptions options = new JWTAuthOptions();
        JsonArray keys = jwks.getJsonArray("keys", new JsonArray());
        for (int i = 0; i < keys.size(); i++) {
            JsonObject key = keys.getJsonObject(i);
            if (ALGORITHM_OF_KEY.containsKey(key.getString("kty"))) {
                options.addJwk(key);
            }
        }
        return options;
    }

    private void refreshLater() {
        vertx.setTimer(
                REFRESH.toMillis(),
                fired -> loadUrl()
                        .onFailure(fault ->
                                LOG.warn("keys not read from {}, the known ones stay", config.jwksUrl(), fault))
                        .onComplete(done -> refreshLater()));
    }

    private void use(JWTAuthOptions keys) {
        current = JWTAuth.create(
                vertx,
                keys.setJWTOptions(new JWTOptions()
                        .setIssuer(config.issuer())
                        .addAudience(config.audience())
                        .setLeeway(LEEWAY_SECONDS)));
    }

    private String algorithm(Buffer pem) {
        byte[] der = Base64.getMimeDecoder().decode(pem.toString().replaceAll("-----(BEGIN|END) PUBLIC KEY-----", ""));
        for (Map.Entry<String, String> kind : ALGORITHM_OF_KEY.entrySet()) {
            try {
                KeyFactory.getInstance(kind.getKey()).generatePublic(new X509EncodedKeySpec(der));
                return kind.getValue();
            } catch (GeneralSecurityException e) {
                LOG.debug("{} is no {} key", config.publicKeyFile(), kind.getKey(), e);
            }
        }
        throw new IllegalStateException(
                config.publicKeyFile() + " holds no RSA or EC public key in PEM (BEGIN PUBLIC KEY)");
    }
}
