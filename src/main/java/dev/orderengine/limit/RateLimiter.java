package dev.orderengine.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.orderengine.redis.RedisCalls;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Tells whether a caller may make one more request. All engines together keep the limit, by token buckets in Redis; a caller with many
 * requests costs a call of Redis for each portion of them, not for each. Without Redis each engine keeps the limit for itself. Any thread.
 */
public final class RateLimiter {

    /** A lease that takes longer is not waited for. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private static final int CALLERS = 50_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final SharedBuckets buckets;
    private final Counter standIns;
    private final Cache<Key, Allowance> allowances = Caffeine.newBuilder()
            .maximumSize(CALLERS)
            .expireAfterAccess(FORGOTTEN_AFTER)
            .build();

    private record Key(String kind, String caller) {}

    public RateLimiter(Vertx vertx, RedisCalls redis, MeterRegistry metrics) {
        this(vertx, new RedisBuckets(redis), metrics);
    }

    RateLimiter(Vertx vertx, SharedBuckets buckets, MeterRegistry metrics) {
        this.vertx = vertx;
        this.buckets = buckets;
        this.standIns = Counter.builder("rate.limit.stand.ins")
                .description("Requests that were limited by this engine alone, for Redis was away")
                .register(metrics);
    }

    /**
     * Takes one request out of the caller's bucket; completes on the caller's context.
     *
     * @param kind of requests, which have a bucket together
     */
    public Future<Verdict> take(String kind, String caller, Limit limit) {
        Future<Verdict> verdict = allowances
                .get(new Key(kind, caller), key -> allowance(key, limit))
                .take();
        return verdict.isComplete() ? verdict : onOwnContext(verdict);
    }

    private Allowance allowance(Key key, Limit limit) {
        String bucket = key.kind() + ":" + key.caller();
        return new Allowance(
                limit,
                System::nanoTime,
                (wanted, givenBack) -> buckets.lease(bucket, limit, wanted, givenBack)
                        .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS),
                standIns::increment);
    }

    private Future<Verdict> onOwnContext(Future<Verdict> verdict) {
        Context own = vertx.getOrCreateContext();
        return Future.future(promise -> verdict.onComplete(done -> own.runOnContext(now -> promise.handle(done))));
    }
}
