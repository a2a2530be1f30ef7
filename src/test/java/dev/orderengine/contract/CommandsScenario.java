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
    private static final String CARD = "{\"payment_method\": \"credit_card\", \"payment_token\": \"tok_visa\"}";
    private static final String CODE = "{\"code\": \"" + OrdersInState.CODE + "\"}";
    private static final String FIVE = "{\"amount\": \"5\", \"reason\": \"goodwill\"}";
    private static final String TEN = "{\"amount\": \"10\"}";
    private static final String ONE = "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}";

    @Override
    public void play(RunningEngine engine) {
        Api staff = engine.as("admin").with(TRACED);
        refuse(engine, staff);
        cancel(engine, staff);
        update(staff);
        pay(engine, staff);
        verify(engine, staff);
        review(engine, staff);
        refund(engine, staff);
        confirm(engine, staff);
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
        expect(200, staff.get("/orders/" + order + "/events"));
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

    private static void cancel(RunningEngine engine, Api staff) {
        String order = OrdersInState.paid(engine);
        expect(200, staff.post("/orders/" + order + "/cancel", "{\"reason\": \"changed my mind\"}"));
        everyCommandMeets(404, staff, UUID.randomUUID().toString());
        everyCommandMeets(409, staff, order);
        await("refunded")
                .atMost(PATIENCE)
                .until(() -> staff.get("/orders/" + order + "/status")
                        .text("payment_status")
                        .equals("refunded"));
        expect(200, staff.get("/orders/" + order));
        expect(200, staff.get("/orders/" + order + "/events"));
    }

    private static void everyCommandMeets(int status, Api staff, String order) {
        String path = "/orders/" + order;
        expect(status, staff.patch(path, "{\"shipping_address\": \"2 Side St\"}", "If-Match", "*"));
        expect(status, staff.post(path + "/cancel", "{}"));
        expect(status, staff.post(path + "/payments", CARD));
        expect(status, staff.post(path + "/verification", "{\"code\": \"1\"}"));
        expect(status, staff.post(path + "/review", "{\"decision\": \"approve\"}"));
        if (status == 404) {
            expect(404, staff.post(path + "/refunds", FIVE));
        }
    }

    private static void update(Api staff) {
        String order = "/orders/" + place(staff);
        String patch =
                "{\"shipping_address\": \"2 Side St\", \"fulfillment_channel\": \"digital\", \"metadata\": {\"a\": \"b\"}}";
        String key = UUID.randomUUID().toString();
        expect(200, staff.patch(order, patch, "If-Match", "*", "Idempotency-Key", key));
        expect(200, staff.patch(order, patch, "If-Match", "*", "Idempotency-Key", key));
        expect(428, staff.patch(order, patch));
        expect(412, staff.patch(order, patch, "If-Match", "\"0\""));
        expect(400, staff.patch(order, patch, "If-Match", "7"));
        refused("unknown_channel", staff.patch(order, "{\"fulfillment_channel\": \"pigeon\"}", "If-Match", "*"));
    }

    private static void pay(RunningEngine engine, Api staff) {
        String declined = "/orders/" + OrdersInState.declined(engine);
        refused("unknown_payment_method", staff.post(declined + "/payments", CARD.replace("credit_card", "cash")));
        refused("not_allowed", staff.post(declined + "/payments", CARD.replace("credit_card", "bank_transfer")));
        refusesVersions(staff, declined + "/payments", CARD);
        twice(201, staff, declined + "/payments", CARD);
        awaitStatus(staff, declined.substring("/orders/".length()), "paid");
        expect(200, staff.get(declined + "/events"));
    }

    private static void verify(RunningEngine engine, Api staff) {
        String order = "/orders/" + OrdersInState.unverified(engine);
        // The customer has no e-mail address: no code can be sent.
        Answer early = expect(409, staff.post(order + "/verification", CODE));
        assertThat(early.text("code")).isEqualTo("code_not_sent");
        String verifiable = "/orders/" + OrdersInState.verifiable(engine) + "/verification";
        refusesVersions(staff, verifiable, CODE);
        refused("wrong_code", staff.post(verifiable, "{\"code\": \"1\"}"));
        engine.change("UPDATE verifications SET tries = 5");
        refused("no_tries_left", staff.post(verifiable, CODE));
        engine.change("UPDATE verifications SET tries = 0, code_expires_at = now() WHERE code_hash IS NOT NULL");
        refused("code_expired", staff.post(verifiable, CODE));
        twice(200, staff, "/orders/" + OrdersInState.verifiable(engine) + "/verification", CODE);
    }

    private static void review(RunningEngine engine, Api staff) {
        String order = "/orders/" + OrdersInState.reviewable(engine);
        String approve = "{\"decision\": \"approve\", \"note\": \"known\"}";
        refused("unknown_decision", staff.post(order + "/review", "{\"decision\": \"maybe\"}"));
        refusesVersions(staff, order + "/review", approve);
        twice(200, staff, order + "/review", approve);
        expect(200, staff.get(order + "/events"));
        String other = "/orders/" + OrdersInState.reviewable(engine);
        expect(200, staff.post(other + "/review", "{\"decision\": \"reject\"}"));
        expect(200, staff.get(other + "/events"));
    }

    private static void refund(RunningEngine engine, Api staff) {
        String order = "/orders/" + OrdersInState.paid(engine);
        expect(409, staff.post("/orders/" + OrdersInState.declined(engine) + "/refunds", FIVE));
        refused("invalid_amount", staff.post(order + "/refunds", FIVE.replace("5", "1.999")));
        refused("more_than_refundable", staff.post(order + "/refunds", FIVE.replace("5", "500")));
        refusesVersions(staff, order + "/refunds", FIVE);
        twice(201, staff, order + "/refunds", FIVE);
        expect(200, staff.get(order + "/events"));
        engine.change(
                "UPDATE orders SET status = 'cancelled', cancel_reason = 'cancelled' WHERE id = ?",
                UUID.fromString(order.substring(8)));
        expect(201, staff.post(order + "/refunds", FIVE));
    }

    private static void confirm(RunningEngine engine, Api staff) {
        Answer placed = staff.place(of("c-commands", "sku-0001", 3)
                .put("payment_method", "bank_transfer")
                .without("payment_token"));
        String order = "/orders/" + placed.text("order_id");
        String confirm = order + "/payments/"
                + staff.get(order).json().at("/payments/0/payment_id").asText() + "/confirm";
        expect(404, staff.post(order + "/payments/" + UUID.randomUUID() + "/confirm", TEN));
        refused("invalid_amount", staff.post(confirm, TEN.replace("10", "1.999")));
        refusesVersions(staff, confirm, TEN);
        twice(200, staff, confirm, TEN);
        assertThat(staff.get(order).json().at("/payments/0/flagged").asBoolean())
                .isTrue();
        expect(200, staff.post(confirm, TEN.replace("10", "50")));
        expect(200, staff.get(order + "/events"));
        String held = OrdersInState.reviewable(engine);
        engine.change("UPDATE payments SET provider = 'bank_transfer' WHERE order_id = ?", UUID.fromString(held));
        String payment =
                staff.get("/orders/" + held).json().at("/payments/0/payment_id").asText();
        expect(409, staff.post("/orders/" + held + "/payments/" + payment + "/confirm", TEN));
    }

    /** Versions that are not there, or none. */
    private static void refusesVersions(Api staff, String path, String body) {
        expect(412, staff.post(path, body, "If-Match", "\"0\""));
        expect(400, staff.post(path, body, "If-Match", "7"));
    }

    /** Done once, and answered again. */
    private static void twice(int status, Api staff, String path, String body) {
        String key = UUID.randomUUID().toString();
        expect(status, staff.post(path, body, "Idempotency-Key", key, "If-Match", "*"));
        expect(status, staff.post(path, body, "Idempotency-Key", key, "If-Match", "*"));
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
