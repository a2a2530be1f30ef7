package dev.orderengine.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.bus.Bus;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.dev.Services;
import dev.orderengine.queue.SqsClients;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestDatabase;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** From the table to a real queue. */
@ExtendWith(SharedServices.class)
@Timeout(60)
class RelayVerticleIT {

    private static final String WRITE_EVENTS = """
            WITH event AS (
                INSERT INTO order_events (order_id, sequence, type, data, actor, at)
                SELECT o, $2, 'order.placed', '{}', 'test', now() FROM unnest($1::uuid[]) AS o
                RETURNING order_id, sequence)
            INSERT INTO outbox (shard, order_id, sequence)
            SELECT outbox_shard(order_id), order_id, sequence FROM event""";

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new Bus(vertx, Duration.ofSeconds(5), Spans.off());
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Services services;
    private TestDatabase database;
    private SqsAsyncClient sqs;
    private SqsCalls calls;
    private String queue;

    @BeforeEach
    void open(Services shared) {
        services = shared;
        database = new TestDatabase(shared, vertx, RelayVerticleIT.class);
        EngineConfig.Sqs config =
                new EngineConfig.Sqs(shared.sqs().endpoint(), shared.sqs().region(), "unused");
        AwsCredentialsProvider credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("dev", "dev"));
        sqs = SqsClients.create(config, credentials);
        calls = new SqsHttp(vertx, config, credentials);
        queue = sqs.createQueue(request ->
                        request.queueName("relayed.fifo").attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
                .join()
                .queueUrl();
    }

    @AfterEach
    void close() {
        sqs.deleteQueue(request -> request.queueUrl(queue)).join();
        vertx.close().await();
        sqs.close();
    }

    @Test
    void nudge_afterCommit_leadsToDelivery() {
        deploy(Duration.ofDays(1));
        write(orders(3), 1);

        bus.nudge(RelayVerticle.READY);

        await().until(() -> waiting() == 0);
        assertThat(receive(3)).hasSize(3);
    }

    @Test
    void poll_withoutANudge_leadsToDelivery() {
        deploy(Duration.ofMillis(20));
        write(orders(3), 1);

        await().until(() -> waiting() == 0);
    }

    @Test
    void sqsAway_thenBack_backlogArrivesWholeAndInOrder() {
        deploy(Duration.ofMillis(100));
        List<UUID> orders = orders(100);
        services.sqs().stop();
        try {
            for (int sequence = 1; sequence <= 3; sequence++) {
                write(orders, sequence);
                bus.nudge(RelayVerticle.READY);
            }
            await().until(() -> metrics.get("outbox.relay.failures").counter().count() >= 2);
            assertThat(waiting()).isEqualTo(300);
        } finally {
            services.sqs().start();
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> waiting() == 0);
        assertThat(receive(300))
                .hasSize(100)
                .allSatisfy((order, sequences) -> assertThat(sequences).containsExactly("1", "2", "3"));
    }

    @Test
    void undeploy_idleRelay_deliversNothingMore() {
        String deployment = deploy(Duration.ofMillis(20));
        vertx.undeploy(deployment).await();
        write(orders(1), 1);

        bus.nudge(RelayVerticle.READY);

        await().during(Duration.ofMillis(200)).until(() -> waiting() == 1);
    }

    private String deploy(Duration pollInterval) {
        OutboxStore store = new OutboxStore();
        Relay relay = new Relay(
                vertx,
                database.pools().relay(),
                store,
                new SqsPublisher(calls, Spans.off(), queue),
                RelaySettings.withBatch(500),
                () -> false,
                metrics);
        OutboxGauges gauges = new OutboxGauges(database.pools().readers(), store, metrics);
        return vertx.deployVerticle(new RelayVerticle(bus, relay, gauges, pollInterval, metrics))
                .await();
    }

    private static List<UUID> orders(int number) {
        return IntStream.range(0, number).mapToObj(i -> UUID.randomUUID()).toList();
    }

    private void write(List<UUID> orders, int sequence) {
        database.query(WRITE_EVENTS, orders.toArray(UUID[]::new), sequence);
    }

    private long waiting() {
        return database.number("SELECT count(*) FROM outbox");
    }

    /** The sequences in order of arrival, by order id. */
    private Map<String, List<String>> receive(int number) {
        Map<String, List<String>> sequences = new HashMap<>();
        int received = 0;
        for (int calls = 0; received < number && calls < number; calls++) {
            List<Message> messages = sqs.receiveMessage(request -> request.queueUrl(queue)
                            .maxNumberOfMessages(10)
                            .waitTimeSeconds(1)
                            .messageAttributeNames("All"))
                    .join()
                    .messages();
            for (Message message : messages) {
                received++;
                sequences
                        .computeIfAbsent(
                                message.messageAttributes().get("order_id").stringValue(), order -> new ArrayList<>())
                        .add(message.messageAttributes().get("sequence").stringValue());
                sqs.deleteMessage(request -> request.queueUrl(queue).receiptHandle(message.receiptHandle()))
                        .join();
            }
        }
        return sequences;
    }
}
