package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The fuzz notices what is wrong, and what it samples is right; nothing else would tell if not. */
class JudgeTest {

    private static final String STOCK = """
            {"product_id": "sku-0001", "on_hand": 5, "reserved": 0, "available": 5, "locations": []}""";

    private final Witness witness = new Witness();
    private final Contract contract = witness.contract();
    private final Judge judge = new Judge(witness);

    @Test
    void answer_asItShouldBe_hasNoFaults() {
        assertThat(faults("{\"on_hand\": 5}", Set.of(), 200, STOCK)).isEmpty();
        assertThat(faults("{\"on_hand\": -5}", Set.of(), 422, problem("/on_hand", "out_of_range")))
                .isEmpty();
    }

    @Test
    void answer_acceptingWhatTheSchemaRefuses_isAFault() {
        for (String body :
                List.of("{}", "{\"on_hand\": -5}", "{\"on_hand\": 5, \"colour\": 1}", "{", "{\"on_hand\": 5}}", "")) {
            assertThat(faults(body, Set.of(), 200, STOCK))
                    .as(body)
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("refuses the body");
        }
        assertThat(faults("{\"on_hand\": 5}", Set.of("header/If-Match"), 200, STOCK))
                .hasSize(1)
                .first()
                .asString()
                .contains("header/If-Match");
    }

    @Test
    void answer_refusingTheFormThatTheSchemaTakes_isAFault() {
        assertThat(faults("{\"on_hand\": 5}", Set.of(), 422, problem("/on_hand", "wrong_type")))
                .hasSize(1)
                .first()
                .asString()
                .contains("takes the body");
    }

    @Test
    void answer_withAFailure_isAFault() {
        assertThat(faults("{\"on_hand\": 5}", Set.of(), 500, problem("/", "internal_error")))
                .anySatisfy(fault -> assertThat(fault).contains("it failed"));
    }

    @Test
    void answer_takingACardNumber_isAFault() {
        Operation operation = operation("putCustomer");
        String body = "{\"name\": \"4242-4242-4242-4242\"}";
        FuzzedCall call = call(operation, "/api/v1/customers/c-1", body, Set.of());

        assertThat(judge.faults(call, exchange(call, 200, "{\"customer_id\": \"c-1\", \"name\": \"4\"}")))
                .containsExactly("a card number was accepted");
    }

    @Test
    void samples_ofAllBodies_areTaken_butAFew() {
        Samples samples = new Samples(witness.schemas(), new Words(contract), new Random(1));
        for (Operation operation : contract.operations()) {
            if (operation.body().exists()) {
                int taken = 0;
                for (int i = 0; i < 50; i++) {
                    JsonNode sample = samples.of(operation.body(), "");
                    taken += witness.schemas().takes(operation.body(), sample) ? 1 : 0;
                }
                assertThat(taken).as(operation.title()).isGreaterThan(45);
            }
        }
    }

    private List<String> faults(String body, Set<String> wrong, int status, String answer) {
        FuzzedCall call = call(operation("putStock"), "/api/v1/inventory/sku-0001/locations/loc-main", body, wrong);
        return judge.faults(call, exchange(call, status, answer));
    }

    private static FuzzedCall call(Operation operation, String path, String body, Set<String> wrong) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new FuzzedCall(operation, 0, path, "admin", List.of(), bytes, true, wrong);
    }

    private static Exchange exchange(FuzzedCall call, int status, String answer) {
        Map<String, List<String>> headers = new HashMap<>();
        headers.put("traceparent", List.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        headers.put("Content-Type", List.of(status < 300 ? "application/json" : "application/problem+json"));
        if (status < 300) {
            headers.put("ETag", List.of("\"3\""));
        }
        return new Exchange(
                call.operation().method(),
                call.path(),
                Set.of(),
                call.text(),
                status,
                HttpHeaders.of(headers, (name, value) -> true),
                answer);
    }

    private Operation operation(String id) {
        return contract.operations().stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static String problem(String pointer, String code) {
        return """
                {"type": "urn:order-engine:problem:%2$s", "title": "t", "status": 422, "detail": "d", "code": "%2$s",
                 "trace_id": "0af7651916cd43dd8448eb211c80319c", "errors": [{"pointer": "%1$s", "code": "%2$s", "message": "m"}]}""".formatted(pointer, code);
    }
}
