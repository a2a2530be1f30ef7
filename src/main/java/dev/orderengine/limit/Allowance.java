package dev.orderengine.limit;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

/**
 * What one engine has of one bucket: a portion that it leased, and spends without asking anybody. A caller with many requests has the next
 * portion fetched before the last is spent. While the shared bucket is out of reach, a bucket of the engine's own stands in for it. Any thread.
 */
final class Allowance {

    /** What is not spent by then goes back, or it would add to later bursts. */
    private static final long PORTION_LIFE = Duration.ofSeconds(1).toNanos();
    /** How long the shared bucket is not asked after it did not answer. */
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final Limit limit;
    private final LongSupplier nanos;
    private final BiFunction<Integer, Integer, Future<Lease>> bucket;
    private final Runnable onStandIn;

    private int portion;
    private int size = 1;
    private long leasedAt;
    private int left;
    private long emptyUntil;
    private long awayUntil;
    private Future<Lease> leasing;
    private double standIn;
    private long standInAt;

    /**
     * @param nanos the time
     * @param bucket leases a portion of the shared bucket, giving back another
     * @param onStandIn called for each request that the shared bucket was not asked for
     */
    Allowance(Limit limit, LongSupplier nanos, BiFunction<Integer, Integer, Future<Lease>> bucket, Runnable onStandIn) {
        this.limit = limit;
        this.nanos = nanos;
        this.bucket = bucket;
        this.onStandIn = onStandIn;
        long now = nanos.getAsLong();
        this.left = limit.burst();
        this.emptyUntil = now;
        this.awayUntil = now;
        this.standIn = limit.burst();
        this.standInAt = now;
    }

    /** Takes one request out; completes at once unless the shared bucket has to be asked. */
    Future<Verdict> take() {
        Future<Lease> asked;
        synchronized (this) {
            Optional<Verdict> verdict = verdict(nanos.getAsLong());
            if (verdict.isPresent()) {
                return Future.succeededFuture(verdict.get());
            }
            asked = leasing;
        }
        // Whatever came of it, there is something to decide by now, or to ask for again.
        return asked == null ? take() : asked.transform(done -> take());
    }

    /** Empty while a lease is under way that has to be waited for. */
    private Optional<Verdict> verdict(long now) {
        boolean fresh = now - leasedAt < PORTION_LIFE;
        if (portion > 0 && fresh) {
            portion--;
            if (portion < size / 2 && left > 0 && now - awayUntil >= 0) {
                lease(now, 0);
            }
            return Optional.of(allowed((long) left + portion));
        }
        if (now - awayUntil < 0) {
            return Optional.of(standIn(now));
        }
        if (now - emptyUntil < 0) {
            return Optional.of(refused(emptyUntil - now));
        }
        int unused = portion;
        portion = 0;
        lease(now, unused);
        return Optional.empty();
    }

    /** One at a time. */
    private void lease(long now, int givenBack) {
        if (leasing != null) {
            return;
        }
        long lasted = now - leasedAt;
        size = lasted < PORTION_LIFE ? Math.min(limit.portion(), size * 2) : Math.max(1, size / 2);
        Future<Lease> asked = bucket.apply(size, givenBack);
        leasing = asked;
        asked.onComplete(this::leased, fault -> away());
    }

    private synchronized void leased(Lease lease) {
        long now = nanos.getAsLong();
        leasing = null;
        portion += lease.granted();
        leasedAt = now;
        left = lease.left();
        if (lease.granted() == 0) {
            emptyUntil = now + TimeUnit.MILLISECONDS.toNanos(Math.max(1, lease.waitMillis()));
        }
    }

    private synchronized void away() {
        leasing = null;
        awayUntil = nanos.getAsLong() + PAUSE;
    }

    private Verdict standIn(long now) {
        onStandIn.run();
        standIn = Math.min(limit.burst(), standIn + (now - standInAt) / 1e9 * limit.perSecond());
        standInAt = now;
        if (standIn < 1) {
            return refused((long) ((1 - standIn) / limit.perSecond() * 1e9));
        }
        standIn--;
        return allowed((long) standIn);
    }

    private Verdict allowed(long remaining) {
        long most = Math.min(limit.burst(), remaining);
        return new Verdict(true, most, Duration.ofSeconds(limit.secondsFor(limit.burst() - most)), Duration.ZERO);
    }

    private Verdict refused(long waitNanos) {
        return new Verdict(false, 0, Duration.ofSeconds(limit.window()), Duration.ofNanos(waitNanos));
    }
}
