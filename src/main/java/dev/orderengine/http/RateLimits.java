package dev.orderengine.http;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.limit.Limit;
import dev.orderengine.limit.RateLimiter;
import dev.orderengine.limit.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Lets each caller make so many requests of a kind, and refuses the rest with 429. Tells them what is left, by the headers of
 * draft-ietf-httpapi-ratelimit-headers. Any event loop.
 */
public final class RateLimits {

    private static final CharSequence REMAINING = HttpHeaders.createOptimized("RateLimit");
    private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");

    private final EngineConfig.RateLimits config;
    private final RateLimiter limiter;
    private final MeterRegistry metrics;
    private final Bucket staff;

    /** What a request is, to its limit. */
    enum Kind {
        READS,
        WRITES,
        ORDERS,
        BATCHES,
        STREAMS;

        /** These are heavy whoever makes them, and have no part in the bucket of staff. */
        private boolean isHeavy() {
            return this == BATCHES || this == STREAMS;
        }
    }

    private record Bucket(String name, Limit limit, String policy, Counter refused) {}

    public RateLimits(EngineConfig.RateLimits config, RateLimiter limiter, MeterRegistry metrics) {
        this.config = config;
        this.limiter = limiter;
        this.metrics = metrics;
        this.staff = bucket("staff", config.staff());
    }

    /** Lets requests of that kind pass while their caller may make more; comes after authentication. */
    Handler<RoutingContext> of(Kind kind) {
        if (!config.enabled()) {
            return RoutingContext::next;
        }
        Bucket own = bucket(kind.name().toLowerCase(Locale.ROOT), rate(kind));
        return context -> {
            Caller caller = RequestContext.of(context).caller();
            pass(context, caller.subject(), caller.may(Scope.ORDERS_ALL) && !kind.isHeavy() ? staff : own);
        };
    }

    private void pass(RoutingContext context, String caller, Bucket bucket) {
        Future<Verdict> verdict = limiter.take(bucket.name(), caller, bucket.limit());
        if (!verdict.isComplete()) {
            // The body must not flow past while nobody reads it.
            context.request().pause();
            verdict = verdict.onComplete(done -> context.request().resume());
        }
        verdict.onSuccess(known -> answer(context, bucket, known)).onFailure(context::fail);
    }

    private static void answer(RoutingContext context, Bucket bucket, Verdict verdict) {
        HttpServerResponse response = context.response();
        response.putHeader(POLICY, bucket.policy())
                .putHeader(
                        REMAINING,
                        '"' + bucket.name() + "\";r=" + verdict.remaining() + ";t="
                                + verdict.full().toSeconds());
        if (verdict.allowed()) {
            context.next();
            return;
        }
        bucket.refused().increment();
        context.fail(new ProblemException(new Problem(
                429,
                "rate_limited",
                "There were too many requests",
                "At most " + bucket.limit().burst() + " at once, and "
                        + bucket.limit().perSecond() + " a second, are taken of you for " + bucket.name() + ".",
                List.of(),
                Duration.ofSeconds(verdict.retryAfter().plusMillis(999).toSeconds()))));
    }

    private Bucket bucket(String name, EngineConfig.Rate rate) {
        Limit limit = new Limit(rate.perSecond(), rate.burst());
        return new Bucket(
                name,
                limit,
                '"' + name + "\";q=" + limit.burst() + ";w=" + limit.window(),
                Counter.builder("http.server.rate.limited")
                        .description("Requests refused because their caller made too many")
                        .tag("bucket", name)
                        .register(metrics));
    }

    private EngineConfig.Rate rate(Kind kind) {
        return switch (kind) {
            case READS -> config.reads();
            case WRITES -> config.writes();
            case ORDERS -> config.orders();
            case BATCHES -> config.batches();
            case STREAMS -> config.streams();
        };
    }
}
