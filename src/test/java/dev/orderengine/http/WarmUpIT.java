package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Management;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.util.HashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an engine does for nobody before it is ready. */
@ExtendWith(SharedServices.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(60)
class WarmUpIT {

    private RunningEngine engine;

    @BeforeAll
    void start(Services services) {
        var settings = new HashMap<>(RunningEngine.API_ONLY);
        settings.put("ENGINE_ENGINE_WARM_UP", "PT8S");
        settings.put("ENGINE_DATABASE_TIMEOUT", "PT1S");
        engine = RunningEngine.start(services, WarmUpIT.class, settings);
    }

    @AfterAll
    void stop() {
        engine.close();
    }

    @Test
    @Order(1)
    void start_warmsUpAndLeavesNothingBehind() {
        var metrics = new Management(engine.managementPort());

        assertThat(metrics.metric("warm_up_calls_total")).isPositive();
        assertThat(metrics.metric("warm_up_placements_total")).isPositive();
        assertThat(metrics.metric("warm_up_duration_seconds")).isBetween(0.01, 9.0);
        assertThat(metrics.metric("http_server_in_flight")).isZero();
        assertThat(metrics.metrics()).doesNotContain("vertx_http_client");
        assertThat(engine.rows().values()).containsOnly(0L);
        assertThat(engine.number("SELECT count(*) FROM audit_log")).isZero();
    }

    @Test
    void start_onADatabaseThatHangs_isReadyAllTheSame() throws Exception {
        try (var connection = engine.connect()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("LOCK TABLE products, stock, orders IN ACCESS EXCLUSIVE MODE");
            }
            engine.startAnother();
            connection.rollback();
        }

        var answers = Stream.of("a", "b", "c")
                .map(customer -> engine.as(1, "service").place(OrderRequests.of(customer, "sku-0001", 1)))
                .toList();

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(201));
    }

    @Test
    void call_withATokenOfTheUsualForm_isNotTakenForTheEnginesOwn() {
        var answer = engine.withToken("0".repeat(64)).place(OrderRequests.of("c-1", "sku-0001", 1));

        assertThat(answer.status()).isEqualTo(401);
    }
}
