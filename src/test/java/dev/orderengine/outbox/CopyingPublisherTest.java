package dev.orderengine.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.outbox.PublishResult.Held;
import dev.orderengine.outbox.PublishResult.Refused;
import dev.orderengine.outbox.PublishResult.Sent;
import dev.orderengine.outbox.PublishResult.Unanswered;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

class CopyingPublisherTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final UUID ORDER = UUID.randomUUID();
    private static final UUID NEIGHBOUR = UUID.randomUUID();
    private static final List<OutboxEvent> EVENTS = List.of(
            event(1, ORDER, 1, "plain"),
            event(2, ORDER, 2, "copied"),
            event(3, NEIGHBOUR, 1, "plain"),
            event(4, ORDER, 3, "plain"));

    private final RecordingPublisher all = new RecordingPublisher(VERTX);
    private final RecordingPublisher copies = new RecordingPublisher(VERTX);

    @AfterAll
    static void close() {
        VERTX.close().await();
    }

    @Test
    void publish_sendsAllAndCopiesOfSome() {
        assertThat(publish(copies)).containsExactly(new Sent(), new Sent(), new Sent(), new Sent());

        assertThat(copies.delivered()).extracting(OutboxEvent::row).containsExactly(2L);
        assertThat(all.delivered()).extracting(OutboxEvent::row).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void publish_whenACopyIsRefused_holdsTheRestOfItsOrderOnly() {
        copies.refusedType = "copied";

        List<PublishResult> results = publish(copies);

        assertThat(results).element(1).isInstanceOf(Refused.class);
        assertThat(results).element(3).isEqualTo(new Held());
        assertThat(all.delivered()).extracting(OutboxEvent::row).containsExactly(1L, 3L);
    }

    @Test
    void publish_whenCopiesAreAway_saysSo() {
        copies.away = true;

        assertThat(publish(copies)).element(1).isInstanceOf(Unanswered.class);
        assertThat(all.delivered()).extracting(OutboxEvent::row).containsExactly(1L, 3L);
    }

    @Test
    void publish_whenTheQueueOfTheCopiesIsMissing_doesNotBlameTheEventNorSqs() {
        EventPublisher missing = events -> Future.failedFuture(
                QueueDoesNotExistException.builder().message("no").build());

        assertThat(publish(missing))
                .containsExactly(
                        new Sent(),
                        new Refused("the queue that it is copied to does not exist", false),
                        new Sent(),
                        new Held());
    }

    @Test
    void publish_nothingToCopy_asksNobodyElse() {
        copies.away = true;

        assertThat(new CopyingPublisher(all, copies, event -> false)
                        .publish(EVENTS)
                        .await())
                .hasSize(4)
                .containsOnly(new Sent());
        assertThat(copies.attempts).isZero();
    }

    private List<PublishResult> publish(EventPublisher to) {
        return new CopyingPublisher(all, to, event -> event.type().equals("copied"))
                .publish(EVENTS)
                .await();
    }

    private static OutboxEvent event(long row, UUID order, int sequence, String type) {
        return new OutboxEvent(row, order, sequence, type, "{}", Instant.EPOCH, null, 0);
    }
}
