package dev.orderengine.outbox;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.vertx.core.Future;
import java.util.List;
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
    Future<List<RefusedEntry>> send(String queueUrl, List<SqsMessage> messages);

    /**
     * An entry of a batch that SQS did not take.
     *
     * @param id its place in the batch
     * @param senderFault whether it is to blame for what it carries
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record RefusedEntry(
            @JsonProperty("Id") String id,
            @JsonProperty("Code") String code,
            @JsonProperty("Message") String message,
            @JsonProperty("SenderFault") boolean senderFault) {}
}
