package dev.orderengine.verification;

import dev.orderengine.telemetry.LogFields;
import dev.orderengine.verification.VerificationStore.Taken;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends codes to the customers of orders that wait for one. A code's hash is kept before the code is sent: a crash in between, or a mail
 * server whose answer is lost, leads to another code, and the newest that was mailed is the one that counts. Any number may run at once.
 */
public final class Verifications {

    private static final Logger LOG = LoggerFactory.getLogger(Verifications.class);

    private static final Duration GOOD_FOR = Duration.ofMinutes(10);
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration KEPT_FOR = Duration.ofDays(7);
    private static final int BATCH = 50;
    private static final int MAX_ATTEMPTS = 10;

    private final VerificationStore store;
    private final CodeSender sender;
    private final Duration sentWithin;
    private final Codes codes = new Codes();
    private final Clock clock;
    private final Counter sent;
    private final Counter failed;

    /** @param sentWithin shorter than the lease of a minute, so that a mail server that hangs holds up nothing else */
    public Verifications(Pool writers, CodeSender sender, Duration sentWithin, Clock clock, MeterRegistry metrics) {
        this.store = new VerificationStore(writers);
        this.sender = sender;
        this.sentWithin = sentWithin;
        this.clock = clock;
        this.sent = Counter.builder("verifications.sent")
                .description("Codes that were mailed")
                .register(metrics);
        this.failed = Counter.builder("verifications.failed")
                .description("Codes that could not be mailed, each try")
                .register(metrics);
    }

    /** Sends all codes that are due now. */
    public Future<Void> run() {
        return store.open(BATCH, clock.instant())
                .compose(opened -> store.claim(BATCH, LEASE, clock.instant()))
                .compose(this::sendAll)
                .compose(count -> count == BATCH ? run() : Future.succeededFuture());
    }

    /** Forgets verifications whose time is long over. */
    public Future<Void> forget() {
        return store.forget(clock.instant().minus(KEPT_FOR));
    }

    private Future<Integer> sendAll(List<Taken> due) {
        return Future.join(due.stream().map(this::send).toList()).map(due.size());
    }

    private Future<Void> send(Taken taken) {
        if (!taken.wanted()) {
            return store.close(taken, null, "not wanted any more");
        }
        if (taken.email() == null) {
            return unsent(taken, "the customer has no e-mail address");
        }
        String code = codes.next();
        return store.keep(taken, code, clock.instant().plus(GOOD_FOR))
                .compose(held -> held ? mail(taken, code) : Future.succeededFuture())
                .transform(mailed -> mailed.succeeded()
                        ? store.close(taken, clock.instant(), null).onSuccess(done -> sent.increment())
                        : unsent(taken, mailed.cause().toString()));
    }

    private Future<Void> mail(Taken taken, String code) {
        return sender.send(taken.email(), taken.orderId(), code).timeout(sentWithin.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Tried again later, at growing intervals; in the end the order expires. */
    private Future<Void> unsent(Taken taken, String error) {
        failed.increment();
        if (taken.attempt() >= MAX_ATTEMPTS) {
            LOG.error(
                    "the code of order {} cannot be mailed, given up: {}",
                    taken.orderId(),
                    error,
                    LogFields.order(taken.orderId()));
            return store.close(taken, null, error);
        }
        LOG.warn(
                "the code of order {} cannot be mailed, try {}: {}",
                taken.orderId(),
                taken.attempt(),
                error,
                LogFields.order(taken.orderId()));
        return store.retry(taken, clock.instant().plusSeconds(1L << taken.attempt()), error);
    }
}
