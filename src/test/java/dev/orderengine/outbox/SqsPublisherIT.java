package dev.orderengine.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.dev.Services;
import dev.orderengine.outbox.PublishResult.Refused;
import dev.orderengine.outbox.PublishResult.Sent;
import dev.orderengine.outbox.PublishResult.Unanswered;
import dev.orderengine.queue.SqsClients;
import dev.orderengine.support.EventLoop;
import dev.orderengine.support.SharedServices;
import dev.orderengine.telemetry.Spans;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

@ExtendWith(SharedServices.class)
@Timeout(60)
class SqsPublisherIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static Vertx vertx;
    private static EventLoop eventLoop;
    private static Services services;
    private static SqsAsyncClient sqs;
    private static SqsCalls calls;

    @BeforeAll
    static void open(Services shared) {
        services = shared;
        vertx = Vertx.vertx();
        eventLoop = new EventLoop(vertx);
        EngineConfig.Sqs config =
                new EngineConfig.Sqs(shared.sqs().endpoint(), shared.sqs().region(), "unused");
        AwsCredentialsProvider credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("dev", "dev"));
        sqs = SqsClients.create(config, credentials);
        calls = new SqsHttp(vertx, config, credentials);
    }

    @AfterAll
    static void close() {
        sqs.close();
        vertx.close().await();
    }

    @Test
    void publish_standardQueueByName_carriesTheEventAndItsAttributes() throws Exception {
        String url = queue("publisher-standard", Map.of());
        UUID order = UUID.randomUUID();
        OutboxEvent event = new OutboxEvent(
                1,
                order,
                2,
                "payment.captured",
                "{\"amount\": \"19.99\"}",
                Instant.parse("2026-11-24T05:00:00Z"),
                TRACE,
                0);

        assertThat(publish(new SqsPublisher(calls, Spans.off(), "publisher-standard"), List.of(event)))
                .containsExactly(new Sent());

        Message message = receive(url, 1).get(0);
        assertThat(JSON.readTree(message.body()))
                .isEqualTo(JSON.readTree(CloudEvent.of(event).toJson()));
        assertThat(attributes(message))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "event_type",
                        "payment.captured",
                        "order_id",
                        order.toString(),
                        "sequence",
                        "2",
                        "traceparent",
                        TRACE));
        assertThat(message.messageAttributes().get("sequence").dataType()).isEqualTo("Number");
    }

    @Test
    void publish_fifoQueueByUrl_keepsTheOrderWithinAnOrderAndDropsRepeats() {
        String url = queue("publisher.fifo", Map.of(QueueAttributeName.FIFO_QUEUE, "true"));
        SqsPublisher publisher = new SqsPublisher(calls, Spans.off(), url);
        List<UUID> orders =
                IntStream.range(0, 30).mapToObj(i -> UUID.randomUUID()).toList();
        List<OutboxEvent> events = new ArrayList<>();
        for (int sequence = 1; sequence <= 4; sequence++) {
            for (UUID order : orders) {
                events.add(event(order, sequence, "{}"));
            }
        }

        assertThat(publish(publisher, events)).hasSize(120).containsOnly(new Sent());
        assertThat(publish(publisher, events)).hasSize(120).containsOnly(new Sent());

        Map<String, List<String>> sequences = new HashMap<>();
        for (Message message : receive(url, 120)) {
            Map<MessageSystemAttributeName, String> system = message.attributes();
            Map<String, String> attributes = attributes(message);
            assertThat(system.get(MessageSystemAttributeName.MESSAGE_GROUP_ID)).isEqualTo(attributes.get("order_id"));
            assertThat(system.get(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID))
                    .isEqualTo(attributes.get("order_id") + "/" + attributes.get("sequence"));
            assertThat(attributes).doesNotContainKey("traceparent");
            sequences
                    .computeIfAbsent(attributes.get("order_id"), order -> new ArrayList<>())
                    .add(attributes.get("sequence"));
        }
        assertThat(sequences)
                .hasSize(30)
                .allSatisfy((order, arrived) -> assertThat(arrived).containsExactly("1", "2", "3", "4"));
        assertThat(receiveOnce(url, 0)).isEmpty();
    }

    @Test
    void publish_textThatSqsForbids_isRefusedAndItsNeighboursAreSent() {
        String url = queue("publisher-forbidden", Map.of());
        List<OutboxEvent> events = List.of(
                event(UUID.randomUUID(), 1, "{}"),
                event(UUID.randomUUID(), 1, "{\"text\":\"\u0001\"}"),
                event(UUID.randomUUID(), 1, "{}"));

        List<PublishResult> results = publish(new SqsPublisher(calls, Spans.off(), url), events);

        assertThat(results.get(0)).isEqualTo(new Sent());
        assertThat(results.get(1))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.senderFault()).isTrue());
        assertThat(results.get(2)).isEqualTo(new Sent());
    }

    @Test
    void publish_noncharacters_arrive() throws Exception {
        String url = queue("publisher-noncharacters", Map.of());

        assertThat(publish(
                        new SqsPublisher(calls, Spans.off(), url),
                        List.of(event(UUID.randomUUID(), 1, "{\"text\":\"\uffff\ufffe\"}"))))
                .containsExactly(new Sent());

        assertThat(JSON.readTree(receive(url, 1).get(0).body()).at("/data/text").textValue())
                .isEqualTo("\uffff\ufffe");
    }

    @Test
    void publish_queueMadeLater_failsUntilItIsThere() {
        SqsPublisher publisher = new SqsPublisher(calls, Spans.off(), "publisher-later");
        List<OutboxEvent> events = List.of(event(UUID.randomUUID(), 1, "{}"));
        assertThatThrownBy(() -> publish(publisher, events)).isInstanceOf(Exception.class);

        queue("publisher-later", Map.of());

        assertThat(publish(publisher, events)).containsExactly(new Sent());
    }

    @Test
    void publish_queueDeleted_isUnansweredNotRefused() {
        String url = queue("publisher-deleted", Map.of());
        sqs.deleteQueue(request -> request.queueUrl(url)).join();

        assertThat(publish(new SqsPublisher(calls, Spans.off(), url), List.of(event(UUID.randomUUID(), 1, "{}")))
                        .get(0))
                .isInstanceOf(Unanswered.class);
    }

    @Test
    void publish_serverAway_isUnansweredWithinSecondsAndWorksAgainWhenItIsBack() {
        String url = queue("publisher-away", Map.of());
        SqsPublisher publisher = new SqsPublisher(calls, Spans.off(), url);
        List<OutboxEvent> events = IntStream.range(0, 200)
                .mapToObj(i -> event(UUID.randomUUID(), 1, "{}"))
                .toList();
        services.sqs().stop();
        try {
            long start = System.nanoTime();
            assertThat(publish(publisher, events)).hasOnlyElementsOfType(Unanswered.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        } finally {
            services.sqs().start();
        }

        assertThat(publish(publisher, events)).hasSize(200).containsOnly(new Sent());
    }

    private static List<PublishResult> publish(SqsPublisher publisher, List<OutboxEvent> events) {
        return eventLoop.ask(() -> publisher.publish(events));
    }

    private static OutboxEvent event(UUID order, int sequence, String data) {
        return new OutboxEvent(sequence, order, sequence, "order.placed", data, Instant.EPOCH, null, 0);
    }

    private static String queue(String name, Map<QueueAttributeName, String> attributes) {
        return sqs.createQueue(request -> request.queueName(name).attributes(attributes))
                .join()
                .queueUrl();
    }

    private static List<Message> receive(String url, int number) {
        List<Message> messages = new ArrayList<>();
        for (int calls = 0; messages.size() < number && calls < number; calls++) {
            messages.addAll(receiveOnce(url, 1));
        }
        assertThat(messages).hasSize(number);
        return messages;
    }

    private static List<Message> receiveOnce(String url, int waitSeconds) {
        List<Message> messages = sqs.receiveMessage(request -> request.queueUrl(url)
                        .maxNumberOfMessages(10)
                        .waitTimeSeconds(waitSeconds)
                        .messageAttributeNames("All")
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
                .join()
                .messages();
        messages.forEach(
                message -> sqs.deleteMessage(request -> request.queueUrl(url).receiptHandle(message.receiptHandle()))
                        .join());
        return messages;
    }

    private static Map<String, String> attributes(Message message) {
        Map<String, String> attributes = new HashMap<>();
        message.messageAttributes().forEach((name, value) -> attributes.put(name, value.stringValue()));
        return attributes;
    }
}
