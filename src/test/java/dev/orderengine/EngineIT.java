package dev.orderengine;

import static dev.orderengine.support.OrderRequests.example;
import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.dev.DevQueues;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** The main job from end to end, with all roles in one engine: placed, charged, published. */
@ExtendWith(SharedServices.class)
class EngineIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Services services;
    private static RunningEngine engine;
    private static Api shop;

    @BeforeAll
    static void start(Services shared) {
        services = shared;
        services.payments().faults().clear();
        engine = RunningEngine.start(services, EngineIT.class, Map.of("ENGINE_ORDERS_SWEEP_INTERVAL", "PT0.2S"));
        shop = engine.as("service");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void order_byCard_becomesPaid_andEachEventReachesTheQueueInOrder() throws Exception {
        String id = shop.place(example()).text("order_id");

        await().atMost(PATIENCE).until(() -> status(id).equals("paid captured"));

        assertThat(shop.get("/orders/" + id + "/events")
                        .elements("items")
                        .map(event -> event.get("type").asText()))
                .containsExactly("order.placed", "payment.processing", "payment.captured");
        List<JsonNode> published = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            published.addAll(receive(id));
            return published.size() >= 3;
        });
        assertThat(published.stream()
                        .map(event -> event.get("sequence").asText() + " "
                                + event.get("type").asText()))
                .containsExactlyInAnyOrder("1 order.placed", "2 payment.processing", "3 payment.captured");
        await().atMost(PATIENCE)
                .until(() -> engine.number("SELECT count(*) FROM outbox WHERE order_id = ?::uuid", id) == 0);
    }

    @Test
    void order_whoseCardIsDeclined_failsWithTheReasonAndKeepsItsStock() {
        String id = shop.place(example().put("payment_token", "tok_declined")).text("order_id");

        await().atMost(PATIENCE).until(() -> status(id).equals("payment_failed failed"));

        JsonNode payment = shop.get("/orders/" + id).json().get("payments").get(0);
        assertThat(payment.get("decline_code").asText()).isEqualTo("generic_decline");
        assertThat(engine.number("SELECT count(*) FROM reservations WHERE order_id = ?::uuid", id))
                .isEqualTo(1);
    }

    @Test
    void order_unpaidForTooLong_expiresAndGivesItsStockBack() {
        String id = shop.place(of("c-late", "sku-0077", 5).put("payment_token", "tok_declined"))
                .text("order_id");
        await().atMost(PATIENCE).until(() -> status(id).equals("payment_failed failed"));

        engine.change("UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ?::uuid", id);

        await().atMost(PATIENCE).until(() -> status(id).equals("cancelled failed"));
        assertThat(shop.get("/inventory/sku-0077").text("reserved")).isEqualTo("0");
        assertThat(shop.get("/orders/" + id).text("cancel_reason")).isEqualTo("expired");
    }

    @Test
    void metrics_showWhatWasDone() throws Exception {
        shop.place(example());
        shop.get("/orders");

        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + engine.managementPort() + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();

        assertThat(metrics)
                .contains(
                        "http_server_requests_seconds_bucket",
                        "route=\"/api/v1/orders\"",
                        "batch_size",
                        "batch_queue_depth")
                .doesNotContain("c-1001");
    }

    @Test
    void health_isServedOnTheApisPortWithoutAToken() throws Exception {
        for (String path : List.of("/health/live", "/health/ready", "/health/startup")) {
            assertThat(HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create(shop.engine() + path))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
    }

    private static String status(String id) {
        Answer answer = shop.get("/orders/" + id + "/status");
        return answer.text("status") + " " + answer.text("payment_status");
    }

    /** The events of one order that wait in the queue; those of other orders are dropped. */
    private static List<JsonNode> receive(String orderId) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        String queue = engine.environment().get("ENGINE_SQS_EVENTS_QUEUE");
        try (SqsAsyncClient client = DevQueues.client(services.sqs())) {
            List<Message> messages = client.receiveMessage(
                            request -> request.queueUrl(queue).maxNumberOfMessages(10))
                    .join()
                    .messages();
            for (Message message : messages) {
                JsonNode event = new ObjectMapper().readTree(message.body());
                if (event.get("subject").asText().equals(orderId)) {
                    events.add(event);
                }
                client.deleteMessage(request -> request.queueUrl(queue).receiptHandle(message.receiptHandle()))
                        .join();
            }
        }
        return events;
    }
}
