package dev.orderengine;

import static dev.orderengine.support.OrderRequests.example;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the audit log has of what was done, and what it is good for. */
@ExtendWith(SharedServices.class)
class AuditIT {

    private static final String PRODUCT = "{\"name\": \"%s\", \"prices\": {\"USD\": 1}}";

    @TempDir
    private static Path folder;

    private static RunningEngine engine;
    private static Api admin;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(
                services,
                AuditIT.class,
                Map.of(
                        "ENGINE_ENGINE_ROLES",
                        "api, sweeper",
                        "ENGINE_AUDIT_SEAL_INTERVAL",
                        "PT0.05S",
                        "ENGINE_AUDIT_ANCHOR_INTERVAL",
                        "PT0.2S",
                        "ENGINE_AUDIT_ANCHOR_FILE",
                        folder.resolve("anchors.ndjson").toString()));
        admin = engine.as("admin");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void change_isRecorded_inTheTransactionThatMakesIt() {
        admin.put("/products/sku-audit", PRODUCT.formatted("A"), "X-Request-Id", "r-product");
        admin.put("/customers/c-audit", "{\"name\": \"A\"}", "X-Request-Id", "r-customer");
        admin.put("/inventory/sku-audit/locations/loc-main", "{\"on_hand\": 3}", "X-Request-Id", "r-stock");

        assertThat(sameTransaction("products t", "t.product_id = 'sku-audit'", "r-product"))
                .isTrue();
        assertThat(sameTransaction("customers t", "t.customer_id = 'c-audit'", "r-customer"))
                .isTrue();
        assertThat(sameTransaction("stock t", "t.product_id = 'sku-audit'", "r-stock"))
                .isTrue();
        JsonNode entry = entries("subject=sku-audit").get(0);
        assertThat(entry.get("actor").asText()).isEqualTo("dev-admin");
        assertThat(entry.get("action").asText()).isEqualTo("product.put");
        assertThat(entry.get("outcome").asText()).isEqualTo("created");
        assertThat(entry.get("address").asText()).isEqualTo("127.0.0.1");
        assertThat(entry.get("detail").get("trace_id").asText()).hasSize(32);
    }

    private static boolean sameTransaction(String table, String row, String requestId) {
        return engine.text(
                        "SELECT a.xmin = t.xmin FROM audit_log a, " + table + " WHERE a.request_id = ? AND " + row,
                        requestId)
                .equals("t");
    }

    @Test
    void change_thatCannotBeRecorded_isNotMade() {
        engine.change("ALTER TABLE audit_log ADD CONSTRAINT full_disk CHECK (request_id <> 'r-full') NOT VALID");

        Answer answer = admin.put("/products/sku-unaudited", PRODUCT.formatted("A"), "X-Request-Id", "r-full");

        engine.change("ALTER TABLE audit_log DROP CONSTRAINT full_disk");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(admin.get("/products/sku-unaudited").status()).isEqualTo(404);
    }

    @Test
    void order_isRecordedByItsEvents_andARefusalByTheLog() {
        String customer = "c-" + UUID.randomUUID();
        Api caller = engine.asCustomer(customer);

        assertThat(caller.place(example().put("customer_id", customer)).status())
                .isEqualTo(201);
        assertThat(caller.place(example().put("customer_id", customer).put("currency", "XXX"))
                        .status())
                .isEqualTo(422);

        await().until(() -> entries("actor=" + customer).size() == 1);
        JsonNode refusal = entries("actor=" + customer).get(0);
        assertThat(refusal.get("action").asText()).isEqualTo("order.place");
        assertThat(refusal.get("outcome").asText()).isEqualTo("refused");
    }

    @Test
    void search_goesByItsFilters_andPageByPage() {
        String actor = "a-" + UUID.randomUUID();
        Api clerk = engine.as(0, "operator", actor);
        IntStream.range(0, 5).forEach(i -> clerk.put("/customers/c-" + actor, "{\"name\": \"" + i + "\"}"));

        Answer first = admin.get("/admin/audit?actor=" + actor + "&limit=2");
        Answer second = admin.get("/admin/audit?actor=" + actor + "&limit=2&cursor=" + first.text("next_cursor"));
        Answer third = admin.get("/admin/audit?actor=" + actor + "&limit=2&cursor=" + second.text("next_cursor"));

        assertThat(List.of(versions(first), versions(second), versions(third)))
                .containsExactly(List.of(5, 4), List.of(3, 2), List.of(1));
        assertThat(third.text("next_cursor")).isNull();
        assertThat(entries("actor=" + actor + "&outcome=created")).hasSize(1);
        assertThat(entries("actor=" + actor + "&action=product.put")).isEmpty();
        assertThat(entries("actor=" + actor + "&to=2026-01-01T00:00:00Z")).isEmpty();
    }

    @Test
    void export_hasEveryEntry_aLineEach_withItsSeal() throws IOException {
        engine.change("""
                INSERT INTO audit_log (at, actor, action, subject, outcome, detail)
                SELECT now() - n * interval '1 second', 'exported', 'a', 's', 'o', '{}' FROM generate_series(1, 1234) n""");
        await().until(() -> engine.number("SELECT count(*) FROM audit_unsealed") == 0);

        Answer export = admin.get("/admin/audit?actor=exported", "Accept", "application/x-ndjson");

        List<String> lines = export.body().lines().toList();
        assertThat(lines).hasSize(1_234);
        JsonNode last = new ObjectMapper().readTree(lines.get(1_233));
        assertThat(last.get("seal").get("hash").asText()).matches("[0-9a-f]{64}");
        await().until(() -> entries("action=audit.export").size() == 1);
    }

    @Test
    void verify_findsWhatWasDoneToTheLog_andSaysSoInIt() throws IOException {
        admin.put("/products/sku-verified", PRODUCT.formatted("A"));
        await().until(() -> engine.number("SELECT count(*) FROM audit_unsealed") == 0);
        assertThat(verify().body()).contains("\"intact\":true");
        long id = engine.number("SELECT max(id) FROM audit_log WHERE subject = 'sku-verified'");

        engine.change("ALTER TABLE audit_log DISABLE TRIGGER audit_log_is_append_only");
        engine.change("UPDATE audit_log SET actor = 'mallory' WHERE id = " + id);
        Answer broken = verify();
        engine.change("UPDATE audit_log SET actor = 'dev-admin' WHERE id = " + id);
        engine.change("ALTER TABLE audit_log ENABLE TRIGGER audit_log_is_append_only");

        assertThat(broken.body()).contains("\"intact\":false").contains("\"finding\":\"edited\"");
        assertThat(broken.json().get("findings").get(0).get("entry_id").asLong())
                .isEqualTo(id);
        await().until(() -> entries("action=audit.verify&outcome=broken").size() == 1);
        await().until(() -> Files.exists(folder.resolve("anchors.ndjson")));
        assertThat(verify().body()).contains("\"intact\":true");
    }

    private static Answer verify() {
        return admin.send("POST", "/admin/audit/verify", new byte[0]);
    }

    private static List<Integer> versions(Answer page) {
        return page.elements("items")
                .map(entry -> entry.get("detail").get("version").asInt())
                .toList();
    }

    private static List<JsonNode> entries(String query) {
        return admin.get("/admin/audit?" + query).elements("items").toList();
    }
}
