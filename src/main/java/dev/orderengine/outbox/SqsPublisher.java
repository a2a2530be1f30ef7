package dev.orderengine.outbox;

import dev.orderengine.telemetry.Spans;
import io.vertx.core.Future;
import java.util.List;

/**
 * Publishes to one SQS queue, by batches of ten, several at once. The queue is named by its name, which is resolved at the first use
 * and again until that succeeds, or by its URL. A queue whose URL ends in {@code .fifo} gets the order id as the group and the event id
 * for deduplication.
 */
public final class SqsPublisher implements EventPublisher {

    private final SqsCalls sqs;
    private final Spans spans;
    private final String queue;
    private volatile String url;

    /** @param queue name or URL */
    public SqsPublisher(SqsCalls sqs, Spans spans, String queue) {
        this.sqs = sqs;
        this.spans = spans;
        this.queue = queue;
        this.url = queue.contains("://") ? queue : null;
    }

    @Override
    public Future<List<PublishResult>> publish(List<OutboxEvent> events) {
        return url().compose(found -> new SqsPublication(sqs, new SendingSpans(spans, found), found, events).run());
    }

    private Future<String> url() {
        if (url != null) {
            return Future.succeededFuture(url);
        }
        return sqs.queueUrl(queue).onSuccess(found -> url = found);
    }
}
