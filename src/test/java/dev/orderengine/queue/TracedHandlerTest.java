package dev.orderengine.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.telemetry.TraceContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracedHandlerTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";

    private final List<SpanData> spans = new ArrayList<>();
    private final SdkTracerProvider provider =
            SdkTracerProvider.builder().addSpanProcessor(new Collecting()).build();

    @Test
    void message_isASpanOfTheTraceThatSentIt() {
        List<Message> seen = new ArrayList<>();

        handler(message -> {
                    seen.add(message);
                    return Future.succeededFuture(new Handled.Done());
                })
                .handle(message(Map.of("traceparent", "00-" + TRACE + "-" + PARENT + "-01")));

        assertThat(spans).singleElement().satisfies(span -> {
            assertThat(span.getTraceId()).isEqualTo(TRACE);
            assertThat(span.getParentSpanId()).isEqualTo(PARENT);
            assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
            assertThat(span.getName()).isEqualTo("process order-events");
            assertThat(seen.get(0).trace().spanId()).isEqualTo(span.getSpanId());
        });
    }

    @Test
    void message_thatFails_isASpanThatSaysSo() {
        handler(message -> Future.failedFuture("no luck")).handle(message(Map.of()));

        assertThat(spans).singleElement().satisfies(span -> {
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(span.getStatus().getDescription()).contains("no luck");
        });
    }

    private TracedHandler handler(MessageHandler handler) {
        return new TracedHandler(provider.get("test"), "order-events", handler);
    }

    private static Message message(Map<String, String> attributes) {
        return new Message("m-1", "body", attributes, 1, Instant.EPOCH, TraceContext.begin());
    }

    private final class Collecting implements SpanProcessor {

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            spans.add(span.toSpanData());
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }
}
