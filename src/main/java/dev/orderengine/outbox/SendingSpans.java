package dev.orderengine.outbox;

import dev.orderengine.outbox.PublishResult.Refused;
import dev.orderengine.outbox.PublishResult.Sent;
import dev.orderengine.telemetry.Spans;
import dev.orderengine.telemetry.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;

/** Shows each message to one queue as a span of the trace that its event belongs to; one that was refused in any case. */
final class SendingSpans {

    private final Spans spans;
    private final String queue;

    SendingSpans(Spans spans, String url) {
        this.spans = spans;
        this.queue = url.substring(url.lastIndexOf('/') + 1);
    }

    /** In whose name an event goes to the queue; null if its trace is not recorded. */
    TraceContext sending(OutboxEvent event) {
        return spans.recorded(event.traceparent()).map(TraceContext::child).orElse(null);
    }

    /** @param result what the queue answered; null if it did not */
    void tell(SqsMessage message, long startNanos, PublishResult result) {
        if (message.sending() == null && !(result instanceof Refused)) {
            return;
        }
        OutboxEvent event = message.event();
        Span span = spans.kept(
                "send " + queue,
                SpanKind.PRODUCER,
                message.sending() == null ? TraceContext.of(event.traceparent()) : message.sending(),
                TraceContext.parse(event.traceparent()).orElse(null),
                startNanos);
        span.setAttribute("messaging.system", "aws_sqs")
                .setAttribute("messaging.destination.name", queue)
                .setAttribute("order_id", event.orderId().toString())
                .setAttribute("event_type", event.type())
                .setAttribute("sequence", event.sequence());
        if (!(result instanceof Sent)) {
            span.setStatus(StatusCode.ERROR, result == null ? "no answer" : result.toString());
        }
        span.end();
    }
}
