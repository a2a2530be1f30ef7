package dev.orderengine.fulfilment;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.dev.DevQueues;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Books;
import dev.orderengine.support.OrderLife;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** A warehouse that knows nothing but its queues. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class FulfilmentQueuesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static RunningEngine engine;
    private static OrderLife life;
    private static SqsAsyncClient sqs;
    private static String updates;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, FulfilmentQueuesIT.class, Map.of());
        life = new OrderLife(engine.as("admin"));
        sqs = DevQueues.client(services.sqs());
        updates = engine.environment().get("ENGINE_FULFILMENT_UPDATES_QUEUE");
    }

    @AfterAll
    static void stop() {
        assertThat(Books.findings(engine)).isEmpty();
        sqs.close();
        engine.close();
    }

    @Test
    void parcel_isDispatchedToItsChannelAndToldOfInAnyOrderAsOftenAsOneLikes() throws Exception {
        String id = life.paid(of("c-queue", "sku-0031", 2));
        life.fulfil(id, "{\"channel\": \"warehouse\"}");
        String parcel = life.parcels(id).get(0);

        var dispatched = JSON.readTree(receive("warehouse").body());
        assertThat(dispatched.get("type").asText()).isEqualTo("fulfillment.created");
        assertThat(dispatched.get("subject").asText()).isEqualTo(id);
        assertThat(dispatched.get("data").get("fulfillment_id").asText()).isEqualTo(parcel);
        assertThat(dispatched.get("data").get("items").get(0).get("quantity").asInt())
                .isEqualTo(2);

        tell("{\"fulfillment_id\": \"%s\", \"status\": \"delivered\", \"tracking\": \"T-1\"}".formatted(parcel));
        await("delivered").atMost(PATIENCE).until(() -> events(id).contains("fulfillment.delivered"));
        tell("{\"fulfillment_id\": \"%s\", \"status\": \"shipped\"}".formatted(parcel));
        tell("{\"fulfillment_id\": \"%s\", \"status\": \"delivered\", \"tracking\": \"T-1\"}".formatted(parcel));

        await("all are heard").atMost(PATIENCE).until(() -> left(updates) == 0);
        assertThat(life.order(id).text("status")).isEqualTo("fulfilled");
        assertThat(events(id))
                .endsWith("fulfillment.created", "fulfillment.shipped", "fulfillment.delivered")
                .doesNotHaveDuplicates();
        assertThat(engine.text(
                        "SELECT actor FROM order_events WHERE order_id = ?::uuid AND type = 'fulfillment.shipped'", id))
                .isEqualTo("fulfillment-updates");
    }

    @Test
    void update_thatCannotBe_isBuriedWithItsReason() {
        String id = life.paid(of("c-queue", "sku-0032", 1));
        life.fulfil(id, "{\"channel\": \"dropship\"}");
        String parcel = life.parcels(id).get(0);
        life.tell(parcel, "shipped");
        List<String> impossible = List.of(
                "nonsense",
                "{\"fulfillment_id\": \"%s\", \"status\": \"lost\"}".formatted(parcel),
                "{\"fulfillment_id\": \"%s\", \"status\": \"shipped\", \"trackin\": \"T-1\"}".formatted(parcel),
                "{\"fulfillment_id\": \"%s\", \"status\": \"shipped\"}".formatted(UUID.randomUUID()),
                "{\"fulfillment_id\": \"%s\", \"status\": \"failed\"}".formatted(parcel));

        impossible.forEach(FulfilmentQueuesIT::tell);

        String buried = updates + "-dlq";
        await("all are buried").atMost(PATIENCE).until(() -> left(buried) == impossible.size());
        assertThat(sqs.receiveMessage(request ->
                                request.queueUrl(buried).maxNumberOfMessages(10).messageAttributeNames("All"))
                        .join()
                        .messages())
                .extracting(message ->
                        message.messageAttributes().get("failure_reason").stringValue())
                .anyMatch(reason -> reason.contains("no JSON"))
                .anyMatch(reason -> reason.contains("status must be shipped, delivered or failed"))
                .anyMatch(reason -> reason.contains("trackin is not known"))
                .anyMatch(reason -> reason.contains("no such fulfilment"))
                .anyMatch(reason -> reason.contains("invalid_transition"));
        assertThat(life.order(id).text("status")).isEqualTo("fulfilled");
    }

    private static void tell(String update) {
        sqs.sendMessage(request -> request.queueUrl(updates).messageBody(update))
                .join();
    }

    private static Message receive(String channel) {
        String queue = updates.replace("-updates", "-" + channel);
        List<Message> messages = sqs.receiveMessage(
                        request -> request.queueUrl(queue).waitTimeSeconds(10))
                .join()
                .messages();
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    /** Messages in the queue, hidden ones too. */
    private static int left(String url) {
        return sqs
                .getQueueAttributes(request -> request.queueUrl(url).attributeNamesWithStrings("All"))
                .join()
                .attributesAsStrings()
                .entrySet()
                .stream()
                .filter(entry -> entry.getKey().startsWith("ApproximateNumberOfMessages"))
                .mapToInt(entry -> Integer.parseInt(entry.getValue()))
                .sum();
    }

    private static List<String> events(String id) {
        return engine.texts("SELECT type FROM order_events WHERE order_id = ?::uuid ORDER BY sequence", id);
    }
}
