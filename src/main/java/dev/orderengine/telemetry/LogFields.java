package dev.orderengine.telemetry;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.UUID;
import net.logstash.logback.argument.StructuredArgument;
import net.logstash.logback.argument.StructuredArguments;

/** The fields of a log line that tell what it is about. Pass them as arguments; they need no {@code {}} in the message. */
public final class LogFields {

    private LogFields() {}

    /** {@code trace_id} and {@code span_id}. */
    public static StructuredArgument trace(TraceContext trace) {
        return StructuredArguments.fields(new TraceFields(trace.traceId(), trace.spanId()));
    }

    /** {@code order_id}. */
    public static StructuredArgument order(UUID id) {
        return StructuredArguments.kv("order_id", id);
    }

    /** Any other field, in snake_case, with its unit in the name. */
    public static StructuredArgument field(String name, Object value) {
        return StructuredArguments.kv(name, value);
    }

    /** Any other field, or nothing if the value is null. */
    public static StructuredArgument ifKnown(String name, Object value) {
        return value == null ? StructuredArguments.entries(Map.of()) : StructuredArguments.kv(name, value);
    }

    private record TraceFields(
            @JsonProperty("trace_id") String traceId,
            @JsonProperty("span_id") String spanId) {}
}
