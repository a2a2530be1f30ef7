package dev.orderengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.EventTap;
import dev.orderengine.support.Management;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A newcomer's story: place an order, see it paid, read its events, look at the metrics. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class EndToEndIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACEPARENT = "00-" + TRACE_ID + "-b7ad6b7169203331-01";

    private static RunningEngine engine;
    private static Api api;
    private static EventTap tap;
    private static Management management;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, EndToEndIT.class, Map.of());
        api = engine.as("service");
        tap = new EventTap(services.sqs(), engine.environment().get("ENGINE_SQS_EVENTS_QUEUE"));
        management = new Management(engine.managementPort());
    }

    @AfterAll
    static void stop() {
        tap.close();
        engine.close();
    }

    @Test
    void order_placed_becomesPaidAndIsToldAsCloudEvents() throws Exception {
        Answer placed = api.place(OrderRequests.example(), "traceparent", TRACEPARENT);
        assertThat(placed.status()).isEqualTo(201);
        var id = placed.text("order_id");

        var paid = awaitPaid(id);

        assertThat(paid.text("payment_status")).isEqualTo("captured");
        await("three events").atMost(PATIENCE).until(() -> tap.of(id).size() == 3);
        var events = tap.of(id).stream()
                .sorted(Comparator.comparing(EventTap.Event::sequence))
                .toList();
        assertThat(events)
                .extracting(EventTap.Event::type)
                .containsExactly("order.placed", "payment.processing", "payment.captured");
        assertThat(events).extracting(EventTap.Event::sequence).containsExactly(1, 2, 3);
        events.forEach(event -> assertCloudEvent(event, id));
        assertThat(api.get("/orders/" + id + "/events").elements("items"))
                .extracting(event -> event.get("type").asText())
                .containsExactly("order.placed", "payment.processing", "payment.captured");
    }

    private static void assertCloudEvent(EventTap.Event event, String order) {
        var body = event.body();
        assertThat(body.get("specversion").asText()).isEqualTo("1.0");
        assertThat(body.get("id").asText()).isEqualTo(order + "/" + event.sequence());
        assertThat(body.get("source").asText()).isEqualTo("/order-engine");
        assertThat(body.get("data").isObject()).isTrue();
        assertThat(Instant.parse(body.get("time").asText()))
                .isBetween(Instant.now().minusSeconds(300), Instant.now().plusSeconds(5));
        assertThat(event.attributes())
                .containsEntry("event_type", event.type())
                .containsEntry("order_id", order)
                .containsEntry("sequence", String.valueOf(event.sequence()));
        assertThat(event.attributes().get("traceparent")).matches("00-" + TRACE_ID + "-[0-9a-f]{16}-01");
    }

    @Test
    void metrics_afterAnOrder_showRoutesDependenciesBatchesQueuesLagAndBreaker() throws Exception {
        var id = api.place(OrderRequests.of("c-1", "sku-0001", 1)).text("order_id");
        awaitPaid(id);
        for (var path : List.of(
                "/orders",
                "/orders/" + id,
                "/orders/" + id + "/events",
                "/products",
                "/products/sku-0001",
                "/inventory/sku-0001")) {
            assertThat(api.get(path).status()).as(path).isEqualTo(200);
        }
        api.post("/orders/validate", OrderRequests.of("c-1", "sku-0001", 1).toString());
        await("dependencies are probed").atMost(PATIENCE).until(() -> management.readiness() == 200);

        for (var route : List.of(
                "/api/v1/orders",
                "/api/v1/orders/{id}",
                "/api/v1/orders/{id}/status",
                "/api/v1/orders/{id}/events",
                "/api/v1/orders/validate",
                "/api/v1/products",
                "/api/v1/products/{id}",
                "/api/v1/inventory/{id}")) {
            assertThat(management.metric(
                            "http_server_requests_seconds_bucket", "route=\"" + route + "\"", "le=\"0.1\""))
                    .as(route)
                    .isNotNaN();
        }
        for (var dependency : List.of("postgres", "migrations", "redis", "sqs")) {
            assertThat(management.metric("dependency_up", "dependency=\"" + dependency + "\""))
                    .as(dependency)
                    .isEqualTo(1);
        }
        for (var batch : List.of("placement", "payments.stripe")) {
            assertThat(management.metric("batch_size_count", "batch=\"" + batch + "\""))
                    .isPositive();
            assertThat(management.metric("batch_queue_depth", "batch=\"" + batch + "\""))
                    .isZero();
        }
        for (var pool : List.of("writers", "readers", "relay")) {
            assertThat(management.metric(
                            "vertx_sql_processing_time_seconds_count", "client_namespace=\"" + pool + "\""))
                    .as(pool)
                    .isPositive();
        }
        assertThat(management.metric("outbox_batch_size_count")).isPositive();
        assertThat(management.metric("outbox_lag_rows")).isNotNaN();
        assertThat(management.metric("outbox_lag_seconds")).isNotNaN();
        assertThat(management.metric("resilience4j_circuitbreaker_state", "name=\"stripe\"", "state=\"closed\""))
                .isEqualTo(1);
        assertThat(management.metric("payment_duration_seconds_count", "provider=\"stripe\""))
                .isPositive();
    }

    /** As a client waits: held by the engine until something changes. */
    private static Answer awaitPaid(String order) {
        var path = "/orders/" + order + "/status";
        return await("paid").atMost(PATIENCE).until(() -> heldUntilChanged(path), EndToEndIT::isPaid);
    }

    private static Answer heldUntilChanged(String path) {
        var now = api.get(path);
        return isPaid(now)
                ? now
                : api.get(
                        path,
                        "Prefer",
                        "wait=5",
                        "If-None-Match",
                        now.header("ETag").orElseThrow());
    }

    private static boolean isPaid(Answer answer) {
        return "paid".equals(answer.text("status"));
    }
}
