package dev.orderengine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.config.EngineConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.tracing.TracingPolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class TracingTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final Vertx collectors = Vertx.vertx();
    private final Queue<String> exported = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() throws Exception {
        result(collectors.close());
    }

    @Test
    void start_noEndpoint_isNoTracing() {
        assertThat(Tracing.start(new EngineConfig.Tracing(null, 0.1))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', 01, true", "/, 01, true", "/v1/traces, 01, true", "'', 00, false"})
    void request_inTheTraceOfItsCaller_isExportedIfTheCallerSamples(String path, String flags, boolean sampled)
            throws Exception {
        URI collector = URI.create("http://127.0.0.1:" + collector().actualPort() + path);
        Tracing tracing =
                Tracing.start(new EngineConfig.Tracing(collector, 0.0)).orElseThrow();
        Vertx vertx = Vertx.builder().withTracer(tracing.vertxFactory()).build();

        String seen = answer(vertx, "00-" + TRACE + "-00f067aa0ba902b7-" + flags);
        result(vertx.close());
        tracing.close();

        TraceContext context = TraceContext.parse(seen).orElseThrow();
        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(context.spanId()).isNotEqualTo("00f067aa0ba902b7");
        assertThat(context.sampled()).isEqualTo(sampled);
        if (sampled) {
            assertThat(exported)
                    .singleElement()
                    .asString()
                    .startsWith("/v1/traces")
                    .contains(binary(TRACE), "order-engine");
        } else {
            assertThat(exported).isEmpty();
        }
    }

    /** What the request's handler takes for its trace. */
    private static String answer(Vertx vertx, String traceparent) throws Exception {
        HttpServer server = result(vertx.createHttpServer(
                        new io.vertx.core.http.HttpServerOptions().setTracingPolicy(TracingPolicy.ALWAYS))
                .requestHandler(request -> request.response()
                        .end(TraceContext.of(request.getHeader("traceparent")).traceparent()))
                .listen(0, "127.0.0.1"));
        URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .header("traceparent", traceparent)
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private HttpServer collector() throws Exception {
        return result(collectors
                .createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    exported.add(request.path() + body.toString(StandardCharsets.ISO_8859_1));
                    request.response().end();
                }))
                .listen(0, "127.0.0.1"));
    }

    private static String binary(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    private static <T> T result(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
