package dev.orderengine.telemetry;

import dev.orderengine.telemetry.HealthReport.Check;
import dev.orderengine.telemetry.HealthReport.Status;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one check: never longer than the time limit, and not again before its answer is old, however many ask, so that probes
 * from outside cannot load a dependency.
 */
final class Probe {

    private static final Logger LOG = LoggerFactory.getLogger(Probe.class);
    private static final Duration LIMIT = Duration.ofMillis(800);
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final HealthCheck check;
    private final LongSupplier nanoTime;
    private final AtomicReference<Asked> last = new AtomicReference<>();
    private volatile Status known = Status.UP;

    private record Asked(long at, Future<Check> answer) {}

    Probe(HealthCheck check, LongSupplier nanoTime) {
        this.check = check;
        this.nanoTime = nanoTime;
    }

    String id() {
        return check.id();
    }

    /** 1 while the last answer was good. */
    double up() {
        return known == Status.UP ? 1 : 0;
    }

    /** Never fails, and completes within the limit. */
    Future<Check> ask() {
        Asked previous = last.get();
        long now = nanoTime.getAsLong();
        if (previous != null && now - previous.at < FRESH.toNanos()) {
            return previous.answer;
        }
        Asked asked = new Asked(now, run());
        last.set(asked);
        return asked.answer;
    }

    private Future<Check> run() {
        return Future.succeededFuture()
                .compose(ignored -> check.probe().get().<Void>mapEmpty())
                .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .map(ignored -> found(Status.UP, Map.of(), null))
                .otherwise(this::away);
    }

    private Check away(Throwable cause) {
        Status status = check.required() ? Status.DOWN : Status.DEGRADED;
        String reason = cause instanceof TimeoutException ? "no answer within " + LIMIT.toMillis() + " ms" : "failed";
        return found(status, Map.of("reason", reason), cause);
    }

    private Check found(Status status, Map<String, String> data, Throwable cause) {
        Status before = known;
        known = status;
        if (before != status) {
            log(status, cause);
        }
        return new Check(check.id(), status, data);
    }

    private void log(Status status, Throwable cause) {
        if (status == Status.UP) {
            LOG.info("{} is back", check.id());
        } else {
            LOG.warn("{} is away: {}", check.id(), status, cause);
        }
    }
}
