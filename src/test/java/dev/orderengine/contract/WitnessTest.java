package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The witness notices what is not as the contract says; nothing else would tell if it did not. */
class WitnessTest {

    private static final String STATUS = """
            {"order_id": "0199f7a0-5c1e-7a3b-8d9e-3f1f6a2b4c5d", "status": "paid", "payment_status": "captured",
             "fulfillment_status": "unfulfilled", "version": 3, "updated_at": "2026-01-31T12:00:00.250Z"}""";
    private static final String PATH = "/api/v1/orders/0199f7a0-5c1e-7a3b-8d9e-3f1f6a2b4c5d/status";

    private final Witness witness = new Witness();
    private final Map<String, List<String>> headers = new HashMap<>(Map.of(
            "Content-Type",
            List.of("application/json"),
            "ETag",
            List.of("\"3\""),
            "traceparent",
            List.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")));

    @Test
    void see_anAnswerAsTheContractSays_remembersWhatItSaw() {
        witness.see(get(PATH, 200, STATUS));

        assertThat(witness.seen())
                .contains(
                        "/paths/~1orders~1{order_id}~1status/get/responses/200",
                        "/paths/~1orders~1{order_id}~1status/get/responses/200/headers/ETag",
                        "/components/schemas/OrderState/properties/version");
    }

    @Test
    void see_aFieldThatIsNotInTheContract_fails() {
        assertFault(get(PATH, 200, STATUS.replace("\"version\"", "\"colour\": 1, \"version\"")), "colour");
    }

    @Test
    void see_aFieldThatIsMissing_fails() {
        assertFault(get(PATH, 200, STATUS.replace("\"version\": 3,", "")), "version");
    }

    @Test
    void see_aValueThatTheContractDoesNotKnow_fails() {
        assertFault(get(PATH, 200, STATUS.replace("captured", "taken")), "payment_status");
        assertFault(get(PATH, 200, STATUS.replace(".250Z", "Z")), "updated_at");
    }

    @Test
    void see_aStatusThatTheOperationDoesNotList_fails() {
        assertFault(get(PATH, 202, STATUS), "getOrderStatus", "does not list this status");
    }

    @Test
    void see_anotherMediaType_fails() {
        headers.put("Content-Type", List.of("text/html"));

        assertFault(get(PATH, 200, STATUS), "text/html");
    }

    @Test
    void see_aHeaderThatIsMissingStrangeOrMalformed_fails() {
        headers.remove("ETag");
        assertFault(get(PATH, 200, STATUS), "lacks the header ETag");
        headers.put("ETag", List.of("3"));
        assertFault(get(PATH, 200, STATUS), "header ETag");
        headers.put("X-Powered-By", List.of("steam"));
        assertFault(get(PATH, 200, STATUS), "X-Powered-By");
    }

    @Test
    void see_aProblemCodeThatTheResponseDoesNotList_fails() {
        headers.remove("ETag");
        headers.put("Content-Type", List.of("application/problem+json"));

        assertFault(get(PATH, 404, """
                {"type": "urn:order-engine:problem:gone", "title": "t", "status": 404, "detail": "d", "code": "gone"}"""), "does not list the code gone");
    }

    @Test
    void see_anOperationThatIsNotInTheContract_fails() {
        assertFault(get("/api/v1/orders/1/colour", 200, STATUS), "no such operation");
        assertFault(get("/api/v1/orders/1/colour", 201, STATUS), "no such operation");
        witness.see(get("/api/v1/orders/1/colour", 404, "{}"));
    }

    private Exchange get(String path, int status, String body) {
        return new Exchange("GET", path, Set.of(), "", status, HttpHeaders.of(headers, (name, value) -> true), body);
    }

    private void assertFault(Exchange exchange, String... named) {
        assertThatThrownBy(() -> witness.see(exchange))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(named);
    }
}
