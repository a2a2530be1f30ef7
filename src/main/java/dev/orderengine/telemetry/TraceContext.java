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

    private static final String SAMPLED = "-01";
    private static final String NOT_SAMPLED = "-00";

    /** A trace that begins here, and is not recorded. */
    public static TraceContext begin() {
        return begin(false);
    }

    /** A trace that begins here. */
    static TraceContext begin(boolean sampled) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new TraceContext(TraceId.fromLongs(random.nextLong(), nonZero(random)), newSpanId(random), sampled);
    }

    /**
     * A new span in the trace that is named, else in a new one.
     *
     * @param traceparent null, or anything
     */
    public static TraceContext of(String traceparent) {
        return parse(traceparent).map(TraceContext::child).orElseGet(TraceContext::begin);
    }

    /** What a {@code traceparent} that the engine wrote says; empty if the trace is not recorded, or there is none. */
    public static Optional<TraceContext> recorded(String traceparent) {
        return traceparent != null && traceparent.endsWith(SAMPLED) ? parse(traceparent) : Optional.empty();
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
        Context.current().with(Span.wrap(spanContext())).wrap(measurement).run();
    }

    /** The same for OpenTelemetry. */
    SpanContext spanContext() {
        TraceFlags flags = sampled ? TraceFlags.getSampled() : TraceFlags.getDefault();
        return SpanContext.createFromRemoteParent(traceId, spanId, flags, TraceState.getDefault());
    }

    /** Another span of the same trace. */
    public TraceContext child() {
        return new TraceContext(traceId, newSpanId(ThreadLocalRandom.current()), sampled);
    }

    /** The value of a {@code traceparent} header, version 00. */
    public String traceparent() {
        return "00-" + traceId + "-" + spanId + (sampled ? SAMPLED : NOT_SAMPLED);
    }

    private static String newSpanId(ThreadLocalRandom random) {
        return SpanId.fromLong(nonZero(random));
    }

    private static long nonZero(ThreadLocalRandom random) {
        return random.nextLong(1, Long.MAX_VALUE);
    }
}
