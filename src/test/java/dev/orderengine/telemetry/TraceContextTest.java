package dev.orderengine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    @ParameterizedTest
    @CsvSource({
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, true",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00, false",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03, true",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe, false",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, true",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-adds, true",
        "f0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-, true",
    })
    void parse_validHeader_givesItsParts(String header, boolean sampled) {
        assertThat(TraceContext.parse(header)).contains(new TraceContext(TRACE, SPAN, sampled));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "nonsense",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e47366-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
                " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01,00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            })
    void parse_invalidHeader_givesNothing(String header) {
        assertThat(TraceContext.parse(header)).isEmpty();
    }

    @Test
    void of_validHeader_isAnotherSpanOfTheSameTrace() {
        TraceContext context = TraceContext.of("00-" + TRACE + "-" + SPAN + "-01");

        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(context.spanId()).isNotEqualTo(SPAN);
        assertThat(context.sampled()).isTrue();
    }

    @Test
    void of_invalidHeader_beginsATrace() {
        TraceContext context = TraceContext.of("nonsense");

        assertThat(TraceContext.parse(context.traceparent())).contains(context);
        assertThat(context.sampled()).isFalse();
    }

    @Test
    void begin_manyTimes_neverTheSame() {
        Set<String> ids = new HashSet<>();
        for (int count = 0; count < 10_000; count++) {
            TraceContext context = TraceContext.begin();
            ids.add(context.traceId());
            ids.add(context.spanId());
        }

        assertThat(ids).hasSize(20_000);
    }

    @Test
    void traceparent_ofAContext_isParsedToTheSame() {
        TraceContext sampled = new TraceContext(TRACE, SPAN, true);

        assertThat(sampled.traceparent()).isEqualTo("00-" + TRACE + "-" + SPAN + "-01");
        assertThat(TraceContext.parse(sampled.traceparent())).contains(sampled);
        assertThat(TraceContext.recorded(sampled.traceparent())).contains(sampled);
    }

    @Test
    void recorded_ofATraceThatIsNot_isEmpty() {
        assertThat(TraceContext.recorded("00-" + TRACE + "-" + SPAN + "-00")).isEmpty();
        assertThat(TraceContext.recorded(null)).isEmpty();
    }
}
