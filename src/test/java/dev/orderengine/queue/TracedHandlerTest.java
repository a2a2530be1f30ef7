package dev.orderengine.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.support.SpanSink;
import dev.orderengine.telemetry.Spans;
import dev.orderengine.telemetry.TraceContext;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TracedHandlerTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";

    private final SpanSink collector = new SpanSink();
    private final Spans spans = Spans.of(new EngineConfig.Tracing(collector.endpoint(), 0));

    @AfterEach
    void close() {
        collector.close();
    }

    @Test
    void message_isASpanOfTheTraceThatSentIt() {
        Message message = message("-01");

        handle(message, Future.succeededFuture(new Handled.Done()));
        spans.close();

        assertThat(collector.all()).singleElement().satisfies(span -> {
            assertThat(span.traceId()).isEqualTo(TRACE);
            assertThat(span.parentId()).isEqualTo(PARENT);
            assertThat(span.spanId()).isEqualTo(message.trace().spanId());
            assertThat(span.kind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
            assertThat(span.name()).isEqualTo("process order-events");
            assertThat(span.attributes()).containsEntry("order_id", "o-1");
        });
    }

    @Test
    void message_thatFailsOrNeverWorks_isShownWhateverIsRecorded() {
        handle(message("-00"), Future.failedFuture("no luck"));
        handle(message("-00"), Future.succeededFuture(new Handled.Never("nonsense")));
        spans.close();

        assertThat(collector.all())
                .hasSize(2)
                .allSatisfy(span -> assertThat(span.status()).isEqualTo(StatusCode.STATUS_CODE_ERROR));
    }

    @Test
    void message_ofATraceThatIsNotRecorded_isNotShown() {
        handle(message("-00"), Future.succeededFuture(new Handled.Done()));
        spans.close();

        assertThat(collector.all()).isEmpty();
    }

    private void handle(Message message, Future<Handled> outcome) {
        new TracedHandler(spans, "http://localhost/queue/order-events", handled -> outcome).handle(message);
    }

    private static Message message(String flags) {
        String traceparent = "00-" + TRACE + "-" + PARENT + flags;
        return new Message(
                "m-1",
                "body",
                Map.of("traceparent", traceparent, "order_id", "o-1"),
                1,
                Instant.EPOCH,
                TraceContext.of(traceparent));
    }
}
