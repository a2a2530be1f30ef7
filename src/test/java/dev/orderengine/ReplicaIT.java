package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.PostgresServer;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Api;
import dev.orderengine.support.Management;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An engine that reads lists from a streaming replica. Skipped where the servers cannot have one. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class ReplicaIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static PostgresServer replica;
    private static RunningEngine engine;
    private static Api shop;
    private static Management management;

    @BeforeAll
    static void start(Services services) {
        replica = services.postgres().startReplica().orElse(null);
        assumeThat(replica).as("a replica").isNotNull();
        Map<String, String> settings = new HashMap<>(RunningEngine.API_ONLY);
        settings.put("ENGINE_DATABASE_REPLICA_HOST", replica.endpoint().host());
        settings.put(
                "ENGINE_DATABASE_REPLICA_PORT",
                String.valueOf(replica.endpoint().port()));
        settings.put("ENGINE_DATABASE_TIMEOUT", "PT1.5S");
        engine = RunningEngine.start(services, ReplicaIT.class, settings);
        shop = engine.as("operator");
        management = new Management(engine.managementPort());
    }

    @AfterAll
    static void stop() {
        if (engine != null) {
            engine.close();
        }
        if (replica != null) {
            replica.stop();
        }
    }

    @Test
    void lists_areAsOldAsTheReplica_singleThingsAreNew() {
        place("c-seen");
        await("the replica has what there is").atMost(PATIENCE).until(() -> listed("c-seen") == 1);
        replica("SELECT pg_wal_replay_pause()");
        await("the replica stands still")
                .atMost(PATIENCE)
                .until(() -> replica("SELECT pg_get_wal_replay_pause_state()").equals("paused"));
        try {
            String order = place("c-late");
            engine.change("INSERT INTO products (product_id, name) VALUES ('sku-late', 'Late')");

            assertThat(listed("c-late")).isZero();
            assertThat(products()).doesNotContain("sku-late");
            assertThat(shop.get("/orders/" + order + "/events").elements("items"))
                    .isNotEmpty();
            assertThat(shop.get("/orders/" + order).status()).isEqualTo(200);
            assertThat(shop.get("/orders/" + order + "/status").status()).isEqualTo(200);
            assertThat(shop.get("/products/sku-late").status()).isEqualTo(200);
        } finally {
            replica("SELECT pg_wal_replay_resume()");
        }
        await("the replica has caught up").atMost(PATIENCE).until(() -> listed("c-late") == 1);
        assertThat(products()).contains("sku-late");
        assertThat(fallbacks()).isZero();
    }

    @Test
    void lists_whileTheReplicaHangs_orIsAway_areThePrimarys_andTheReplicasAgainAfterwards() {
        place("c-away");
        replica.pause();
        try {
            assertThat(shop.get("/orders?customer_id=c-away").elements("items")).hasSize(1);
        } finally {
            replica.resume();
        }
        replica.stop();
        try {
            place("c-away");
            assertThat(listed("c-away")).isEqualTo(2);
            assertThat(products()).isNotEmpty();
            assertThat(fallbacks()).isGreaterThanOrEqualTo(3);
            await().atMost(PATIENCE)
                    .until(() -> management.dependency("postgres-replica").equals("DEGRADED"));
            assertThat(management.readiness()).isEqualTo(200);
        } finally {
            replica.start();
        }
        await("the replica is asked again").atMost(PATIENCE).until(() -> {
            double before = fallbacks();
            return listed("c-away") == 2 && fallbacks() == before;
        });
    }

    private static String place(String customer) {
        return shop.place(OrderRequests.of(customer, "sku-0001", 1)).text("order_id");
    }

    private static long listed(String customer) {
        return shop.get("/orders?customer_id=" + customer).elements("items").count();
    }

    private static List<String> products() {
        return shop.get("/products?limit=200")
                .elements("items")
                .map(product -> product.get("product_id").asText())
                .toList();
    }

    private static double fallbacks() {
        return management.metric("database_replica_fallbacks_total");
    }

    private static String replica(String sql) {
        try (var connection = replica.endpoint().connect("postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}
