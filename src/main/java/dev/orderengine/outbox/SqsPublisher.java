package dev.orderengine.outbox;

import dev.orderengine.telemetry.Spans;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * Publishes to one SQS queue, by batches of ten, several at once. The queue is named by its name, which is resolved at the first use
 * and again until that succeeds, or by its URL. A queue whose URL ends in {@code .fifo} gets the order id as the group and the event id
 * for deduplication.
 */
public final class SqsPublisher implements EventPublisher {

    private final Vertx vertx;
    private final SqsAsyncClient sqs;
    private final Spans spans;
    private final String queue;
    private volatile String url;

    /**
     * @param sqs as {@link SqsClients} makes it; not closed here
     * @param queue name or URL
     */
    public SqsPublisher(Vertx vertx, SqsAsyncClient sqs, Spans spans, String queue) {
        this.vertx = vertx;
        this.sqs = sqs;
        this.spans = spans;
        this.queue = queue;
        this.url = queue.contains("://") ? queue : null;
    }

    @Override
    public Future<List<PublishResult>> publish(List<OutboxEvent> events) {
        Context context = vertx.getOrCreateContext();
        return url(context)
                .compose(
                        found -> new SqsPublication(sqs, context, new SendingSpans(spans, found), found, events).run());
    }

    private Future<String> url(Context context) {
        if (url != null) {
            return Future.succeededFuture(url);
        }
        return Future.fromCompletionStage(sqs.getQueueUrl(request -> request.queueName(queue)), context)
                .map(response -> url = response.queueUrl());
    }
}
