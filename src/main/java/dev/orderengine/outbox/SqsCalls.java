package dev.orderengine.outbox;

import io.vertx.core.Future;
import java.util.List;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** What publishing asks of SQS. A call that SQS refuses as a whole fails with {@link SqsException}; others fail as the network does. */
public interface SqsCalls {

    /** The URL of the queue of that name. */
    Future<String> queueUrl(String name);

    /**
     * Sends messages in one call.
     *
     * @param messages ten at most; the entry of each has its place in the list as its id
     * @return the entries that SQS refused; it took all others
     */
    Future<List<BatchResultErrorEntry>> send(String queueUrl, List<SqsMessage> messages);
}
