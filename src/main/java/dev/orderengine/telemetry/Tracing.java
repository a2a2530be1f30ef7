package dev.orderengine.telemetry;

import dev.orderengine.config.EngineConfig;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Sends spans by OTLP over HTTP, from a thread of its own. Which are made, and under which ids, is for {@link Spans} to say: the SDK is
 * given only what is to be kept.
 */
final class Tracing implements AutoCloseable {

    private static final String TRACES_PATH = "/v1/traces";
    private static final int FLUSH_SECONDS = 2;
    /** Of ten spans each some hundred traces a second, for some seconds; what is over it is dropped. */
    private static final int QUEUE = 16_384;

    private static final int BATCH = 2_048;
    private static final Duration DELAY = Duration.ofSeconds(1);

    private final SdkTracerProvider provider;

    private Tracing(SdkTracerProvider provider) {
        this.provider = provider;
    }

    /**
     * Ready to send, if an endpoint is configured.
     *
     * @param ids of the span that is begun now, on this thread
     */
    static Optional<Tracing> start(EngineConfig.Tracing config, Supplier<TraceContext> ids) {
        return Optional.ofNullable(config.endpoint()).map(endpoint -> new Tracing(provider(endpoint, ids)));
    }

    Tracer tracer() {
        return provider.get("order-engine");
    }

    /** Sends what is left, for at most 2 s; blocks. */
    @Override
    public void close() {
        provider.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    }

    private static SdkTracerProvider provider(URI endpoint, Supplier<TraceContext> ids) {
        OtlpHttpSpanExporter exporter =
                OtlpHttpSpanExporter.builder().setEndpoint(tracesOf(endpoint)).build();
        SpanProcessor sending = BatchSpanProcessor.builder(exporter)
                .setMaxQueueSize(QUEUE)
                .setMaxExportBatchSize(BATCH)
                .setScheduleDelay(DELAY)
                .build();
        return SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.builder()
                                .put("service.name", "order-engine")
                                .build())))
                .setSampler(Sampler.alwaysOn())
                .setIdGenerator(new GivenIds(ids))
                .addSpanProcessor(sending)
                .build();
    }

    /** The collector's base URL, or the whole URL, as OTEL_EXPORTER_OTLP_ENDPOINT and its TRACES variant have it. */
    private static String tracesOf(URI endpoint) {
        String url = endpoint.toString().replaceAll("/+$", "");
        return url.endsWith(TRACES_PATH) ? url : url + TRACES_PATH;
    }

    private record GivenIds(Supplier<TraceContext> given) implements IdGenerator {

        @Override
        public String generateSpanId() {
            return given.get().spanId();
        }

        @Override
        public String generateTraceId() {
            return given.get().traceId();
        }
    }
}
