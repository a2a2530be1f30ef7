package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.OrderLife;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RedisAccess;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is held of a person is given out whole, and what is personal of it is erased everywhere; others, and the figures, stay. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class PersonalDataIT {

    /** Stands in whatever the person wrote or is called. */
    private static final String MARK = "Erika";

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static Services services;
    private static RunningEngine engine;
    private static Api admin;

    @BeforeAll
    static void start(Services shared) {
        services = shared;
        engine = RunningEngine.start(shared, PersonalDataIT.class, Map.of("ENGINE_ENGINE_ROLES", "api,payments,relay"));
        admin = engine.as("admin");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void export_ofAPerson_hasAllThatIsHeld() {
        String customer = newCustomer();
        String order = live(customer);

        Answer export = admin.get("/customers/" + customer + "/export");

        assertThat(export.status()).isEqualTo(200);
        assertThat(export.json().at("/held/customer/email").asText()).isEqualTo("Erika@example.com");
        assertThat(export.json().at("/held/orders/0/shipping_address").asText()).isEqualTo("Erika's house");
        assertThat(export.json().at("/held/orders/0/id").asText()).isEqualTo(order);
        assertThat(export.json().at("/held/returns/0/reason").asText()).isEqualTo("Erika is too tall");
        assertThat(export.json().at("/held/events").size()).isGreaterThan(5);
        assertThat(export.json().at("/carts/0/items/0/product_id").asText()).isEqualTo("sku-0002");
        assertThat(export.body()).doesNotContain("tok_visa", "sealed:");
        await("it is recorded")
                .until(() -> engine.number(
                                "SELECT count(*) FROM audit_log WHERE action = 'customer.export' AND subject = ?",
                                customer)
                        == 1);
    }

    @Test
    void erase_aPerson_leavesNothingPersonalAnywhereAndAllFigures() {
        String customer = newCustomer();
        String order = live(customer);
        refund(order);
        String other = newCustomer();
        live(other);
        long figures = figures();

        assertThat(erase(customer)).isEqualTo(204);

        List<String> left = traces(customer, order);
        assertThat(left).isEmpty();
        assertThat(figures()).isEqualTo(figures);
        assertThat(admin.get("/orders/" + order).text("total_amount")).isEqualTo("39.98");
        assertThat(admin.get("/customers/" + customer).body()).doesNotContain(MARK);
        assertThat(admin.get("/customers/" + other).body()).contains(MARK);
        assertThat(traces(other, order)).as("what another person has").isNotEmpty();
        assertThat(engine.texts(
                        "SELECT outcome || ' ' || (detail ->> 'orders') FROM audit_log WHERE action = 'customer.erase' AND subject = ?",
                        customer))
                .as("it is recorded, without what was erased")
                .containsExactly("erased 1");
        assertThat(erase(customer)).as("once more").isEqualTo(204);
    }

    @Test
    void erase_mailsThatWait_areNotSent() {
        String customer = newCustomer();
        String order = live(customer);
        engine.change("""
                INSERT INTO notifications (order_id, sequence, kind, state, next_at, created_at, updated_at)
                VALUES (?::uuid, 1, 'order_placed', 'waiting', now(), now(), now())""", order);
        engine.change("""
                INSERT INTO notifications (order_id, sequence, kind, state, reason, created_at, updated_at)
                VALUES (?::uuid, 2, 'shipped', 'dead', '550 Erika@example.com is not known', now(), now())""", order);

        erase(customer);

        assertThat(engine.texts(
                        "SELECT state || ' ' || reason FROM notifications WHERE order_id = ?::uuid ORDER BY sequence",
                        order))
                .containsExactly("skipped erased", "dead erased");
    }

    @Test
    void personalData_ofWhomNobodyKnows_is404_andOfOthersForbiddenToCustomers() {
        assertThat(admin.get("/customers/c-nobody/export").status()).isEqualTo(404);
        assertThat(erase("c-nobody")).isEqualTo(404);
        assertThat(engine.asCustomer("c-1").get("/customers/c-1/export").status())
                .isEqualTo(403);
    }

    private static String newCustomer() {
        return "c-" + UUID.randomUUID();
    }

    /** An order that was paid, sent and sent back, and a cart. */
    private static String live(String customer) {
        OrderLife life = new OrderLife(admin);
        ObjectNode request = OrderRequests.of(customer, "sku-0001", 2).put("shipping_address", "Erika's house");
        request.putObject("metadata").put("for", "Erika");
        request.putObject("customer").put("email", "Erika@example.com").put("name", "Erika");
        String order = life.delivered(request);
        admin.post(
                "/orders/" + order + "/returns",
                "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}], \"reason\": \"Erika is too tall\"}",
                "Idempotency-Key",
                UUID.randomUUID().toString());
        admin.put(
                "/carts/" + UUID.randomUUID(),
                "{\"customer_id\": \"" + customer
                        + "\", \"items\": [{\"product_id\": \"sku-0002\", \"quantity\": 1}]}");
        return order;
    }

    private static void refund(String order) {
        admin.post(
                "/orders/" + order + "/refunds",
                "{\"amount\": \"1.00\", \"reason\": \"Erika complained\"}",
                "Idempotency-Key",
                UUID.randomUUID().toString());
        await("the money is back, so that nothing moves any more")
                .atMost(PATIENCE)
                .until(() ->
                        admin.get("/orders/" + order).text("payment_status").equals("partially_refunded"));
    }

    /** Where the person still shows: tables that name the mark beside one of their ids, and carts. */
    private static List<String> traces(String customer, String order) {
        List<String> traces = new ArrayList<>(engine
                .texts(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")
                .stream()
                .filter(table -> engine.number("SELECT count(*) FROM \"" + table + "\" t WHERE t::text LIKE '%" + MARK
                                + "%' AND (t::text LIKE '%" + customer + "%' OR t::text LIKE '%" + order + "%')")
                        > 0)
                .toList());
        try (RedisAccess redis = new RedisAccess(services.redis())) {
            redis.send("KEYS", "cart:*").forEach(key -> {
                if (new String(redis.dump(key.toString()), StandardCharsets.ISO_8859_1).contains(customer)) {
                    traces.add(key.toString());
                }
            });
        }
        return traces;
    }

    private static long figures() {
        return engine.number("SELECT (SELECT sum(total_amount) FROM orders) + (SELECT sum(captured) FROM payments)"
                + " + (SELECT count(*) FROM order_events) + (SELECT sum(units) FROM returns)");
    }

    private static int erase(String customer) {
        return admin.send("DELETE", "/customers/" + customer + "/personal-data", new byte[0])
                .status();
    }
}
