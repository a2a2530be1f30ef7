package dev.orderengine.queue;

import dev.orderengine.telemetry.Spans;
import dev.orderengine.telemetry.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;

/** Shows each message that is handled as a span of the trace that sent it; one that could not be handled in any case. */
public final class TracedHandler implements MessageHandler {

    private final Spans spans;
    private final String queue;
    private final MessageHandler handler;

    /** @param queue its name or URL */
    public TracedHandler(Spans spans, String queue, MessageHandler handler) {
        this.spans = spans;
        this.queue = queue.substring(queue.lastIndexOf('/') + 1);
        this.handler = handler;
    }

    @Override
    public Future<Handled> handle(Message message) {
        long start = System.nanoTime();
        return Future.succeededFuture(message)
                .compose(handler::handle)
                .onComplete(handled -> tell(message, start, handled));
    }

    private void tell(Message message, long start, AsyncResult<Handled> handled) {
        boolean done = handled.result() instanceof Handled.Done;
        if (done && !message.trace().sampled()) {
            return;
        }
        Span span = spans.kept("process " + queue, SpanKind.CONSUMER, message.trace(), sender(message), start);
        span.setAttribute("messaging.system", "aws_sqs")
                .setAttribute("messaging.destination.name", queue)
                .setAttribute("messaging.message.id", message.id())
                .setAttribute("order_id", message.attributes().get("order_id"))
                .setAttribute("messaging.receives", message.receives());
        if (!done) {
            span.setStatus(StatusCode.ERROR, String.valueOf(handled.succeeded() ? handled.result() : handled.cause()));
        }
        span.end();
    }

    private static TraceContext sender(Message message) {
        return TraceContext.parse(message.attributes().get(Received.TRACEPARENT))
                .orElse(null);
    }
}
