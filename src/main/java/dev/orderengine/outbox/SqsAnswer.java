package dev.orderengine.outbox;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.outbox.SqsCalls.RefusedEntry;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * What SQS says; null where it says nothing of it.
 *
 * @param type of a refusal, after a namespace and {@code #}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record SqsAnswer(
        @JsonProperty("QueueUrl") String queueUrl,
        @JsonProperty("Failed") List<RefusedEntry> failed,
        @JsonProperty("__type") String type,
        @JsonProperty("message") @JsonAlias("Message") String message) {

    private static final int OK = 200;
    private static final SqsAnswer NOTHING = new SqsAnswer(null, null, null, null);
    private static final ObjectReader READER = new ObjectMapper().readerFor(SqsAnswer.class);

    /**
     * Reads an answer.
     *
     * @throws SqsException unless SQS did what it was asked for
     */
    static SqsAnswer read(int status, Buffer body) {
        try {
            SqsAnswer answer = READER.readValue(body.getBytes());
            if (status == OK && answer != null) {
                return answer;
            }
            throw answer == null ? NOTHING.refusal(status) : answer.refusal(status);
        } catch (IOException e) {
            throw NOTHING.refusal(status);
        }
    }

    private SqsException refusal(int status) {
        String code = type == null ? "" : type.substring(type.lastIndexOf('#') + 1);
        String reason = message == null ? "status " + status + " without a reason" : message;
        SqsException.Builder refusal =
                code.equals("QueueDoesNotExist") ? QueueDoesNotExistException.builder() : SqsException.builder();
        return (SqsException) refusal.statusCode(status)
                .message(reason)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(reason)
                        .build())
                .build();
    }

    /** The entries of a batch that SQS did not take. */
    List<RefusedEntry> refused() {
        return failed == null ? List.of() : failed;
    }
}
