package dev.orderengine.http.token;

import dev.orderengine.batch.Recurring;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.http.token.KeySet.UnknownKeyException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that tokens are verified by: a PEM file, or a JWKS URL that is read again every few minutes, and at once when a token names
 * a key that nobody knows; one read at a time, and none too soon after the one before. While the URL is away the known keys stay in force. Any
 * thread.
 */
public final class TokenKeys {

    private static final Logger LOG = LoggerFactory.getLogger(TokenKeys.class);
    /** An unknown key must not hold a request for longer than it may take. */
    private static final Duration TIMEOUT = Duration.ofMillis(1_500);

    private static final int MAX_BYTES = 256 * 1024;

    private final Vertx vertx;
    private final EngineConfig.Auth config;
    private final Duration pause;
    private final WebClient client;
    private final Recurring refreshing;
    private volatile Era current;
    private volatile long triedNanos;
    private volatile long readNanos = System.nanoTime();
    private Future<Void> reading = Future.succeededFuture();

    /** @param number goes up when a key is withdrawn */
    private record Era(KeySet keys, int number) {}

    /** @param pause between a read and the next for an unknown key; what comes meanwhile is refused */
    public TokenKeys(Vertx vertx, EngineConfig.Auth config, Duration pause, MeterRegistry metrics) {
        this.vertx = vertx;
        this.config = config;
        this.pause = pause;
        this.client = WebClient.create(vertx, new WebClientOptions().setFollowRedirects(false));
        this.refreshing = new Recurring(vertx, "token_keys", config.jwksRefresh(), metrics, this::read);
        this.current = new Era(new KeySet(vertx, List.of(), demands()), 0);
        Gauge.builder("auth.keys", this, keys -> keys.current.keys().size())
                .description("Keys that tokens are verified by")
                .register(metrics);
        Gauge.builder("auth.keys.age", this, TokenKeys::secondsSinceRead)
                .description("Since the keys were last read from the issuer; 0 with a key file")
                .baseUnit("seconds")
                .register(metrics);
    }

    /** Reads the keys for the first time; fails if that is not possible. */
    public Future<Void> load() {
        return config.jwksUrl() == null ? readFile() : read().onSuccess(loaded -> refreshing.start());
    }

    /** Reads no more. */
    public Future<Void> stop() {
        return refreshing.stop().onComplete(stopped -> client.close());
    }

    /** Reads the keys of the URL again now. */
    public Future<Void> runNow() {
        return refreshing.runNow();
    }

    /** Verifies a token; fails if it is not good. Completes on the caller's context. */
    public Future<VerifiedToken> verify(String token) {
        Era era = current;
        return verify(era, token)
                .recover(fault -> fault instanceof UnknownKeyException && config.jwksUrl() != null
                        ? readForUnknownKey(era).compose(read -> verify(current, token))
                        : Future.failedFuture(fault));
    }

    /** Whether no key was withdrawn since a token was verified in that era. */
    public boolean isCurrent(int era) {
        return current.number() == era;
    }

    private static Future<VerifiedToken> verify(Era era, String token) {
        return era.keys().verify(token).map(claims -> new VerifiedToken(claims, era.number()));
    }

    private Future<Void> readForUnknownKey(Era tried) {
        Context caller = vertx.getOrCreateContext();
        Future<Void> read = readUnlessJustDone(tried);
        return Future.future(promise -> read.onComplete(done -> caller.runOnContext(now -> promise.handle(done))));
    }

    private synchronized Future<Void> readUnlessJustDone(Era tried) {
        boolean newerOnes = current != tried;
        if (newerOnes || !reading.isComplete()) {
            return reading;
        }
        return System.nanoTime() - triedNanos < pause.toNanos()
                ? Future.failedFuture(new IllegalStateException("the keys were read a moment ago"))
                : read();
    }

    private synchronized Future<Void> read() {
        if (reading.isComplete()) {
            triedNanos = System.nanoTime();
            reading = fetch();
        }
        return reading;
    }

    private Future<Void> fetch() {
        return client.getAbs(config.jwksUrl().toString())
                .putHeader(HttpHeaders.ACCEPT.toString(), "application/jwk-set+json, application/json")
                .timeout(TIMEOUT.toMillis())
                .send()
                .map(this::published)
                .onSuccess(this::use)
                .onFailure(fault -> LOG.warn("keys not read from {}, the known ones stay", config.jwksUrl(), fault))
                .mapEmpty();
    }

    private List<JsonObject> published(HttpResponse<?> response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException(
                    config.jwksUrl() + " answered " + response.statusCode() + " instead of keys");
        }
        if (response.bodyAsBuffer() == null || response.bodyAsBuffer().length() > MAX_BYTES) {
            throw new IllegalStateException(config.jwksUrl() + " answered with nothing, or too much");
        }
        return PublicKeys.ofJwks(response.bodyAsJsonObject());
    }

    private Future<Void> readFile() {
        return vertx.fileSystem()
                .readFile(config.publicKeyFile().toString())
                .map(pem -> PublicKeys.ofPem(pem.toString()))
                .onSuccess(this::use)
                .mapEmpty();
    }

    private synchronized void use(List<JsonObject> keys) {
        readNanos = System.nanoTime();
        KeySet next = new KeySet(vertx, keys, demands());
        boolean withdrawn = next.lacksOneOf(current.keys());
        if (next.size() == 0) {
            LOG.error("there is no key to verify tokens by at {}: all callers are refused", config.jwksUrl());
        }
        if (withdrawn) {
            LOG.info("a key was withdrawn: tokens are verified anew");
        }
        current = new Era(next, withdrawn ? current.number() + 1 : current.number());
    }

    private JWTOptions demands() {
        return new JWTOptions()
                .setIssuer(config.issuer())
                .addAudience(config.audience())
                .setLeeway((int) config.clockSkew().toSeconds());
    }

    private double secondsSinceRead() {
        return config.jwksUrl() == null ? 0 : TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - readNanos);
    }
}
