package dev.orderengine.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.PostgresServer;
import dev.orderengine.dev.Services;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestDatabase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Months of closed orders that leave the database, and come back. */
@ExtendWith(SharedServices.class)
class OrderArchiveIT {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final int ORDERS = 2_500;

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private PostgresServer.Endpoint endpoint;
    private TestDatabase database;

    /** 2,500 orders of March, with two events each, one of which a hostile customer wrote. */
    @BeforeEach
    void fill(Services services) {
        endpoint = services.postgres().endpoint();
        database = new TestDatabase(services, vertx, OrderArchiveIT.class);
        database.query("SELECT ensure_order_partitions('2026-03-01'::timestamptz, 2)");
        database.query("""
                INSERT INTO orders (id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount, items,
                                    payment_method, shipping_address, decision, matched_rules, rules_version, fx_rate, created_at, updated_at)
                SELECT uuid7_floor('2026-03-02T00:00:00Z'::timestamptz + make_interval(secs => n)), 'c-' || n, 'fulfilled', 'captured',
                       'fulfilled', 2, 'USD', n, '[]', 'credit_card', E'\\\\ "N", ''%\\n\\t\\x7f é', 'accept', '{R1,"R,2"}', 'v', 1.25,
                       '2026-03-02T00:00:00.123456Z', now()
                FROM generate_series(1, $1) AS n""", ORDERS);
        database.query("""
                INSERT INTO order_events (order_id, sequence, type, data, actor, at)
                SELECT id, s, 'order.updated', jsonb_build_object('reason', shipping_address), 'c', created_at
                FROM orders, generate_series(1, 2) AS s""");
        database.query("DELETE FROM event_batches");
    }

    @AfterEach
    void close() {
        database.close();
        vertx.close().await();
    }

    @Test
    void run_closedMonth_leavesTheDatabaseForFilesAndComesBackAsItWas() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/psql")), "psql");
        String before = content();

        archive().run().await();

        assertThat(database.number("SELECT count(*) FROM orders")).isZero();
        assertThat(database.number("SELECT count(*) FROM order_events")).isZero();
        assertThat(Files.readAllLines(folder.resolve("orders_2026_03.ndjson"))).hasSize(ORDERS);
        assertThat(Files.readAllLines(folder.resolve("order_events_2026_03.ndjson")))
                .hasSize(2 * ORDERS);

        assertThat(restore()).isZero();

        assertThat(content()).isEqualTo(before);
        assertThat(database.number("SELECT count(*) FROM orders_2026_03")).isEqualTo(ORDERS);
    }

    @Test
    void restore_ofAFileThatWasChanged_isRefused() throws Exception {
        archive().run().await();
        Path file = folder.resolve("orders_2026_03.ndjson");
        Files.writeString(file, Files.readString(file).replace("\"total_amount\": 7,", "\"total_amount\": 8,"));

        assertThat(restore()).isNotZero();
        assertThat(database.number("SELECT count(*) FROM orders")).isZero();
    }

    @Test
    void run_monthThatIsNotClosedOrNotOldEnough_stays() {
        database.query("UPDATE orders SET status = 'paid' WHERE total_amount = 7");
        archive().run().await();
        assertThat(database.number("SELECT count(*) FROM orders")).isEqualTo(ORDERS);

        database.query("UPDATE orders SET status = 'fulfilled'");
        new OrderArchive(
                        vertx,
                        database.pools().transactions(),
                        folder,
                        Duration.ofDays(300),
                        Clock.fixed(NOW, ZoneOffset.UTC))
                .run()
                .await();
        assertThat(database.number("SELECT count(*) FROM orders")).isEqualTo(ORDERS);
    }

    private OrderArchive archive() {
        return new OrderArchive(
                vertx, database.pools().transactions(), folder, Duration.ofDays(200), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private String content() {
        return database.query("""
                        SELECT (SELECT md5(string_agg(o::text, '|' ORDER BY id)) FROM orders o)
                            || (SELECT md5(string_agg(e::text, '|' ORDER BY order_id, sequence)) FROM order_events e) AS sum""").get(0).getString("sum");
    }

    private int restore() throws IOException, InterruptedException {
        ProcessBuilder script = new ProcessBuilder(List.of("scripts/restore-orders.sh", folder.toString(), "2026_03"))
                .redirectErrorStream(true);
        script.environment()
                .put(
                        "DATABASE_URL",
                        "postgresql://%s:%s@%s:%d/%s"
                                .formatted(
                                        endpoint.user(),
                                        endpoint.password(),
                                        endpoint.host(),
                                        endpoint.port(),
                                        database.config().name()));
        Process process = script.start();
        System.out.println(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        return process.waitFor();
    }
}
