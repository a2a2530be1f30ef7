package dev.orderengine.telemetry;

import dev.orderengine.config.EngineConfig;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.Clock;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What traces show of the engine's work. A trace is recorded or not from its beginning, by its {@code traceparent}; a span is made when
 * its work has ended, under the id that the work went by, so that work of traces that are not recorded costs nothing. What failed is
 * shown whatever is recorded. Any thread.
 */
public final class Spans implements AutoCloseable {

    /** Failures in traces that are not recorded: where everything fails, so many a second tell enough. */
    private static final int KEPT_PER_SECOND = 200;

    private final Clock clock = Clock.getDefault();
    private final ThreadLocal<TraceContext> ids = new ThreadLocal<>();
    private final LogLimit kept = new LogLimit(KEPT_PER_SECOND);
    private final double sampleRatio;
    private final Optional<Tracing> tracing;
    private final Tracer tracer;

    private Spans(EngineConfig.Tracing config) {
        this.sampleRatio = config.sampleRatio();
        this.tracing = Tracing.start(config, ids::get);
        this.tracer = tracing.map(Tracing::tracer).orElse(null);
    }

    /** Sent to where the configuration says; nowhere if it has no endpoint. */
    public static Spans of(EngineConfig.Tracing config) {
        return new Spans(config);
    }

    /** Of nothing. */
    public static Spans off() {
        return new Spans(new EngineConfig.Tracing(null, 0));
    }

    /** The context of a request: in the trace of its caller, who has decided whether it is recorded, or in a new one. */
    public TraceContext ofRequest(Optional<TraceContext> caller) {
        return caller.map(TraceContext::child)
                .orElseGet(() -> TraceContext.begin(
                        tracer != null && ThreadLocalRandom.current().nextDouble() < sampleRatio));
    }

    /**
     * The span of work that has just ended, in a trace that is recorded, or has failed, or took too long; to be described, and ended at once.
     *
     * @param own the context that the work went by
     * @param parent null if it is the first of its trace
     * @param startNanos when it began, by {@link System#nanoTime}
     * @return one that records nothing if there are too many in traces that are not recorded
     */
    public Span kept(String name, SpanKind kind, TraceContext own, TraceContext parent, long startNanos) {
        if (own.sampled()) {
            return span(name, kind, own, parent, startNanos);
        }
        return kept.permit().stream()
                .mapToObj(leftOut -> span(name, kind, own, parent, startNanos).setAttribute("spans_left_out", leftOut))
                .findFirst()
                .orElseGet(Span::getInvalid);
    }

    /**
     * Shows work as a span, if its trace is recorded.
     *
     * @param traceparent of the trace; null if there is none
     * @param about describes the span
     * @param work given the {@code traceparent} to go by
     */
    public <T> Future<T> around(
            String name, SpanKind kind, String traceparent, Consumer<Span> about, Function<String, Future<T>> work) {
        Optional<TraceContext> parent = recorded(traceparent);
        if (parent.isEmpty()) {
            return work.apply(traceparent);
        }
        TraceContext own = parent.get().child();
        long start = System.nanoTime();
        return work.apply(own.traceparent()).onComplete(done -> {
            Span span = span(name, kind, own, parent.get(), start);
            about.accept(span);
            end(span, done.cause());
        });
    }

    /**
     * Shows work that may fail without a fault: if its trace is recorded, or it failed.
     *
     * @param failure why the work failed, by its outcome; null if it did not
     */
    public <T> Future<T> watched(
            String name,
            String traceparent,
            Consumer<Span> about,
            Function<T, String> failure,
            Function<String, Future<T>> work) {
        Optional<TraceContext> parent = tracer == null ? Optional.empty() : TraceContext.parse(traceparent);
        if (parent.isEmpty()) {
            return work.apply(traceparent);
        }
        TraceContext own = parent.get().child();
        long start = System.nanoTime();
        return work.apply(own.traceparent()).onComplete(done -> {
            String why = done.succeeded()
                    ? failure.apply(done.result())
                    : done.cause().toString();
            if (own.sampled() || why != null) {
                Span span = kept(name, SpanKind.CLIENT, own, parent.get(), start);
                about.accept(span);
                if (why != null) {
                    span.setAttribute("error.type", why).setStatus(StatusCode.ERROR);
                }
                span.end();
            }
        });
    }

    /**
     * Shows a transaction of Postgres that many traces have in common: in each that is recorded as a span, and each of these linked with the
     * first.
     *
     * @param traceparents one for each piece of the work; null where there is no trace
     */
    public <T> Future<T> together(String name, List<String> traceparents, Supplier<Future<T>> work) {
        List<TraceContext> parents = traceparents.stream()
                .flatMap(traceparent -> recorded(traceparent).stream())
                .distinct()
                .toList();
        if (parents.isEmpty()) {
            return work.get();
        }
        long start = System.nanoTime();
        return work.get().onComplete(done -> tell(name, parents, traceparents.size(), start, done.cause()));
    }

    private void tell(String name, List<TraceContext> parents, int size, long start, Throwable fault) {
        List<TraceContext> own = parents.stream().map(TraceContext::child).toList();
        for (int i = 0; i < own.size(); i++) {
            Span span = span(name, SpanKind.CLIENT, own.get(i), parents.get(i), start);
            List<TraceContext> others = i == 0 ? own.subList(1, own.size()) : own.subList(0, 1);
            others.forEach(other -> span.addLink(other.spanContext()));
            span.setAttribute("db.system.name", "postgresql").setAttribute("batch.size", size);
            end(span, fault);
        }
    }

    /** @param fault why its work failed; null if it did not */
    private static void end(Span span, Throwable fault) {
        if (fault != null) {
            span.setAttribute("error.type", fault.getClass().getName());
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    /** What a {@code traceparent} that the engine wrote says; empty if nothing of its trace is to be shown, or there is none. */
    public Optional<TraceContext> recorded(String traceparent) {
        return tracer == null ? Optional.empty() : TraceContext.recorded(traceparent);
    }

    private Span span(String name, SpanKind kind, TraceContext own, TraceContext parent, long startNanos) {
        if (tracer == null) {
            return Span.getInvalid();
        }
        SpanBuilder builder = tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(parent == null ? Context.root() : Context.root().with(Span.wrap(parent.spanContext())))
                .setStartTimestamp(clock.now() - (System.nanoTime() - startNanos), TimeUnit.NANOSECONDS);
        ids.set(own);
        try {
            return builder.startSpan();
        } finally {
            ids.remove();
        }
    }

    /** Sends what is left, for at most 2 s; blocks. */
    @Override
    public void close() {
        tracing.ifPresent(Tracing::close);
    }
}
