package dev.orderengine.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A collector that takes traces by OTLP over HTTP, in protobuf, and keeps them. */
public final class SpanSink implements AutoCloseable {

    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final Queue<String> services = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    public SpanSink() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    /**
     * A span as it was sent.
     *
     * @param parentId empty if it has none
     * @param attributes as text
     * @param links ids of spans
     */
    public record Seen(
            String traceId,
            String spanId,
            String parentId,
            String name,
            SpanKind kind,
            long startNanos,
            long endNanos,
            Map<String, String> attributes,
            List<String> links,
            StatusCode status) {

        /** The {@code traceparent} of what went by it. */
        public String traceparent() {
            return "00-" + traceId + "-" + spanId + "-01";
        }
    }

    /** The collector's base address. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** All that came. */
    public List<Seen> all() {
        return List.copyOf(seen);
    }

    /** What came of one trace. */
    public List<Seen> of(String traceId) {
        return seen.stream().filter(span -> span.traceId.equals(traceId)).toList();
    }

    /** The only span of that kind in a trace, if it came. */
    public Optional<Seen> one(String traceId, Predicate<Seen> which) {
        List<Seen> found = of(traceId).stream().filter(which).toList();
        if (found.size() > 1) {
            throw new AssertionError("more than one: " + found);
        }
        return found.stream().findFirst();
    }

    /** What sent the spans, by its {@code service.name}. */
    public List<String> services() {
        return services.stream().distinct().toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
        request.getResourceSpansList().forEach(resource -> {
            services.add(attributes(resource.getResource().getAttributesList()).get("service.name"));
            resource.getScopeSpansList().stream()
                    .flatMap(scope -> scope.getSpansList().stream())
                    .map(SpanSink::seen)
                    .forEach(seen::add);
        });
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static Seen seen(Span span) {
        return new Seen(
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                span.getName(),
                span.getKind(),
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                attributes(span.getAttributesList()),
                span.getLinksList().stream().map(link -> hex(link.getSpanId())).toList(),
                span.getStatus().getCode());
    }

    private static String hex(com.google.protobuf.ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static Map<String, String> attributes(List<KeyValue> attributes) {
        return attributes.stream().collect(Collectors.toMap(KeyValue::getKey, attribute -> text(attribute.getValue())));
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case INT_VALUE -> Long.toString(value.getIntValue());
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            default -> value.getStringValue();
        };
    }
}
