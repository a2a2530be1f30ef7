package dev.orderengine.queue;

import dev.orderengine.card.CardNumbers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** The calls of a consumer to one queue and its dead-letter queue. Futures complete on the caller's context. */
final class SqsQueue {

    /** What SQS takes in one call. */
    static final int MAX_BATCH = 10;

    private static final String FIFO = ".fifo";
    private static final String DEAD_LETTERS = "-dlq";
    private static final String REASON = "failure_reason";
    private static final int MAX_ATTRIBUTES = 10;
    private static final int LONGEST_REASON = 500;
    /** What a call may take beyond the time that SQS waits for messages. */
    private static final Duration ANSWER = Duration.ofSeconds(3);

    private final Vertx vertx;
    private final SqsAsyncClient sqs;
    private final String queue;
    private String url;

    /** @param queue name or URL */
    SqsQueue(Vertx vertx, SqsAsyncClient sqs, String queue) {
        this.vertx = vertx;
        this.sqs = sqs;
        this.queue = queue;
        this.url = queue.contains("://") ? queue : null;
    }

    /** The queue's name: its URL ends in it. */
    String name() {
        return queue.substring(queue.lastIndexOf('/') + 1);
    }

    /** The queue's address, asked for until it is known. */
    Future<String> url() {
        if (url != null) {
            return Future.succeededFuture(url);
        }
        return answer(sqs.getQueueUrl(request -> request.queueName(queue))).map(found -> url = found.queueUrl());
    }

    /**
     * Waits for messages at {@link #url()}. The call is handed out as it is, so that it can be cut short.
     *
     * @param most 1 to 10
     */
    CompletableFuture<ReceiveMessageResponse> receive(String from, int most, Duration wait, Duration visibility) {
        return sqs.receiveMessage(request -> request.queueUrl(from)
                .maxNumberOfMessages(most)
                .waitTimeSeconds((int) wait.toSeconds())
                .visibilityTimeout((int) visibility.toSeconds())
                .messageAttributeNames("All")
                .messageSystemAttributeNames(
                        MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                        MessageSystemAttributeName.SENT_TIMESTAMP,
                        MessageSystemAttributeName.MESSAGE_GROUP_ID)
                .overrideConfiguration(
                        call -> call.apiCallAttemptTimeout(wait.plus(ANSWER)).apiCallTimeout(wait.plus(ANSWER))));
    }

    /** Forgets at most ten messages; says of each whether it is forgotten. */
    Future<List<Boolean>> delete(List<Received> messages) {
        List<DeleteMessageBatchRequestEntry> entries = IntStream.range(0, messages.size())
                .mapToObj(i -> DeleteMessageBatchRequestEntry.builder()
                        .id(Integer.toString(i))
                        .receiptHandle(messages.get(i).receipt())
                        .build())
                .toList();
        return answer(sqs.deleteMessageBatch(request -> request.queueUrl(url).entries(entries)))
                .map(response -> successes(messages.size(), response.failed()));
    }

    /** Hides messages for that time from now on, zero to show them at once; says for how many that failed. */
    Future<Integer> hide(List<Received> messages, Duration visibility) {
        List<Future<Integer>> calls = new ArrayList<>();
        for (int from = 0; from < messages.size(); from += MAX_BATCH) {
            calls.add(hideTen(messages.subList(from, Math.min(from + MAX_BATCH, messages.size())), visibility));
        }
        return Future.join(calls)
                .map(done -> calls.stream().mapToInt(Future::result).sum());
    }

    private Future<Integer> hideTen(List<Received> messages, Duration visibility) {
        List<ChangeMessageVisibilityBatchRequestEntry> entries = IntStream.range(0, messages.size())
                .mapToObj(i -> ChangeMessageVisibilityBatchRequestEntry.builder()
                        .id(Integer.toString(i))
                        .receiptHandle(messages.get(i).receipt())
                        .visibilityTimeout((int) visibility.toSeconds())
                        .build())
                .toList();
        return answer(sqs.changeMessageVisibilityBatch(
                        request -> request.queueUrl(url).entries(entries)))
                .map(response -> response.failed().size());
    }

    /** Copies a message to the dead-letter queue, with why it is there, and without card numbers. */
    Future<Void> bury(Received message, String reason) {
        return answer(sqs.getQueueUrl(request -> request.queueName(deadLetters())))
                .compose(found -> answer(sqs.sendMessage(deadLetter(message, reason, found.queueUrl()))))
                .mapEmpty();
    }

    /** About how many messages wait; to be asked once {@link #url()} is known. */
    Future<Long> size() {
        return answer(sqs.getQueueAttributes(request ->
                        request.queueUrl(url).attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)))
                .map(response ->
                        Long.valueOf(response.attributes().get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)));
    }

    /** Sends a dead letter here again; to be asked once {@link #url()} is known. */
    Future<Void> revive(Received letter) {
        Map<String, MessageAttributeValue> attributes =
                new HashMap<>(letter.raw().messageAttributes());
        attributes.remove(REASON);
        return answer(sqs.sendMessage(copy(letter, attributes, url))).mapEmpty();
    }

    private SendMessageRequest deadLetter(Received message, String reason, String to) {
        Map<String, MessageAttributeValue> attributes =
                new HashMap<>(message.raw().messageAttributes());
        if (attributes.size() < MAX_ATTRIBUTES || attributes.containsKey(REASON)) {
            attributes.put(REASON, text(CardNumbers.masked(reason)));
        }
        return copy(message, attributes, to);
    }

    private static SendMessageRequest copy(Received message, Map<String, MessageAttributeValue> attributes, String to) {
        SendMessageRequest.Builder request = SendMessageRequest.builder()
                .queueUrl(to)
                .messageBody(CardNumbers.masked(message.raw().body()))
                .messageAttributes(attributes);
        if (to.endsWith(FIFO)) {
            request.messageGroupId(message.raw().attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID))
                    .messageDeduplicationId(message.message().id());
        }
        return request.build();
    }

    /** The name of the queue for what nobody could do anything with. */
    String deadLetters() {
        String name = name();
        return name.endsWith(FIFO)
                ? name.substring(0, name.length() - FIFO.length()) + DEAD_LETTERS + FIFO
                : name + DEAD_LETTERS;
    }

    private static MessageAttributeValue text(String reason) {
        String bounded = reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
        return MessageAttributeValue.builder()
                .dataType("String")
                .stringValue(bounded.isBlank() ? "unknown" : bounded)
                .build();
    }

    private static List<Boolean> successes(int size, List<BatchResultErrorEntry> failed) {
        Set<Integer> failures =
                failed.stream().map(error -> Integer.valueOf(error.id())).collect(Collectors.toSet());
        return IntStream.range(0, size).mapToObj(i -> !failures.contains(i)).toList();
    }

    private <T> Future<T> answer(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, vertx.getOrCreateContext());
    }
}
