package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.telemetry.Health;
import dev.orderengine.telemetry.HealthCheck;
import dev.orderengine.telemetry.Lifecycle;
import dev.orderengine.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ManagementVerticleTest {

    private final Lifecycle lifecycle = new Lifecycle();
    private final Metrics metrics = new Metrics();
    private final AtomicReference<Future<?>> redis = new AtomicReference<>(Future.succeededFuture());
    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions().setMetricsOptions(metrics.vertxOptions()))
            .withMetrics(metrics.vertxFactory())
            .build();
    private ManagementVerticle verticle;

    @BeforeEach
    void deploy() throws Exception {
        Health health = new Health(
                lifecycle, List.of(new HealthCheck("redis", false, redis::get)), metrics.registry(), System::nanoTime);
        verticle = new ManagementVerticle(
                new EngineConfig.Http(
                        "127.0.0.1",
                        0,
                        0,
                        1,
                        1,
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Set.of(),
                        new EngineConfig.Tls(null, null)),
                new HealthRoutes(vertx, health),
                metrics);
        await(vertx.deployVerticle(verticle));
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
        metrics.close();
    }

    @Test
    void get_healthOfAReadyEngine_is200() throws Exception {
        lifecycle.ready();

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/startup").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.headers().firstValue("content-type")).contains("application/json");
        assertThat(ready.headers().firstValue("cache-control")).contains("no-store");
        assertThat(new ObjectMapper().readTree(ready.body())).isEqualTo(new ObjectMapper().readTree("""
                                {"status": "UP", "checks": [
                                  {"id": "lifecycle", "status": "UP", "data": {"state": "ready"}},
                                  {"id": "redis", "status": "UP"}]}
                                """));
    }

    @Test
    void get_healthOfAStartingEngine_is503ButLive() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/startup").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void get_readyWithoutAnOptionalDependency_is200AndDegradedWithoutItsErrorText() throws Exception {
        lifecycle.ready();
        redis.set(Future.failedFuture("refused by 10.0.0.7"));

        HttpResponse<String> ready = get("/health/ready");

        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).contains("\"DEGRADED\"").doesNotContain("10.0.0.7");
    }

    @Test
    void get_metrics_showsTheJvmTheLogAndVertx() throws Exception {
        metrics.registry().timer("some.work").record(Duration.ofMillis(150));
        metrics.registry().summary("some.size").record(3);

        HttpResponse<String> response = get("/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains(Metrics.CONTENT_TYPE);
        assertThat(response.body())
                .contains("jvm_memory_used_bytes{")
                .contains("jvm_threads_live_threads ")
                .contains("process_cpu_usage ")
                .contains("process_files_open_files ")
                .contains("process_uptime_seconds ")
                .contains("logback_events_total{level=\"error\"}")
                .contains("vertx_pool_")
                .contains("dependency_up{dependency=\"redis\"}")
                .contains("some_work_seconds_bucket{le=\"0.1\"} 0")
                .contains("some_work_seconds_bucket{le=\"0.2\"} 1")
                .contains("some_size_bucket{le=\"2.0\"} 0")
                .contains("some_size_bucket{le=\"5.0\"} 1")
                .doesNotContain("vertx_http_server")
                .doesNotContain("vertx_eventbus");
    }

    @Test
    void get_unknownPath_is404() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + verticle.port() + path);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static void await(Future<?> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
