package dev.orderengine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.support.SpanSink;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SpansTest {

    private static final TraceContext RECORDED = TraceContext.begin(true);
    private static final TraceContext NOT_RECORDED = TraceContext.begin(false);

    private final SpanSink collector = new SpanSink();
    private final Spans spans = to(collector.endpoint(), 0.1);

    @AfterEach
    void close() {
        spans.close();
        collector.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1/traces"})
    void kept_inARecordedTrace_reachesTheCollectorUnderItsOwnId(String path) {
        TraceContext own = RECORDED.child();
        Spans there = to(URI.create(collector.endpoint() + path), 0);

        there.kept("work", SpanKind.INTERNAL, own, RECORDED, System.nanoTime() - 5_000_000)
                .end();
        there.close();

        assertThat(collector.all()).singleElement().satisfies(span -> {
            assertThat(span.traceId()).isEqualTo(RECORDED.traceId());
            assertThat(span.spanId()).isEqualTo(own.spanId());
            assertThat(span.parentId()).isEqualTo(RECORDED.spanId());
            assertThat(span.endNanos() - span.startNanos()).isBetween(5_000_000L, 5_000_000_000L);
        });
    }

    @Test
    void kept_theFirstOfATrace_hasNoParent() {
        spans.kept("work", SpanKind.SERVER, RECORDED, null, System.nanoTime()).end();
        spans.close();

        assertThat(collector.all()).singleElement().satisfies(span -> {
            assertThat(span.traceparent()).isEqualTo(RECORDED.traceparent());
            assertThat(span.parentId()).isEmpty();
        });
    }

    @Test
    void ofRequest_withoutACaller_isRecordedOnceInTen() {
        long recorded = IntStream.range(0, 10_000)
                .filter(i -> spans.ofRequest(Optional.empty()).sampled())
                .count();

        assertThat(recorded).isBetween(800L, 1_200L);
        assertThat(to(collector.endpoint(), 0).ofRequest(Optional.empty()).sampled())
                .isFalse();
        assertThat(to(collector.endpoint(), 1).ofRequest(Optional.empty()).sampled())
                .isTrue();
        assertThat(Spans.off().ofRequest(Optional.empty()).sampled()).isFalse();
    }

    @Test
    void ofRequest_ofACaller_isRecordedAsHeSays() {
        for (TraceContext caller : List.of(RECORDED, NOT_RECORDED)) {
            TraceContext context = spans.ofRequest(Optional.of(caller));

            assertThat(context.traceId()).isEqualTo(caller.traceId());
            assertThat(context.spanId()).isNotEqualTo(caller.spanId());
            assertThat(context.sampled()).isEqualTo(caller.sampled());
        }
    }

    @Test
    void kept_inTracesThatAreNotRecorded_isBoundedAndSaysWhatIsLeftOut() {
        int shown = 0;
        int failures = 0;
        boolean leftOut = false;
        // Until one says what was left out before it.
        for (boolean told = false; !told; failures++) {
            Span span = spans.kept("work", SpanKind.CLIENT, NOT_RECORDED.child(), NOT_RECORDED, System.nanoTime());
            if (span.isRecording()) {
                shown++;
                told = leftOut;
            } else {
                leftOut = true;
            }
            span.end();
        }
        spans.close();

        assertThat(shown).isGreaterThan(200);
        assertThat(collector.all()).hasSize(shown);
        assertThat(collector.all().stream()
                        .mapToLong(span -> 1 + Long.parseLong(span.attributes().get("spans_left_out")))
                        .sum())
                .isEqualTo(failures);
    }

    @Test
    void around_workThatFails_isASpanThatSaysSo() {
        List<String> went = new ArrayList<>();

        spans.around("work", SpanKind.INTERNAL, RECORDED.traceparent(), span -> span.setAttribute("a", "b"), own -> {
            went.add(own);
            return Future.failedFuture(new IllegalStateException());
        });
        spans.close();

        assertThat(collector.all()).singleElement().satisfies(span -> {
            assertThat(span.status()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
            assertThat(span.attributes())
                    .containsEntry("a", "b")
                    .containsEntry("error.type", "java.lang.IllegalStateException");
            assertThat(went).containsExactly(span.traceparent());
        });
    }

    @Test
    void around_aTraceThatIsNotRecorded_goesByWhatItCameBy() {
        List<String> went = new ArrayList<>();

        for (Spans any : List.of(spans, Spans.off())) {
            any.around("work", SpanKind.INTERNAL, NOT_RECORDED.traceparent(), span -> {}, own -> noted(own, went));
        }
        Spans.off().around("work", SpanKind.INTERNAL, RECORDED.traceparent(), span -> {}, own -> noted(own, went));
        Spans.off().watched("work", RECORDED.traceparent(), span -> {}, done -> "failed", own -> noted(own, went));
        spans.close();

        assertThat(went)
                .containsExactly(
                        NOT_RECORDED.traceparent(),
                        NOT_RECORDED.traceparent(),
                        RECORDED.traceparent(),
                        RECORDED.traceparent());
        assertThat(collector.all()).isEmpty();
    }

    private static Future<Void> noted(String own, List<String> went) {
        went.add(own);
        return Future.succeededFuture();
    }

    @Test
    void watched_workThatFails_isShownWhateverIsRecorded() {
        spans.watched(
                "bad", NOT_RECORDED.traceparent(), span -> {}, done -> "declined", own -> Future.succeededFuture());
        spans.watched("good", NOT_RECORDED.traceparent(), span -> {}, done -> null, own -> Future.succeededFuture());
        spans.watched("good", RECORDED.traceparent(), span -> {}, done -> null, own -> Future.succeededFuture());
        spans.close();

        assertThat(collector.of(NOT_RECORDED.traceId())).singleElement().satisfies(span -> {
            assertThat(span.name()).isEqualTo("bad");
            assertThat(span.status()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
            assertThat(span.attributes()).containsEntry("error.type", "declined");
        });
        assertThat(collector.of(RECORDED.traceId()))
                .singleElement()
                .satisfies(span -> assertThat(span.status()).isEqualTo(StatusCode.STATUS_CODE_UNSET));
    }

    @Test
    void together_ofManyTraces_isASpanInEachThatIsRecorded() {
        TraceContext other = TraceContext.begin(true);
        List<String> all = new ArrayList<>();
        all.add(RECORDED.traceparent());
        all.add(NOT_RECORDED.traceparent());
        all.add(null);
        all.add(other.traceparent());
        Promise<String> work = Promise.promise();

        Future<String> done = spans.together("batch", all, work::future);
        work.complete("done");
        spans.close();

        assertThat(done.result()).isEqualTo("done");
        var first = collector.of(RECORDED.traceId()).get(0);
        var second = collector.of(other.traceId()).get(0);
        assertThat(collector.all())
                .hasSize(2)
                .allSatisfy(span -> assertThat(span.attributes())
                        .containsEntry("db.system.name", "postgresql")
                        .containsEntry("batch.size", "4"));
        assertThat(first.links()).containsExactly(second.spanId());
        assertThat(second.links()).containsExactly(first.spanId());
    }

    private static Spans to(URI collector, double sampleRatio) {
        return Spans.of(new EngineConfig.Tracing(collector, sampleRatio));
    }
}
