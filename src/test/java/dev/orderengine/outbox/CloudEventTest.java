package dev.orderengine.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CloudEventTest {

    private static final UUID ORDER = UUID.fromString("0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001");

    @Test
    void toJson_event_isCloudEvents10() {
        assertThat(CloudEvent.of(event("2026-11-24T05:06:07.123456Z", "{\"reason\": \"expired\", \"n\": 1.50}"))
                        .toJson())
                .isEqualTo("{\"specversion\":\"1.0\",\"id\":\"0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001/3\","
                        + "\"source\":\"/order-engine\",\"type\":\"order.expired\","
                        + "\"subject\":\"0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001\",\"time\":\"2026-11-24T05:06:07.123Z\","
                        + "\"sequence\":3,\"datacontenttype\":\"application/json\","
                        + "\"data\":{\"reason\": \"expired\", \"n\": 1.50}}");
    }

    @Test
    void toJson_wholeSecond_hasMillisecondsAllTheSame() throws Exception {
        var json = new ObjectMapper()
                .readTree(CloudEvent.of(event("2026-11-24T05:06:07Z", "[]")).toJson());

        assertThat(json.get("time").textValue()).isEqualTo("2026-11-24T05:06:07.000Z");
    }

    @Test
    void toJson_typeWithQuote_isEscaped() throws Exception {
        var event = new CloudEvent("a/1", "a\"b", "a", Instant.EPOCH, 1, "{}");

        assertThat(new ObjectMapper().readTree(event.toJson()).get("type").textValue())
                .isEqualTo("a\"b");
    }

    @Test
    void toJson_noncharacters_areEscaped() throws Exception {
        String json = CloudEvent.of(event("2026-11-24T05:06:07Z", "{\"a\":\"x\ufffe\uffff\"}"))
                .toJson();

        assertThat(json).contains("{\"a\":\"x\\ufffe\\uffff\"}");
        assertThat(new ObjectMapper().readTree(json).at("/data/a").textValue()).isEqualTo("x\ufffe\uffff");
    }

    @Test
    void id_anyEvent_isLegalForDeduplication() {
        assertThat(CloudEvent.of(event("2026-11-24T05:06:07Z", "{}")).id())
                .matches("[A-Za-z0-9!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]{1,128}");
    }

    private static OutboxEvent event(String at, String data) {
        return new OutboxEvent(7, ORDER, 3, "order.expired", data, Instant.parse(at), null, 0);
    }
}
