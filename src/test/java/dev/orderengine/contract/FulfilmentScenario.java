package dev.orderengine.contract;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.OrderLife;
import dev.orderengine.support.RunningEngine;
import java.util.UUID;

/** Parcels and returns of orders. */
final class FulfilmentScenario implements Scenario {

    private static final String ONE = "{\"items\": [{\"product_id\": \"sku-0031\", \"quantity\": 1}]}";

    @Override
    public void play(RunningEngine engine) {
        Api staff = engine.as("admin").with(TRACED);
        OrderLife life = new OrderLife(staff);
        String order = life.paid(of("c-fulfilment", "sku-0031", 3));
        String parcel = fulfil(staff, life, order);
        update(staff, life, order, parcel);
        String goods = register(staff, order);
        receive(engine, staff, order, goods);
        moveAndFail(engine, staff, life);
        expect(200, staff.get("/orders/" + order + "/events"));
    }

    private static String fulfil(Api staff, OrderLife life, String order) {
        String path = "/orders/" + order + "/fulfill";
        String key = UUID.randomUUID().toString();
        refused("unknown_channel", staff.post(path, "{\"channel\": \"pigeon\"}"));
        expect(400, staff.post(path, ONE, "If-Match", "7"));
        expect(412, staff.post(path, ONE, "If-Match", "\"0\""));
        expect(404, staff.post("/orders/" + UUID.randomUUID() + "/fulfill", ONE));
        expect(200, staff.post(path, ONE, "Idempotency-Key", key, "If-Match", "*"));
        expect(200, staff.post(path, ONE, "Idempotency-Key", key));
        assertThat(expect(409, staff.post("/orders/" + order + "/cancel", "{}")).text("code"))
                .isEqualTo("in_fulfilment");
        expect(200, staff.post(path, "{}"));
        assertThat(expect(409, staff.post(path, "{}")).text("code")).isEqualTo("nothing_to_fulfil");
        return life.parcels(order).get(0);
    }

    private static void update(Api staff, OrderLife life, String order, String parcel) {
        String path = "/fulfillments/" + parcel;
        String key = UUID.randomUUID().toString();
        refused("unknown_status", life.patch(path, "{\"status\": \"created\"}"));
        expect(400, life.patch(path, "{\"status\": \"shipped\"}", "If-Match", "7"));
        expect(412, life.patch(path, "{\"status\": \"shipped\"}", "If-Match", "\"0\""));
        expect(404, life.patch("/fulfillments/" + UUID.randomUUID(), "{\"status\": \"shipped\"}"));
        expect(
                200,
                life.patch(
                        path,
                        "{\"status\": \"shipped\", \"tracking\": \"T-1\"}",
                        "Idempotency-Key",
                        key,
                        "If-Match",
                        "*"));
        expect(200, life.patch(path, "{\"status\": \"shipped\", \"tracking\": \"T-1\"}", "Idempotency-Key", key));
        expect(200, life.patch(path, "{\"status\": \"shipped\", \"tracking\": \"T-2\"}"));
        expect(200, life.patch(path, "{\"status\": \"delivered\"}"));
        expect(409, life.patch(path, "{\"status\": \"failed\"}"));
        life.parcels(order)
                .forEach(id -> expect(200, life.patch("/fulfillments/" + id, "{\"status\": \"delivered\"}")));
    }

    private static String register(Api staff, String order) {
        String path = "/orders/" + order + "/returns";
        String body = ONE.replace("}]", "}], \"reason\": \"too small\"");
        String key = UUID.randomUUID().toString();
        refused("required", staff.post(path, "{}"));
        expect(400, staff.post(path, ONE, "If-Match", "7"));
        expect(412, staff.post(path, ONE, "If-Match", "\"0\""));
        expect(404, staff.post("/orders/" + UUID.randomUUID() + "/returns", ONE));
        Answer registered = expect(201, staff.post(path, body, "Idempotency-Key", key, "If-Match", "*"));
        expect(201, staff.post(path, body, "Idempotency-Key", key));
        return registered.text("return_id");
    }

    private static void receive(RunningEngine engine, Api staff, String order, String goods) {
        String path = "/orders/" + order + "/returns/" + goods + "/receive";
        String key = UUID.randomUUID().toString();
        refused("unknown_field", staff.post(path, "{\"a\": 1}"));
        CommandsScenario.assertInUse(engine, staff, path, "{}");
        expect(400, staff.post(path, "{}", "If-Match", "7"));
        expect(412, staff.post(path, "{}", "If-Match", "\"0\""));
        expect(404, staff.post(path.replace(goods, UUID.randomUUID().toString()), "{}"));
        expect(200, staff.post(path, "{}", "Idempotency-Key", key, "If-Match", "*"));
        expect(200, staff.post(path, "{}", "Idempotency-Key", key));
    }

    /** A parcel of a location that does not hold the order's units, one that fails, and orders in no state for any of it. */
    private static void moveAndFail(RunningEngine engine, Api staff, OrderLife life) {
        String order = life.paid(of("c-fulfilment", "sku-0033", 2));
        String fulfil = "/orders/" + order + "/fulfill";
        expect(200, staff.post(fulfil, "{\"channel\": \"store_pickup\"}"));
        expect(200, life.patch("/fulfillments/" + life.parcels(order).get(0), "{\"status\": \"failed\"}"));
        expect(409, staff.post("/orders/" + order + "/returns", ONE));
        expect(200, staff.post("/orders/" + order + "/cancel", "{}"));
        expect(409, staff.post(fulfil, "{}"));
        engine.change("INSERT INTO products (product_id, name) VALUES ('here-only', 'at one location')");
        engine.change("INSERT INTO prices VALUES ('here-only', 'USD', 100)");
        engine.change("INSERT INTO stock (product_id, location_id, on_hand) VALUES ('here-only', 'loc-main', 9)");
        String here = life.paid(of("c-fulfilment", "here-only", 1));
        refused("not_served", staff.post("/orders/" + here + "/fulfill", "{\"channel\": \"store_pickup\"}"));
        expect(200, staff.get("/orders/" + order + "/events"));
    }

    private static void refused(String code, Answer answer) {
        assertThat(expect(422, answer).text("code")).isEqualTo(code);
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer;
    }
}
