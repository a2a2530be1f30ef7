package dev.orderengine.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.dev.Services;
import dev.orderengine.redis.RedisCalls;
import dev.orderengine.support.RedisAccess;
import dev.orderengine.support.SharedServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** One limit for all engines: through Redis, and by shares while that is away. */
@ExtendWith(SharedServices.class)
@Timeout(60)
class ThrottleIT {

    private static final Duration HOUR = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private RedisCalls redis;
    private RedisCalls away;

    @BeforeEach
    void open(Services services) {
        redis = calls(services.redis().url());
        away = calls("redis://127.0.0.1:1");
        try (RedisAccess access = new RedisAccess(services.redis())) {
            access.send("DEL", "notifications:granted");
        }
    }

    @AfterEach
    void close() {
        redis.close().await();
        away.close().await();
        vertx.close().await();
    }

    @Test
    void take_byTwoEnginesAtOnce_staysWithinTheLimitOfBoth() {
        Throttle one = throttle(redis, 100, HOUR);
        Throttle other = throttle(redis, 100, HOUR);

        var grants = IntStream.range(0, 40)
                .mapToObj(i -> (i % 2 == 0 ? one : other).take(7))
                .toList();
        Future.all(grants).await();

        assertThat(grants.stream().mapToInt(Future::result).sum()).isEqualTo(100);
        assertThat(metrics.get("notifications.throttled").counter().count()).isPositive();
    }

    @Test
    void take_whenTheWindowHasPassed_isGrantedAgain() {
        Throttle throttle = throttle(redis, 5, Duration.ofMillis(600));
        assertThat(throttle.take(8).await()).isEqualTo(5);
        assertThat(throttle.take(8).await()).isZero();

        await().until(() -> throttle.take(8).await() == 5);
    }

    @Test
    void take_withoutRedis_isTheEnginesShare() {
        Throttle throttle = throttle(away, 100, HOUR);

        assertThat(throttle.take(20).await()).isEqualTo(20);
        assertThat(throttle.take(20).await()).isEqualTo(5);
        assertThat(throttle.take(20).await()).isZero();
    }

    @Test
    void take_whenRedisGoesAwayAndComesBack_forgetsNothingOfWhatWasTaken(Services services) {
        Throttle throttle = throttle(redis, 100, HOUR);
        assertThat(throttle.take(10).await()).isEqualTo(10);
        services.redis().pause();
        try {
            assertThat(throttle.take(50).await())
                    .as("its share of 25, less the 10 that it had")
                    .isEqualTo(15);
        } finally {
            services.redis().resume();
        }

        // The call that was not answered may have been counted all the same.
        int rest = await().until(() -> throttle.take(100).await(), granted -> granted > 0);

        assertThat(rest).isIn(100 - 10 - 15, 100 - 10 - 15 - 50);
    }

    private Throttle throttle(RedisCalls calls, int limit, Duration window) {
        return new Throttle(calls, limit, 4, window, Clock.systemUTC(), metrics);
    }

    private RedisCalls calls(String url) {
        return new RedisCalls(vertx, new EngineConfig.Redis(URI.create(url), Duration.ofMillis(300), null), metrics);
    }
}
