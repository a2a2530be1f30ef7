package dev.orderengine;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.DevQueues;
import dev.orderengine.dev.Services;
import dev.orderengine.support.JsonLog;
import dev.orderengine.support.OrderLife;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import dev.orderengine.telemetry.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** What is logged of an order, all of which its id finds. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class OrderLogIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static RunningEngine engine;
    private static JsonLog log;
    private static SqsAsyncClient sqs;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, OrderLogIT.class, Map.of());
        log = new JsonLog();
        sqs = DevQueues.client(services.sqs());
    }

    @AfterAll
    static void stop() {
        sqs.close();
        log.close();
        engine.close();
    }

    @Test
    void life_ofAnOrder_isLoggedUnderItsId() {
        String trace = TraceContext.begin().traceId();
        OrderLife life = life(trace);
        ObjectNode request = of("c-logged", "sku-0030", 1);
        request.putObject("customer").put("email", "logged@example.com");
        String order = life.delivered(request);
        String parcel = life.parcels(order).get(0);
        tellByQueue(parcel, "failed");
        life.receive(order, life.register(order, "sku-0030", 1));

        awaitLine(order, "refunded of order " + order + ".* is sent");
        awaitLine(order, "message .* is dead: .*");
        awaitLine(order, "POST /api/v1/orders 201 .*");
        awaitLine(order, "PATCH /api/v1/fulfillments/" + parcel + " 200 .*");
        awaitLine(order, "payment .* of order " + order + ".*: Captured.*");
        awaitLine(order, "refund .* of order " + order + ".*: Done.*");
        assertAllSayWhichOrder(order, trace);
    }

    @Test
    void payment_thatFails_isLoggedUnderItsOrder() {
        String trace = TraceContext.begin().traceId();
        OrderLife life = life(trace);
        ObjectNode request = of("c-logged", "sku-0030", 1);
        request.put("payment_token", "tok_declined");
        String order = life.placed(request);
        life.awaitStatus(order, "payment_failed");

        awaitLine(order, "payment .* of order " + order + ".*: Declined.*");
        assertAllSayWhichOrder(order, trace);
    }

    /** In the form of Cloud Logging, which CloudWatch reads as it reads any JSON. */
    private static void assertAllSayWhichOrder(String order, String trace) {
        List<String> known = new ArrayList<>(List.of(order, trace));
        known.addAll(engine.texts("""
                SELECT id::text FROM (
                    SELECT id, order_id FROM payments
                    UNION ALL SELECT id, order_id FROM refunds
                    UNION ALL SELECT fulfillment_id, order_id FROM fulfilments
                    UNION ALL SELECT return_id, order_id FROM returns) AS belonging
                WHERE order_id = ?::uuid""", order));
        assertThat(log.lines().stream().filter(line -> known.stream().anyMatch(line.toString()::contains)))
                .isNotEmpty()
                .allSatisfy(line -> {
                    assertThat(line.path("order_id").asText()).isEqualTo(order);
                    assertThat(line.path("severity").asText()).isIn("DEBUG", "INFO", "WARNING", "ERROR");
                    assertThat(Instant.parse(line.path("time").asText())).isNotNull();
                    assertThat(line.path("message").asText()).isNotEmpty();
                });
    }

    private static void awaitLine(String order, String message) {
        await(message)
                .atMost(PATIENCE)
                .until(() -> log.lines().stream()
                        .filter(line -> order.equals(line.path("order_id").asText()))
                        .anyMatch(line -> line.path("message").asText().matches(message)));
    }

    private static void tellByQueue(String parcel, String status) {
        sqs.sendMessage(message -> message.queueUrl(engine.environment().get("ENGINE_FULFILMENT_UPDATES_QUEUE"))
                        .messageBody("{\"fulfillment_id\": \"" + parcel + "\", \"status\": \"" + status + "\"}"))
                .join();
    }

    private static OrderLife life(String trace) {
        return new OrderLife(engine.as("admin").with("traceparent", "00-" + trace + "-b7ad6b7169203331-00"));
    }
}
