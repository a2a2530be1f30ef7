package dev.orderengine.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.json.JsonMapping;
import dev.orderengine.queue.Message;
import dev.orderengine.telemetry.TraceContext;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoticeReaderTest {

    private static final String ORDER = "0199aaaa-0000-7000-8000-000000000001";

    private final NoticeReader reader = new NoticeReader(JsonMapping.create());

    @ParameterizedTest
    @CsvSource({
        "order.placed, ORDER_PLACED",
        "payment.failed, PAYMENT_FAILED",
        "fulfillment.shipped, SHIPPED",
        "order.cancelled, CANCELLED",
        "order.expired, CANCELLED",
        "order.rejected, CANCELLED",
        "payment.refunded, REFUNDED"
    })
    void event_thatIsNews_isToldAsItsKind(String type, Kind kind) {
        TraceContext trace = TraceContext.begin();

        Notice notice = reader.read(message(event(type, "{}"), trace)).orElseThrow();

        assertThat(notice)
                .isEqualTo(new Notice(
                        UUID.fromString(ORDER), 3, kind, Instant.parse("2026-11-24T05:00:00Z"), trace.traceparent()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"payment.captured", "order.verification_required", "order.updated", "something.new"})
    void event_thatIsNobodysNews_isNothing(String type) {
        assertThat(read(event(type, "{\"changed\": [\"items\"]}"))).isEmpty();
    }

    @Test
    void update_thatCancelsUnits_isToldAsCancelled() {
        assertThat(reader.read(message(event("order.updated", "{\"cancelled\": []}"), TraceContext.begin())))
                .hasValueSatisfying(notice -> assertThat(notice.kind()).isEqualTo(Kind.CANCELLED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json",
                "[]",
                "\"text\"",
                "{}",
                "{\"type\": 3}",
                "{\"type\": \"order.placed\"}",
                "{\"type\": \"order.placed\", \"sequence\": 0, \"subject\": \"" + ORDER
                        + "\", \"time\": \"2026-11-24T05:00:00Z\"}",
                "{\"type\": \"order.placed\", \"sequence\": 1, \"subject\": \"x\", \"time\": \"2026-11-24T05:00:00Z\"}",
                "{\"type\": \"order.placed\", \"sequence\": 1, \"subject\": \"" + ORDER + "\", \"time\": \"noon\"}"
            })
    void message_thatIsNoEvent_isUnreadable(String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(UnreadableEventException.class);
    }

    private java.util.Optional<Notice> read(String body) {
        return reader.read(message(body, TraceContext.begin()));
    }

    private static String event(String type, String data) {
        return "{\"specversion\": \"1.0\", \"id\": \"" + ORDER + "/3\", \"type\": \"" + type + "\", \"subject\": \""
                + ORDER + "\", \"time\": \"2026-11-24T05:00:00.000Z\", \"sequence\": 3, \"data\": " + data + "}";
    }

    private static Message message(String body, TraceContext trace) {
        return new Message("m-1", body, Map.of(), 1, Instant.EPOCH, trace);
    }
}
