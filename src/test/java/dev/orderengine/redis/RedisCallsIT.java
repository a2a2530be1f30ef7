package dev.orderengine.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.dev.Services;
import dev.orderengine.redis.RedisCalls.Kind;
import dev.orderengine.support.SharedServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls to a Redis that is fine, that hangs, and that is gone without a word. */
@ExtendWith(SharedServices.class)
class RedisCallsIT {

    private static final Duration TIMEOUT = Duration.ofMillis(300);

    private final Vertx vertx = Vertx.vertx();
    /** Kept: Vert.x closes a client that nobody refers to, in its own time. */
    private final NetClient outward = vertx.createNetClient();

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<NetSocket> silenced = new CopyOnWriteArrayList<>();
    private final List<NetSocket> open = new CopyOnWriteArrayList<>();
    /** Whether connections that are made now will never bring an answer. */
    private volatile boolean silent;

    private RedisCalls redis;

    @BeforeEach
    void connectThroughAProxy(Services services) {
        NetServer proxy = vertx.createNetServer().connectHandler(client -> {
            open.add(client);
            if (silent) {
                silenced.add(client);
            }
            client.pause();
            outward.connect(services.redis().port(), services.redis().host()).onSuccess(server -> {
                client.handler(bytes -> {
                    if (!silenced.contains(client)) {
                        server.write(bytes);
                    }
                });
                server.handler(client::write);
                client.resume();
            });
        });
        redis = connect("redis", proxy);
    }

    private RedisCalls connect(String scheme, NetServer server) {
        int port = server.listen(0, "127.0.0.1").await().actualPort();
        return new RedisCalls(
                vertx, new EngineConfig.Redis(URI.create(scheme + "://127.0.0.1:" + port), TIMEOUT, null), metrics);
    }

    @AfterEach
    void close() {
        redis.close().await();
        vertx.close().await();
    }

    @Test
    void call_whoseConnectionsAreSilent_failsInTimeAndTheNextOnesConnectAnew() {
        assertThat(echo("before")).isEqualTo("before");
        silenced.addAll(open);
        silent = true;

        long begin = System.nanoTime();
        assertThat(failure()).isEqualTo("Redis does not answer");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TIMEOUT.multipliedBy(3));
        silent = false;

        await("a new connection is made").until(this::answers);
        assertThat(calls("timeout")).isPositive();
    }

    @Test
    void call_afterManyTimeouts_isRefusedAtOnceUntilRedisIsBack(Services services) {
        services.redis().pause();
        try {
            await("the breaker opens").until(() -> failure().contains("circuit breaker"));
            long begin = System.nanoTime();
            assertThat(failure()).contains("circuit breaker");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TIMEOUT);
        } finally {
            services.redis().resume();
        }

        await("Redis is used again").until(this::answers);
    }

    @Test
    void call_thatRedisRefuses_isAFaultOfTheEngineAndNoOutage() {
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> redis.call(
                                    Kind.WRITE,
                                    Request.cmd(Command.EVAL).arg("nonsense").arg(0))
                            .await())
                    .isInstanceOf(IllegalStateException.class);
        }

        assertThat(echo("after")).isEqualTo("after");
        assertThat(calls("refused")).isEqualTo(50);
    }

    @Test
    void call_byRediss_saysNothingInTheClear() throws Exception {
        CompletableFuture<Byte> first = new CompletableFuture<>();
        NetServer eavesdropper = vertx.createNetServer()
                .connectHandler(client -> client.handler(bytes -> first.complete(bytes.getByte(0))));

        assertThatThrownBy(() -> connect("rediss", eavesdropper).ping().await())
                .isInstanceOf(RedisUnavailableException.class);

        assertThat(first.get(10, TimeUnit.SECONDS)).as("a TLS handshake").isEqualTo((byte) 22);
    }

    private boolean answers() {
        try {
            return echo("there").equals("there");
        } catch (RedisUnavailableException away) {
            return false;
        }
    }

    /** Of one of several calls at once; empty if it is answered. */
    private String failure() {
        for (int i = 0; i < 20; i++) {
            send("lost");
        }
        Throwable failure =
                send("lost").transform(Future::succeededFuture).await().cause();
        return failure == null ? "" : failure.getMessage();
    }

    private String echo(String text) {
        return send(text).await().toString();
    }

    private Future<Response> send(String text) {
        return redis.call(Kind.READ, Request.cmd(Command.ECHO).arg(text));
    }

    private double calls(String outcome) {
        return metrics.find("redis.calls").tag("outcome", outcome).timers().stream()
                .mapToDouble(timer -> timer.count())
                .sum();
    }
}
