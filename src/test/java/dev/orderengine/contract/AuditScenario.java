package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;

/** The audit log, which other scenarios have filled. */
final class AuditScenario implements Scenario {

    private static final String FAR = "from=2026-01-01T00:00:00Z&to=9999-01-01T00:00:00Z";

    @Override
    public void play(RunningEngine engine) {
        Api admin = engine.as("admin").with(TRACED);
        await().until(() -> expect(200, admin.get("/admin/audit?outcome=refused"))
                .elements("items")
                .anyMatch(entry -> entry.has("seal")));
        expect(200, admin.get("/admin/audit?limit=1&actor=dev-admin&action=order.place&outcome=refused&" + FAR));
        Answer page = expect(200, admin.get("/admin/audit?limit=1"));
        expect(200, admin.get("/admin/audit?subject=POST%20/orders&cursor=" + page.text("next_cursor")));
        expect(400, admin.get("/admin/audit?limit=0&cursor=*&from=now&page=2"));
        expect(400, admin.get("/admin/audit?actor=%00"));
        assertThat(expect(200, admin.get("/admin/audit", "Accept", "application/x-ndjson"))
                        .body()
                        .lines())
                .hasSizeGreaterThan(10);

        expect(200, verify(admin, ""));
        expect(200, verify(admin, "?cursor=" + page.text("next_cursor")));
        expect(400, verify(admin, "?cursor=*&page=2"));
        engine.change("ALTER TABLE audit_chain DISABLE TRIGGER USER");
        engine.change("DELETE FROM audit_chain WHERE position = 2");
        engine.change("ALTER TABLE audit_chain ENABLE TRIGGER USER");
        Answer broken = expect(200, verify(admin, ""));
        assertThat(broken.json().get("intact").asBoolean()).isFalse();
        assertThat(broken.body()).contains("{\"finding\":\"chain_removed\",\"position\":2}");
    }

    private static Answer verify(Api admin, String query) {
        return admin.send("POST", "/admin/audit/verify" + query, new byte[0]);
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer;
    }
}
