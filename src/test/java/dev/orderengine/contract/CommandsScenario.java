package dev.orderengine.contract;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/** Commands on placed orders. */
final class CommandsScenario implements Scenario {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ONE = "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}";

    @Override
    public void play(RunningEngine engine) {
        Api staff = engine.as("admin").with(TRACED);
        refuse(engine, staff);
        cancel(staff);
    }

    /** What all commands refuse alike. */
    private static void refuse(RunningEngine engine, Api staff) {
        String order = place(staff);
        String cancel = "/orders/" + order + "/cancel";
        String key = UUID.randomUUID().toString();
        expect(200, staff.post(cancel, ONE, "Idempotency-Key", key, "If-Match", "*"));
        expect(200, staff.post(cancel, ONE, "Idempotency-Key", key));
        refused("idempotency_key_reused", staff.post(cancel, "{}", "Idempotency-Key", key));
        assertInUse(engine, staff, cancel, ONE);
        expect(412, staff.post(cancel, ONE, "If-Match", "\"0\""));
        expect(400, staff.post(cancel, ONE, "If-Match", "7"));
        refused("validation_failed", staff.post(cancel, "{\"a\": 1, \"b\": 1}"));
        refused("unknown_field", staff.post(cancel, "{\"a\": 1}"));
        refused("required", staff.post(cancel, ONE.replace(", \"quantity\": 1", "")));
        refused("wrong_type", staff.post(cancel, "{\"items\": 1}"));
        refused("out_of_range", staff.post(cancel, "{\"items\": []}"));
        refused("invalid_format", staff.post(cancel, ONE.replace("sku-0001", "sku 1")));
        refused("invalid_character", staff.post(cancel, "{\"reason\": \"\\u0007\"}"));
        refused(
                "duplicate_product",
                staff.post(cancel, ONE.replace("1}]", "1}, {\"product_id\": \"sku-0001\", \"quantity\": 1}]")));
        refused("unknown_item", staff.post(cancel, ONE.replace("sku-0001", "sku-0002")));
        refused("too_many", staff.post(cancel, ONE.replace(": 1}", ": 9}")));
        refused("card_number_not_allowed", staff.post(cancel, "{\"reason\": \"4242 4242 4242 4242\"}"));
    }

    /** What is answered while another request with the same key is at work. */
    static void assertInUse(RunningEngine engine, Api staff, String path, String body) {
        String key = UUID.randomUUID().toString();
        try (var connection = engine.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(hashtextextended('dev-admin " + key + "', 0))");
            expect(409, staff.post(path, body, "Idempotency-Key", key));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void cancel(Api staff) {
        String order = place(staff);
        awaitStatus(staff, order, "paid");
        expect(200, staff.post("/orders/" + order + "/cancel", ONE.replace("}]", "}], \"reason\": \"one too many\"")));
        expect(200, staff.post("/orders/" + order + "/cancel", "{}"));
        expect(409, staff.post("/orders/" + order + "/cancel", "{}"));
        expect(404, staff.post("/orders/" + UUID.randomUUID() + "/cancel", "{}"));
        expect(200, staff.get("/orders/" + order));
        expect(200, staff.get("/orders/" + order + "/events"));
    }

    private static String place(Api staff) {
        return staff.place(of("c-commands", "sku-0001", 3)).text("order_id");
    }

    private static void awaitStatus(Api staff, String id, String status) {
        await(status)
                .atMost(PATIENCE)
                .until(() ->
                        staff.get("/orders/" + id + "/status").text("status").equals(status));
    }

    private static void refused(String code, Answer answer) {
        assertThat(expect(422, answer).text("code")).isEqualTo(code);
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer;
    }
}
