package dev.orderengine.redis;

import dev.orderengine.config.EngineConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls to Redis: each bounded in time, all of them behind one circuit breaker, so that a Redis that is away costs its callers
 * nothing but an error. Metrics: {@code redis.calls} by kind and outcome, and those of the breaker. Any thread.
 *
 * <p>vertx-redis-client connects anew when a connection was closed, but waits without limit at one that is open and silent, as
 * long as TCP does. So a client of which no answer came for as long as a call may take is closed and replaced.
 */
public final class RedisCalls {

    private static final Logger LOG = LoggerFactory.getLogger(RedisCalls.class);
    private static final String NAME = "redis";
    private static final int CONNECTIONS = 8;
    /** More than the requests that are at work at once: the time limit is what bounds the wait. */
    private static final int WAITING = 10_000;

    /** Errors that the engine is to blame for; others say that Redis is loading, read-only, out of memory. */
    private static final Pattern REFUSAL = Pattern.compile("ERR|WRONGTYPE");

    private static final int WINDOW = 40;
    private static final Duration OPEN_FOR = Duration.ofSeconds(1);
    private static final int PROBES = 5;

    private final Vertx vertx;
    private final EngineConfig.Redis config;
    private final MeterRegistry metrics;
    private final CircuitBreaker breaker;
    private final AtomicReference<Redis> client;
    private volatile long lastAnswer = System.nanoTime();

    /** What a call is for, in the metrics. */
    public enum Kind {
        PING,
        READ,
        WRITE,
        LIMIT;

        private final String tag = name().toLowerCase(Locale.ROOT);
    }

    /** Connects when the first call is made. */
    public RedisCalls(Vertx vertx, EngineConfig.Redis config, MeterRegistry metrics) {
        this.vertx = vertx;
        this.config = config;
        this.metrics = metrics;
        this.client = new AtomicReference<>(connect());
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(breakerConfig());
        this.breaker = breakers.circuitBreaker(NAME);
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(metrics);
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn("circuit breaker of Redis: {}", event.getStateTransition()));
    }

    /** The answer; null for Redis' nil. Fails with {@link RedisUnavailableException} when there is none in time. */
    public Future<Response> call(Kind kind, Request request) {
        if (!breaker.tryAcquirePermission()) {
            return Future.failedFuture(new RedisUnavailableException("the circuit breaker of Redis is open", null));
        }
        long start = breaker.getCurrentTimestamp();
        return timed(kind, request).onComplete(done -> judge(done.cause(), breaker.getCurrentTimestamp() - start));
    }

    /** Asks whether Redis answers, past the breaker. */
    public Future<Void> ping() {
        return timed(Kind.PING, Request.cmd(Command.PING)).mapEmpty();
    }

    /** Closes the connections. */
    public Future<Void> close() {
        return client.get().close();
    }

    private Future<Response> timed(Kind kind, Request request) {
        Redis asked = client.get();
        long start = System.nanoTime();
        return sent(asked, request)
                .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(answer -> lastAnswer = System.nanoTime())
                .recover(fault -> Future.failedFuture(failed(fault, asked, start)))
                .onComplete(done ->
                        timer(kind, outcome(done.cause())).record(System.nanoTime() - start, TimeUnit.NANOSECONDS));
    }

    /** A client that was closed a moment ago may throw. */
    private static Future<Response> sent(Redis client, Request request) {
        try {
            return client.send(request);
        } catch (RuntimeException closed) {
            return Future.failedFuture(closed);
        }
    }

    private RuntimeException failed(Throwable fault, Redis asked, long start) {
        if (fault instanceof Response && REFUSAL.matcher(fault.getMessage()).lookingAt()) {
            return new IllegalStateException("Redis refuses a command", fault);
        }
        if (fault instanceof TimeoutException && lastAnswer - start < 0) {
            replace(asked);
        }
        return new RedisUnavailableException("Redis does not answer", fault);
    }

    private void replace(Redis silent) {
        Redis fresh = connect();
        if (client.compareAndSet(silent, fresh)) {
            LOG.warn("Redis is silent on all connections, connecting anew");
            silent.close();
        } else {
            fresh.close();
        }
    }

    private void judge(Throwable fault, long took) {
        if (fault instanceof RedisUnavailableException) {
            breaker.onError(took, breaker.getTimestampUnit(), fault);
        } else {
            breaker.onSuccess(took, breaker.getTimestampUnit());
        }
    }

    private static String outcome(Throwable fault) {
        if (fault == null) {
            return "ok";
        }
        if (fault instanceof RedisUnavailableException) {
            return fault.getCause() instanceof TimeoutException ? "timeout" : "unavailable";
        }
        return "refused";
    }

    private Timer timer(Kind kind, String outcome) {
        return Timer.builder("redis.calls")
                .description("From a call of Redis to its answer, or to the time limit")
                .tag("kind", kind.tag)
                .tag("outcome", outcome)
                .register(metrics);
    }

    private Redis connect() {
        return Redis.createClient(
                vertx,
                new RedisOptions()
                        .setConnectionString(config.url().toString())
                        .setNetClientOptions(connection())
                        .setPoolName(NAME)
                        .setMaxPoolSize(CONNECTIONS)
                        .setMaxPoolWaiting(WAITING));
    }

    private NetClientOptions connection() {
        NetClientOptions options = new NetClientOptions()
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true)
                .setConnectTimeout((int) config.timeout().toMillis());
        if (config.url().getScheme().equals("rediss")) {
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            if (config.tlsCaFile() != null) {
                options.setTrustOptions(
                        new PemTrustOptions().addCertPath(config.tlsCaFile().toString()));
            }
        }
        return options;
    }

    private static CircuitBreakerConfig breakerConfig() {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(WINDOW)
                .minimumNumberOfCalls(WINDOW / 2)
                .failureRateThreshold(50)
                .waitDurationInOpenState(OPEN_FOR)
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                .build();
    }
}
