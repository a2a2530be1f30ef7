package dev.orderengine.payment;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.telemetry.LogFields;
import dev.orderengine.telemetry.Spans;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedRetryMetrics;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider behind its own circuit breaker, bulkhead, time limit and retry. Never fails: what the guards refuse is
 * unavailable, what they cut short is unknown. Metrics: those of resilience4j, and {@code payment.duration} from hand-over to
 * the provider's answer.
 */
public final class Guarded implements PaymentProvider {

    private static final Logger LOG = LoggerFactory.getLogger(Guarded.class);

    /** Refunds that may be with the provider at once, beside its charges. */
    public static final int REFUNDS_AT_ONCE = 16;

    private static final Duration BULKHEAD_WAIT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final PaymentProvider provider;
    private final ProviderSpans spans;
    private final Settings settings;
    private final MeterRegistry metrics;
    private final CircuitBreaker breaker;
    private final Bulkhead bulkhead;
    private final Retry retry;

    public Guarded(Vertx vertx, PaymentProvider provider, Settings settings, MeterRegistry metrics, Spans spans) {
        this.vertx = vertx;
        this.provider = provider;
        this.spans = new ProviderSpans(spans, provider.name());
        this.settings = settings;
        this.metrics = metrics;
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(breakerConfig(settings));
        BulkheadRegistry bulkheads = BulkheadRegistry.of(bulkheadConfig(settings));
        RetryRegistry retries = RetryRegistry.of(retryConfig(settings));
        this.breaker = breakers.circuitBreaker(provider.name());
        this.bulkhead = bulkheads.bulkhead(provider.name());
        this.retry = retries.retry(provider.name());
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(metrics);
        TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(metrics);
        TaggedRetryMetrics.ofRetryRegistry(retries).bindTo(metrics);
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn(
                        "circuit breaker of {}: {}", event.getCircuitBreakerName(), event.getStateTransition()));
    }

    /**
     * How much is too much.
     *
     * @param concurrency calls at once
     * @param timeout of one call
     * @param tries of one call while it is safe to repeat
     * @param pause before the second try; later ones grow, all are jittered
     * @param window calls that the breaker judges by; it opens when half of them are faults
     * @param openFor how long the breaker stays open
     * @param probes calls that decide whether it closes again
     */
    public record Settings(
            int concurrency, Duration timeout, int tries, Duration pause, int window, Duration openFor, int probes) {

        /** The settings of every provider. */
        public static Settings of(EngineConfig.Payments config) {
            return new Settings(
                    config.concurrency() + REFUNDS_AT_ONCE,
                    config.timeout(),
                    3,
                    Duration.ofMillis(100),
                    40,
                    Duration.ofSeconds(5),
                    10);
        }
    }

    @Override
    public String name() {
        return provider.name();
    }

    /** Payments that may be under way at once: none while the breaker is open, few while it tries whether to close. */
    public int openings() {
        if (breaker.getState() == CircuitBreaker.State.OPEN) {
            return endsItsWait() ? settings.probes() : 0;
        }
        return breaker.getState() == CircuitBreaker.State.HALF_OPEN ? settings.probes() : settings.concurrency();
    }

    /** An open breaker learns that its wait is over only when somebody asks for a permission. */
    private boolean endsItsWait() {
        boolean ended = breaker.tryAcquirePermission();
        if (ended) {
            breaker.releasePermission();
        }
        return ended;
    }

    @Override
    public Future<ChargeOutcome> charge(Payment payment) {
        Timer.Sample sample = Timer.start(metrics);
        return repeated(payment.orderId(), () -> spans.of("charge", payment, provider::charge), outcome -> outcome)
                .onSuccess(outcome -> sample.stop(duration(outcome.name())));
    }

    @Override
    public Future<ChargeOutcome> capture(Payment payment) {
        return repeated(payment.orderId(), () -> spans.of("capture", payment, provider::capture), outcome -> outcome);
    }

    @Override
    public Future<ChargeOutcome> renew(Payment payment) {
        return repeated(payment.orderId(), () -> spans.of("renew", payment, provider::renew), outcome -> outcome);
    }

    @Override
    public Future<LookUp> lookUp(Payment payment) {
        return repeated(payment.orderId(), () -> spans.of("look_up", payment, provider::lookUp), LookUp.Found::new);
    }

    @Override
    public Future<RefundOutcome> giveBack(Refund refund) {
        return repeated(
                refund.orderId(), () -> spans.of("give_back", refund, provider::giveBack), RefundOutcome.NoAnswer::new);
    }

    @Override
    public Future<RefundOutcome> lookUp(Refund refund) {
        return repeated(
                refund.orderId(), () -> spans.of("look_up", refund, provider::lookUp), RefundOutcome.NoAnswer::new);
    }

    private Timer duration(String outcome) {
        return Timer.builder("payment.duration")
                .description("From hand-over of a charge to the provider's answer, repeats included")
                .tag("provider", provider.name())
                .tag("outcome", outcome)
                .serviceLevelObjectives(
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(2500),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10))
                .register(metrics);
    }

    private <T extends ProviderAnswer> Future<T> repeated(
            UUID order, Supplier<Future<T>> call, Function<ChargeOutcome, T> noAnswer) {
        return repeated(order, call, noAnswer, retry.asyncContext());
    }

    private <T extends ProviderAnswer> Future<T> repeated(
            UUID order, Supplier<Future<T>> call, Function<ChargeOutcome, T> noAnswer, Retry.AsyncContext<T> tries) {
        return once(order, call, noAnswer).compose(answer -> {
            long pause = tries.onResult(answer);
            if (pause < 1) {
                tries.onComplete();
                return Future.succeededFuture(answer);
            }
            return vertx.timer(pause, TimeUnit.MILLISECONDS)
                    .compose(fired -> repeated(order, call, noAnswer, tries))
                    .map(later -> inDoubt(answer, later));
        });
    }

    /** A later try that brings no answer does not undo the doubt that an earlier one left. */
    private static <T extends ProviderAnswer> T inDoubt(T earlier, T later) {
        return later.isFault() && earlier.isDoubtful() ? earlier : later;
    }

    private <T extends ProviderAnswer> Future<T> once(
            UUID order, Supplier<Future<T>> call, Function<ChargeOutcome, T> noAnswer) {
        if (!bulkhead.tryAcquirePermission()) {
            return Future.succeededFuture(
                    noAnswer.apply(new ChargeOutcome.Unavailable("bulkhead is full", BULKHEAD_WAIT)));
        }
        if (!breaker.tryAcquirePermission()) {
            bulkhead.releasePermission();
            return Future.succeededFuture(
                    noAnswer.apply(new ChargeOutcome.Unavailable("circuit breaker is open", whileOpen())));
        }
        long start = breaker.getCurrentTimestamp();
        return started(call)
                .timeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(fault -> noAnswer.apply(cutShort(order, fault)))
                .onSuccess(answer -> record(answer, start));
    }

    /** A provider that throws must not keep the permits. */
    private static <T> Future<T> started(Supplier<Future<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException defect) {
            return Future.failedFuture(defect);
        }
    }

    private void record(ProviderAnswer answer, long start) {
        breaker.onResult(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit(), answer);
        bulkhead.onComplete();
    }

    private ChargeOutcome cutShort(UUID order, Throwable fault) {
        if (fault instanceof TimeoutException) {
            return new ChargeOutcome.Unknown("no answer in time", false);
        }
        LOG.error("a call to {} failed by a defect", provider.name(), LogFields.order(order), fault);
        return new ChargeOutcome.Unknown(fault.toString(), false);
    }

    /** Jittered, so that what the open breaker refused does not come back all at once. */
    private Duration whileOpen() {
        long millis = settings.openFor().toMillis();
        return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }

    private static CircuitBreakerConfig breakerConfig(Settings settings) {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(settings.window())
                .minimumNumberOfCalls(Math.max(1, settings.window() / 2))
                .failureRateThreshold(50)
                .waitDurationInOpenState(settings.openFor())
                .permittedNumberOfCallsInHalfOpenState(settings.probes())
                .recordResult(answer -> ((ProviderAnswer) answer).isFault())
                .build();
    }

    private static BulkheadConfig bulkheadConfig(Settings settings) {
        return BulkheadConfig.custom()
                .maxConcurrentCalls(settings.concurrency())
                .maxWaitDuration(Duration.ZERO)
                .build();
    }

    private static RetryConfig retryConfig(Settings settings) {
        return RetryConfig.<ProviderAnswer>custom()
                .maxAttempts(settings.tries())
                .retryOnResult(ProviderAnswer::isRepeatable)
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(settings.pause(), 2, 0.5))
                .build();
    }
}
