package dev.orderengine.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of a request in a trace, as W3C Trace Context has it (https://www.w3.org/TR/trace-context/). Identifiers tell
 * requests apart and are no secrets: a fast random source is enough.
 *
 * @param traceId 32 lower-case hexadecimal digits, not all zero
 * @param spanId 16 lower-case hexadecimal digits, not all zero
 * @param sampled whether spans of this trace are recorded
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {

    // Version 00 ends after the flags; a later version may go on after a dash; version ff is forbidden.
    private static final Pattern TRACEPARENT = Pattern.compile(
            "(?!ff)(?:00(?=.{53}$)|(?!00)[0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?");

    /** A trace that begins here. */
    public static TraceContext begin() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new TraceContext(TraceId.fromLongs(random.nextLong(), nonZero(random)), newSpanId(random), false);
    }

    /**
     * The context of a request: the tracer's span where one is on, else a new span in the caller's trace, else a new trace.
     *
     * @param traceparent the header as it came; null, or anything
     */
    public static TraceContext of(String traceparent) {
        SpanContext span = Span.current().getSpanContext();
        return span.isValid()
                ? new TraceContext(span.getTraceId(), span.getSpanId(), span.isSampled())
                : parse(traceparent).map(TraceContext::child).orElseGet(TraceContext::begin);
    }

    /**
     * Reads a {@code traceparent} header strictly.
     *
     * @param header its value, or null
     * @return empty when it is not valid: then the trace begins anew, as the standard asks
     */
    public static Optional<TraceContext> parse(String header) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher matcher = TRACEPARENT.matcher(header);
        return matcher.matches() ? valid(matcher) : Optional.empty();
    }

    private static Optional<TraceContext> valid(Matcher matcher) {
        boolean sampled = (Integer.parseInt(matcher.group(3), 16) & 1) == 1;
        return Optional.of(new TraceContext(matcher.group(1), matcher.group(2), sampled))
                .filter(context -> TraceId.isValid(context.traceId) && SpanId.isValid(context.spanId));
    }

    /** Measures something as a part of this trace, if that is recorded: its histogram then leads here. */
    public void around(Runnable measurement) {
        if (!sampled) {
            measurement.run();
            return;
        }
        SpanContext here = SpanContext.create(traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
        Context.current().with(Span.wrap(here)).wrap(measurement).run();
    }

    /** Another span of the same trace. */
    public TraceContext child() {
        return new TraceContext(traceId, newSpanId(ThreadLocalRandom.current()), sampled);
    }

    /** The value of a {@code traceparent} header, version 00. */
    public String traceparent() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    private static String newSpanId(ThreadLocalRandom random) {
        return SpanId.fromLong(nonZero(random));
    }

    private static long nonZero(ThreadLocalRandom random) {
        return random.nextLong(1, Long.MAX_VALUE);
    }
}
