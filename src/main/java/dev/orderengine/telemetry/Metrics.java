package dev.orderengine.telemetry;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.logging.LogbackMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * What the process measures: one registry, exposed in the Prometheus text format and, with exemplars, as OpenMetrics. Every timer and summary is a histogram with
 * the same buckets, so that nobody can forget them and all can be added up; among the bounds are those of the service levels
 * (100 ms, 200 ms, 500 ms, 1 s).
 */
public final class Metrics implements AutoCloseable {

    /** The Prometheus text format. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** The format that has exemplars too. */
    public static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static final double[] LATENCIES = LongStream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 750, 1_000, 2_000, 5_000, 10_000, 30_000)
            .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
            .toArray();
    private static final double[] SIZES = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000};

    /** From the jar's manifest; there is none where the classes are in a folder. */
    private static final String VERSION = Optional.ofNullable(
                    Metrics.class.getPackage().getImplementationVersion())
            .orElse("development");

    /** Vert.x makes these anew with each connection or client, under one name: they would show the first only. */
    private static final List<String> FIRST_ONE_ONLY = List.of(
            "vertx.sql.processing.pending", "vertx.http.client.active.requests", "vertx.redis.processing.pending");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(
            new ExemplarsOnBuckets(), new PrometheusRegistry(), Clock.SYSTEM, new Exemplars());
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final LogbackMetrics logEvents = new LogbackMetrics();
    private final String registryName = "engine-" + UUID.randomUUID();

    /** Starts measuring the JVM and the log. */
    public Metrics() {
        registry.config().meterFilter(new Buckets());
        FIRST_ONE_ONLY.forEach(gauge -> registry.config().meterFilter(MeterFilter.denyNameStartsWith(gauge)));
        gc.bindTo(registry);
        logEvents.bindTo(registry);
        new JvmInfoMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        Logging.queues().forEach(this::countLosses);
        Gauge.builder("engine.build", () -> 1)
                .description("Always 1; the tag says which release this is")
                .tag("version", VERSION)
                .register(registry);
    }

    /** Where to register meters. */
    public MeterRegistry registry() {
        return registry;
    }

    /** For {@code Vertx.builder().withMetrics}. */
    public VertxMetricsFactory vertxFactory() {
        return new MicrometerMetricsFactory(registry);
    }

    /**
     * For {@code VertxOptions.setMetricsOptions}. Measured are named pools (connections of Postgres and workers: use and waiting) and
     * HTTP clients. Not the HTTP server: our routes time themselves by template and outcome, once. Not the event bus: two
     * exchanges an order at a few microseconds each would pay more for their timers, and what serves them measures its own
     * queue. Not sockets and datagrams: bytes say nothing that requests do not.
     */
    public MicrometerMetricsOptions vertxOptions() {
        MicrometerMetricsOptions options = new MicrometerMetricsOptions()
                .setRegistryName(registryName)
                .setEnabled(true)
                .setLabels(EnumSet.of(
                        Label.HTTP_METHOD,
                        Label.HTTP_CODE,
                        Label.REMOTE,
                        Label.NAMESPACE,
                        Label.POOL_TYPE,
                        Label.POOL_NAME));
        Set.of(
                        MetricsDomain.HTTP_SERVER,
                        MetricsDomain.EVENT_BUS,
                        MetricsDomain.NET_SERVER,
                        MetricsDomain.NET_CLIENT,
                        MetricsDomain.DATAGRAM_SOCKET)
                .forEach(options::addDisabledMetricsCategory);
        return options;
    }

    /**
     * Everything, in that format; takes milliseconds: not for an event loop.
     *
     * @param contentType {@link #CONTENT_TYPE} or {@link #OPEN_METRICS}
     */
    public String scrape(String contentType) {
        return registry.scrape(contentType);
    }

    @Override
    public void close() {
        gc.close();
        logEvents.close();
        registry.close();
    }

    private void countLosses(BoundedAsyncAppender queue) {
        FunctionCounter.builder("log.events.lost", queue, BoundedAsyncAppender::discardedBelowWarn)
                .description("Log events that were not written because the output was too slow")
                .tag("level", "below_warn")
                .register(registry);
        FunctionCounter.builder("log.events.lost", queue, BoundedAsyncAppender::lostFromWarn)
                .description("Log events that were not written because the output was too slow")
                .tag("level", "warn_or_error")
                .register(registry);
    }

    /** Where OpenMetrics has them. Micrometer puts them on counts too, and Prometheus refuses to read what has one there. */
    private static final class ExemplarsOnBuckets implements PrometheusConfig {

        @Override
        public String get(String key) {
            return null;
        }

        @Override
        public Properties prometheusProperties() {
            Properties properties = new Properties();
            properties.setProperty("io.prometheus.exporter.exemplarsOnAllMetricTypes", "false");
            return properties;
        }
    }

    private static final class Buckets implements MeterFilter {

        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            double[] bounds = id.getType() == Meter.Type.TIMER ? LATENCIES : SIZES;
            return DistributionStatisticConfig.builder()
                    .serviceLevelObjectives(bounds)
                    .build()
                    .merge(config);
        }
    }
}
