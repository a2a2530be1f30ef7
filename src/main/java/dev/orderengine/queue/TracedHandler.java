package dev.orderengine.queue;

import dev.orderengine.telemetry.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.vertx.core.Future;

/** Shows each message that is handled as a span of the trace that sent it. */
public final class TracedHandler implements MessageHandler {

    private static final String TRACEPARENT = "traceparent";

    private final Tracer tracer;
    private final String queue;
    private final MessageHandler handler;

    /** @param queue in the names of the spans */
    public TracedHandler(Tracer tracer, String queue, MessageHandler handler) {
        this.tracer = tracer;
        this.queue = queue;
        this.handler = handler;
    }

    @Override
    public Future<Handled> handle(Message message) {
        Span span = tracer.spanBuilder("process " + queue)
                .setParent(parent(message))
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute("messaging.system", "aws_sqs")
                .setAttribute("messaging.destination.name", queue)
                .setAttribute("messaging.message.id", message.id())
                .startSpan();
        return Future.succeededFuture(within(message, span.getSpanContext()))
                .compose(handler::handle)
                .onFailure(fault -> span.setStatus(StatusCode.ERROR, fault.toString()))
                .onComplete(handled -> span.end());
    }

    private static Context parent(Message message) {
        return TraceContext.parse(message.attributes().get(TRACEPARENT))
                .map(trace -> SpanContext.createFromRemoteParent(
                        trace.traceId(),
                        trace.spanId(),
                        trace.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                        TraceState.getDefault()))
                .map(span -> Context.root().with(Span.wrap(span)))
                .orElseGet(Context::root);
    }

    private static Message within(Message message, SpanContext span) {
        return new Message(
                message.id(),
                message.body(),
                message.attributes(),
                message.receives(),
                message.sentAt(),
                new TraceContext(span.getTraceId(), span.getSpanId(), span.isSampled()));
    }
}
