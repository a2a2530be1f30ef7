package dev.orderengine.notification;

import dev.orderengine.redis.RedisCalls;
import dev.orderengine.redis.RedisCalls.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets at most so many mails leave within any window of time, over all engines: counted in Redis. While Redis is away each engine takes
 * no more than its share, less what it took before; what it took is counted in Redis when that is back. Confined to one context.
 */
public final class Throttle {

    private static final Logger LOG = LoggerFactory.getLogger(Throttle.class);
    private static final String KEY = "notifications:granted";

    /**
     * A hash of what was granted in each slice of the window, by Redis' clock. ARGV: limit, wanted, what was granted without Redis, the
     * length of a slice in ms, how many slices count.
     */
    private static final String TAKE = """
            local limit, wanted, owed, slice, slices = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
            local time = redis.call('TIME')
            local current = math.floor((time[1] * 1000 + math.floor(time[2] / 1000)) / slice)
            local used = owed
            local granted = redis.call('HGETALL', KEYS[1])
            for i = 1, #granted, 2 do
              if tonumber(granted[i]) <= current - slices then
                redis.call('HDEL', KEYS[1], granted[i])
              else
                used = used + tonumber(granted[i + 1])
              end
            end
            local now = math.max(0, math.min(wanted, limit - used))
            if now + owed > 0 then
              redis.call('HINCRBY', KEYS[1], string.format('%.0f', current), now + owed)
              redis.call('PEXPIRE', KEYS[1], slice * slices * 2)
            end
            return now
            """;

    private final RedisCalls redis;
    private final int limit;
    private final Duration window;
    private final SlidingWindow share;
    private final Clock clock;
    private final Counter byRedis;
    private final Counter alone;
    private final Counter throttled;
    private int owed;
    private boolean away;

    /**
     * @param limit mails in a window, over all engines
     * @param engines that may send at once
     */
    public Throttle(RedisCalls redis, int limit, int engines, Duration window, Clock clock, MeterRegistry metrics) {
        this.redis = redis;
        this.limit = limit;
        this.window = window;
        this.share = new SlidingWindow(Math.max(1, limit / engines), window);
        this.clock = clock;
        this.byRedis = permits("redis", metrics);
        this.alone = permits("local", metrics);
        this.throttled = Counter.builder("notifications.throttled")
                .description("Times that fewer mails were let go than were due")
                .register(metrics);
    }

    /** How many of so many mails may leave now; never fails. */
    Future<Integer> take(int wanted) {
        int reported = owed;
        return redis.call(Kind.WRITE, script(wanted, reported))
                .map(answer -> granted(answer.toInteger(), reported))
                .otherwise(fault -> without(wanted, fault))
                .onSuccess(granted -> throttled.increment(granted < wanted ? 1 : 0));
    }

    private int granted(int granted, int reported) {
        if (away) {
            away = false;
            LOG.info("mails are counted in Redis again");
        }
        owed -= reported;
        share.note(granted, clock.millis());
        byRedis.increment(granted);
        return granted;
    }

    private int without(int wanted, Throwable fault) {
        if (!away) {
            away = true;
            LOG.warn("mails cannot be counted in Redis, this engine takes its share: {}", fault.toString());
        }
        int granted = share.take(wanted, clock.millis());
        owed += granted;
        alone.increment(granted);
        return granted;
    }

    private Request script(int wanted, int reported) {
        return Request.cmd(Command.EVAL)
                .arg(TAKE)
                .arg(1)
                .arg(KEY)
                .arg(limit)
                .arg(wanted)
                .arg(reported)
                .arg(SlidingWindow.sliceMillis(window))
                .arg(SlidingWindow.SLICES);
    }

    private static Counter permits(String source, MeterRegistry metrics) {
        return Counter.builder("notifications.permits")
                .description("Mails that were let go, by who counted them")
                .tag("source", source)
                .register(metrics);
    }
}
