package dev.orderengine.dev;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.CreateQueueResponse;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The engine's queues, each with a dead-letter queue {@code <name>-dlq}. */
public final class DevQueues {

    /** The queues of the specification, section 9, and a copy of the events for notifications, so that others can read them all. */
    public static final List<String> NAMES = List.of(
            "order-events",
            "order-events-notifications",
            "fulfillment-warehouse",
            "fulfillment-store_pickup",
            "fulfillment-dropship",
            "fulfillment-digital",
            "fulfillment-updates");

    private static final int DELIVERIES_BEFORE_DEAD_LETTER = 10;

    private DevQueues() {}

    /** A client of the development SQS server, to be closed by the caller. */
    public static SqsAsyncClient client(SqsServer server) {
        return SqsAsyncClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.of(server.region()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("dev", "dev")))
                .build();
    }

    /** Makes all queues that are missing, and returns their addresses by name, dead-letter queues left out. */
    public static Map<String, URI> create(SqsServer server) {
        return create(server, "");
    }

    /**
     * Makes a set of queues that a test has for itself.
     *
     * @param prefix goes before each name
     * @return addresses by name, without the prefix
     */
    public static Map<String, URI> create(SqsServer server, String prefix) {
        try (var client = client(server)) {
            var creating =
                    NAMES.stream().map(name -> create(client, prefix, name)).toList();
            var urls = new TreeMap<String, URI>();
            for (var i = 0; i < NAMES.size(); i++) {
                urls.put(NAMES.get(i), URI.create(creating.get(i).join().queueUrl()));
            }
            return urls;
        }
    }

    private static CompletableFuture<CreateQueueResponse> create(SqsAsyncClient client, String prefix, String name) {
        var redrive = "{\"deadLetterTargetArn\":\"arn:aws:sqs:%s:000000000000:%s\",\"maxReceiveCount\":\"%d\"}";
        var deadLetters = prefix + name + "-dlq";
        var region = client.serviceClientConfiguration().region().id();
        return client.createQueue(queue -> queue.queueName(deadLetters))
                .thenCompose(made -> client.createQueue(queue -> queue.queueName(prefix + name)
                        .attributes(Map.of(
                                QueueAttributeName.REDRIVE_POLICY,
                                redrive.formatted(region, deadLetters, DELIVERIES_BEFORE_DEAD_LETTER)))));
    }
}
