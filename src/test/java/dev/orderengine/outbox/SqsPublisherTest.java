package dev.orderengine.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.outbox.PublishResult.Held;
import dev.orderengine.outbox.PublishResult.Refused;
import dev.orderengine.outbox.PublishResult.Sent;
import dev.orderengine.outbox.PublishResult.Unanswered;
import dev.orderengine.outbox.SqsCalls.RefusedEntry;
import dev.orderengine.telemetry.Spans;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sqs.model.SqsException;

@Timeout(60)
class SqsPublisherTest {

    private static final String URL = "http://sqs.test/queue";

    private final FakeSqs sqs = new FakeSqs();
    private final SqsPublisher publisher = new SqsPublisher(sqs, Spans.off(), URL);

    @Test
    void publish_manyEvents_goInTens() {
        assertThat(publish(singles(25))).hasSize(25).containsOnly(new Sent());

        assertThat(sqs.callSizes()).containsExactlyInAnyOrder(10, 10, 5);
    }

    @Test
    void publish_eventsOfOneOrder_goOneAfterTheOther() {
        UUID order = UUID.randomUUID();

        publish(List.of(event(order, 1), event(UUID.randomUUID(), 1), event(order, 2), event(order, 3)));

        assertThat(sqs.callSizes()).containsExactly(2, 1, 1);
        assertThat(sqs.taken).containsSubsequence(order + "/1", order + "/2", order + "/3");
    }

    @Test
    void publish_bigEvents_stayBelowTheBytesOfACall() {
        List<OutboxEvent> events = IntStream.range(0, 5)
                .mapToObj(i -> event(UUID.randomUUID(), 1, 100_000))
                .toList();

        assertThat(publish(events)).containsOnly(new Sent());

        assertThat(sqs.callSizes()).containsExactlyInAnyOrder(2, 2, 1);
    }

