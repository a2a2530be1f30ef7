package dev.orderengine.queue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The dead letters of one queue. Futures complete on the caller's context, and fail when SQS does not answer. */
public final class DeadLetterQueue {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterQueue.class);

    /** Long enough for a batch to be moved, short enough for what failed to be seen again soon. */
    private static final Duration HIDDEN = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final SqsQueue queue;
    private final SqsQueue dead;

    /** @param queue name or URL of the queue whose dead letters they are */
    public DeadLetterQueue(Vertx vertx, SqsAsyncClient sqs, String queue) {
        this.vertx = vertx;
        this.queue = new SqsQueue(vertx, sqs, queue);
        this.dead = new SqsQueue(vertx, sqs, this.queue.deadLetters());
    }

    /** The name of the queue that they come from and go back to. */
    public String name() {
        return queue.name();
    }

    /** About how many there are, as SQS has it. */
    public Future<Long> count() {
        return dead.url().compose(known -> dead.size());
    }

    /**
     * Sends them back to their queue, without their reason; says how many. Each is sent before it is deleted: a crash in between leaves two
     * of it, never none.
     *
     * @param most at most so many, in batches of ten
     */
    public Future<Integer> redrive(int most) {
        return queue.url().compose(known -> dead.url()).compose(url -> redrive(url, most, 0));
    }

    private Future<Integer> redrive(String url, int most, int before) {
        if (before >= most) {
            return Future.succeededFuture(before);
        }
        int batch = Math.min(SqsQueue.MAX_BATCH, most - before);
        return Future.fromCompletionStage(dead.receive(url, batch, Duration.ZERO, HIDDEN), vertx.getOrCreateContext())
                .map(found -> found.messages().stream().map(Received::of).toList())
                .compose(messages -> messages.isEmpty()
                        ? Future.succeededFuture(before)
                        : move(messages).compose(moved -> redrive(url, most, before + messages.size())));
    }

    private Future<Void> move(List<Received> messages) {
        return Future.join(messages.stream().map(queue::revive).toList())
                .compose(sent -> dead.delete(messages))
                .onSuccess(deleted ->
                        tellUndeleted(deleted.stream().filter(done -> !done).count()))
                .mapEmpty();
    }

    private void tellUndeleted(long letters) {
        if (letters > 0) {
            LOG.warn("{} dead letters of {} were sent again, and are still among the dead", letters, name());
        }
    }
}
