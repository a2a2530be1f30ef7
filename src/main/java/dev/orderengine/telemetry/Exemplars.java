package dev.orderengine.telemetry;

import io.opentelemetry.api.trace.Span;
import io.prometheus.metrics.tracer.common.SpanContext;

/**
 * Gives measurements the trace that they were made in, so that a bucket of a histogram leads to a request that fell into it. Only
 * traces that are recorded: the others could not be looked up.
 */
final class Exemplars implements SpanContext {

    @Override
    public String getCurrentTraceId() {
        return Span.current().getSpanContext().getTraceId();
    }

    @Override
    public String getCurrentSpanId() {
        return Span.current().getSpanContext().getSpanId();
    }

    @Override
    public boolean isCurrentSpanSampled() {
        return Span.current().getSpanContext().isSampled();
    }

    /** A recorded trace needs no mark to be kept. */
    @Override
    public void markCurrentSpanAsExemplar() {}
}
