package dev.orderengine.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.dev.Services;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServices.class)
class AuditLogIT {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");

    private static Vertx vertx;
    private static TestDatabase database;

    private final AuditLog log =
            new AuditLog(database.pools().writers(), new AuditWriter(JsonMapping.create()), new SimpleMeterRegistry());
    private final Context loop = vertx.getOrCreateContext();

    @BeforeAll
    static void open(Services services) {
        vertx = Vertx.vertx();
        database = new TestDatabase(services, vertx, AuditLogIT.class);
    }

    @AfterAll
    static void close() {
        database.close();
        vertx.close().await();
    }

    @Test
    void append_keepsEachField() {
        append(List.of(new AuditEntry(
                        NOW, "alice", "order.place", "POST /orders", "refused", "r-1", "10.0.0.1", Map.of("n", 1))))
                .await();

        Row row =
                database.query("SELECT * FROM audit_log WHERE actor = 'alice'").get(0);
        assertThat(row.getOffsetDateTime("at")).isEqualTo(NOW.atOffset(ZoneOffset.UTC));
        assertThat(row.getString("action")).isEqualTo("order.place");
        assertThat(row.getString("subject")).isEqualTo("POST /orders");
        assertThat(row.getString("outcome")).isEqualTo("refused");
        assertThat(row.getString("request_id")).isEqualTo("r-1");
        assertThat(row.getString("address")).isEqualTo("10.0.0.1");
        assertThat(row.getJsonObject("detail").getInteger("n")).isEqualTo(1);
    }

    @Test
    void append_withoutRequestAndAddress_keepsNulls() {
        append(List.of(new AuditEntry(NOW, "engine", "expire", "order", "done", null, null, Map.of())))
                .await();

        Row row =
                database.query("SELECT * FROM audit_log WHERE actor = 'engine'").get(0);
        assertThat(row.getString("request_id")).isNull();
        assertThat(row.getString("address")).isNull();
    }

    @Test
    void append_many_keepsTheirOrder() {
        append(IntStream.range(0, 1_200)
                        .mapToObj(i -> new AuditEntry(NOW, "many", "n", "s", "o", "r-" + i, null, Map.of()))
                        .toList())
                .await();

        List<String> ids = database.query("SELECT request_id FROM audit_log WHERE actor = 'many' ORDER BY id").stream()
                .map(row -> row.getString(0))
                .toList();
        assertThat(ids)
                .isEqualTo(IntStream.range(0, 1_200).mapToObj(i -> "r-" + i).toList());
    }

    @Test
    void append_whatIsNoJson_failsAndIsToldSo() {
        AuditEntry entry = new AuditEntry(NOW, "odd", "a", "s", "o", null, null, Map.of("self", new Object()));

        assertThatThrownBy(() -> append(List.of(entry)).await()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void append_anEntryThatCannotBeStored_doesNotTakeItsNeighboursWithIt() {
        List<AuditEntry> entries = Stream.of(
                        Map.<String, Object>of(),
                        Map.<String, Object>of("nul", "\u0000"),
                        Map.<String, Object>of("self", new Object()),
                        Map.<String, Object>of())
                .map(detail -> new AuditEntry(NOW, "mates", "a", "s", "o", null, null, detail))
                .toList();
        Future<List<Boolean>> appended = Future.future(done -> loop.runOnContext(now -> Future.all(entries.stream()
                        .map(entry -> log.append(entry).map(true).otherwise(false))
                        .toList())
                .map(all -> all.<Boolean>list())
                .onComplete(done)));

        assertThat(appended.await()).containsExactly(true, false, false, true);
        assertThat(database.number("SELECT count(*) FROM audit_log WHERE actor = 'mates'"))
                .isEqualTo(2);
    }

    @Test
    void drain_waitsForWhatWasAppended() {
        append(List.of(new AuditEntry(NOW, "drained", "a", "s", "o", null, null, Map.of())));
        Future.<Void>future(done -> loop.runOnContext(now -> log.drain().onComplete(done)))
                .await();

        assertThat(database.number("SELECT count(*) FROM audit_log WHERE actor = 'drained'"))
                .isEqualTo(1);
    }

    /** The log is confined to one event loop. */
    private Future<?> append(List<AuditEntry> entries) {
        return Future.<Object>future(done -> loop.runOnContext(
                now -> Future.all(entries.stream().map(log::append).toList())
                        .<Object>mapEmpty()
                        .onComplete(done)));
    }
}