    @Test
    void publish_eventThatIsTooBig_isRefusedWithoutACall() {
        List<PublishResult> results =
                publish(List.of(event(UUID.randomUUID(), 1, 262_144), event(UUID.randomUUID(), 1)));

        assertThat(results.get(0)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.senderFault()).isTrue();
            assertThat(refused.reason()).contains("bytes");
        });
        assertThat(results.get(1)).isEqualTo(new Sent());
        assertThat(sqs.callSizes()).containsExactly(1);
    }

    @Test
    void publish_entryRefused_holdsTheLaterEventsOfItsOrderOnly() {
        UUID order = UUID.randomUUID();
        UUID other = UUID.randomUUID();
        sqs.refusedEntries.add(order + "/2");

        List<PublishResult> results = publish(List.of(
                event(order, 1), event(order, 2), event(order, 3), event(other, 1), event(other, 2), event(other, 3)));

        assertThat(results)
                .containsExactly(
                        new Sent(),
                        new Refused("Odd: it is odd", true),
                        new Held(),
                        new Sent(),
                        new Sent(),
                        new Sent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"InvalidMessageContents", "AWS.SimpleQueueService.BatchRequestTooLong"})
    void publish_callFailsForItsContent_eachEventGoesAlone(String code) {
        List<OutboxEvent> events = singles(4);
        sqs.poison = CloudEvent.of(events.get(2)).id();
        sqs.failure = failure(400, code);

        assertThat(publish(events))
                .containsExactly(new Sent(), new Sent(), new Refused(sqs.failure.getMessage(), true), new Sent());
        assertThat(sqs.callSizes()).containsExactly(4, 1, 1, 1, 1);
    }

    @Test
    void publish_callFailsOtherwise_isUnansweredAndNoFurtherCallStarts() {
        sqs.failure = new IOException("connection reset");

        assertThat(publish(singles(100)))
                .hasSize(100)
                .allSatisfy(result -> assertThat(result)
                        .isInstanceOfSatisfying(
                                Unanswered.class,
                                unanswered -> assertThat(unanswered.cause()).hasMessage("connection reset")));
        assertThat(sqs.callSizes()).as("no more than were begun at once").hasSizeBetween(1, 4);
    }

    @ParameterizedTest
    @CsvSource({
        "503, ServiceUnavailable",
        "403, SignatureDoesNotMatch",
        "400, UnrecognizedClientException",
        "400, RequestThrottled",
        "400, RequestTimeTooSkewed",
        "400, AWS.SimpleQueueService.NonExistentQueue",
    })
    void publish_callFailsForAnotherReason_isUnansweredNotRefused(int status, String code) {
        sqs.failure = failure(status, code);

        assertThat(publish(singles(1)).get(0)).isInstanceOf(Unanswered.class);
    }

    @Test
    void publish_badRequestThatSaysNothing_isRefused() {
        sqs.failure =
                SqsException.builder().statusCode(400).message("malformed").build();

        assertThat(publish(singles(1))).containsExactly(new Refused("malformed", true));

        sqs.failure = failure(400, null);
        assertThat(publish(singles(1)).get(0)).isInstanceOf(Refused.class);
    }

    @Test
    void publish_awayInTheMiddle_tellsWhatWasSent() {
        UUID order = UUID.randomUUID();
        sqs.poison = order + "/2";
        sqs.failure = new IOException("gone");

        List<PublishResult> results = publish(List.of(event(order, 1), event(order, 2), event(order, 3)));

        assertThat(results.get(0)).isEqualTo(new Sent());
        assertThat(results.subList(1, 3)).hasOnlyElementsOfType(Unanswered.class);
        assertThat(sqs.callSizes()).containsExactly(1, 1);
    }

    @Test
    void publish_queueByName_isResolvedOnceItCanBe() {
        SqsPublisher byName = new SqsPublisher(sqs, Spans.off(), "queue");
        sqs.knowsQueue = false;
        assertThatThrownBy(() -> byName.publish(singles(1)).await()).hasMessageContaining("unknown queue");

        sqs.knowsQueue = true;
        byName.publish(singles(1)).await();
        byName.publish(singles(1)).await();

        assertThat(sqs.resolved).isEqualTo(2);
        assertThat(sqs.requests).hasSize(2);
        assertThat(sqs.urls).containsOnly(URL);
    }

    private List<PublishResult> publish(List<OutboxEvent> events) {
        return publisher.publish(events).await();
    }

    private static List<OutboxEvent> singles(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> event(UUID.randomUUID(), 1))
                .toList();
    }

    private static OutboxEvent event(UUID order, int sequence) {
        return event(order, sequence, 10);
    }

    private static OutboxEvent event(UUID order, int sequence, int characters) {
        String data = "{\"text\":\"" + "x".repeat(characters) + "\"}";
        return new OutboxEvent(sequence, order, sequence, "order.placed", data, Instant.EPOCH, null, 0);
    }

    private static SqsException failure(int status, String code) {
        return (SqsException) SqsException.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("not that")
                        .build())
                .build();
    }

    /** Takes what is sent, and refuses or fails as told. */
    private static final class FakeSqs implements SqsCalls {

        final List<List<SqsMessage>> requests = new ArrayList<>();
        final Set<String> urls = new HashSet<>();
        final List<String> taken = new ArrayList<>();
        final Set<String> refusedEntries = new HashSet<>();
        String poison;
        Exception failure;
        boolean knowsQueue = true;
        int resolved;

        @Override
        public Future<String> queueUrl(String name) {
            resolved++;
            return knowsQueue ? Future.succeededFuture(URL) : Future.failedFuture(new IOException("unknown queue"));
        }

        @Override
        public Future<List<RefusedEntry>> send(String queueUrl, List<SqsMessage> messages) {
            requests.add(messages);
            urls.add(queueUrl);
            if (failure != null && (poison == null || ids(messages).contains(poison))) {
                return Future.failedFuture(failure);
            }
            List<RefusedEntry> refused = new ArrayList<>();
            for (int i = 0; i < messages.size(); i++) {
                if (refusedEntries.contains(messages.get(i).id())) {
                    refused.add(new RefusedEntry(Integer.toString(i), "Odd", "it is odd", true));
                } else {
                    taken.add(messages.get(i).id());
                }
            }
            return Future.succeededFuture(refused);
        }

        List<Integer> callSizes() {
            return requests.stream().map(List::size).toList();
        }

        private static List<String> ids(List<SqsMessage> messages) {
            return messages.stream().map(SqsMessage::id).toList();
        }
    }
}
