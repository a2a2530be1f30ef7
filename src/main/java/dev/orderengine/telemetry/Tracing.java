package dev.orderengine.telemetry;

import dev.orderengine.config.EngineConfig;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Spans of what Vert.x does (HTTP server and clients, SQL, event bus), sent by OTLP over HTTP. */
public final class Tracing implements AutoCloseable {

    private static final String TRACES_PATH = "/v1/traces";
    private static final int FLUSH_SECONDS = 2;

    private final OpenTelemetrySdk sdk;

    private Tracing(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    /**
     * Starts tracing if an endpoint is configured; without one there is no tracer at all, and no cost.
     *
     * @param config where to send spans, and how many
     */
    public static Optional<Tracing> start(EngineConfig.Tracing config) {
        return Optional.ofNullable(config.endpoint()).map(endpoint -> new Tracing(sdk(endpoint, config.sampleRatio())));
    }

    /** For {@code Vertx.builder().withTracer}. */
    public VertxTracerFactory vertxFactory() {
        return new OpenTelemetryTracingFactory(sdk);
    }

    /** For spans that Vert.x does not know of. */
    public Tracer tracer() {
        return sdk.getTracer("order-engine");
    }

    /** Sends what is left, for at most 2 s; blocks. */
    @Override
    public void close() {
        sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    }

    private static OpenTelemetrySdk sdk(URI endpoint, double sampleRatio) {
        OtlpHttpSpanExporter exporter =
                OtlpHttpSpanExporter.builder().setEndpoint(tracesOf(endpoint)).build();
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.builder()
                                .put("service.name", "order-engine")
                                .build())))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sampleRatio)))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                .build();
        return OpenTelemetrySdk.builder()
                .setTracerProvider(provider)
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
    }

    /** The collector's base URL, or the whole URL, as OTEL_EXPORTER_OTLP_ENDPOINT and its TRACES variant have it. */
    private static String tracesOf(URI endpoint) {
        String url = endpoint.toString().replaceAll("/+$", "");
        return url.endsWith(TRACES_PATH) ? url : url + TRACES_PATH;
    }
}
