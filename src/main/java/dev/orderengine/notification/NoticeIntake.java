package dev.orderengine.notification;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.queue.Handled;
import dev.orderengine.queue.Message;
import dev.orderengine.queue.MessageHandler;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Notes down what customers are to be told, once per event and kind, however often the event comes. Confined to its consumer's context.
 */
public final class NoticeIntake implements MessageHandler {

    /** Older news is none. Shorter than notes are kept, so that nobody is told twice. */
    static final Duration STALE_AFTER = Duration.ofDays(7);

    private static final MicroBatcher.Limits LIMITS = new MicroBatcher.Limits(100, 1, 10_000);

    private final NoticeReader reader;
    private final Clock clock;
    private final MicroBatcher<Notice, NotificationStore.Noted> notes;
    private final NotificationFigures figures;

    /** @param writers where notes are kept */
    public NoticeIntake(
            Pool writers,
            ObjectMapper json,
            Clock clock,
            NotificationFigures figures,
            MeterRegistry metrics,
            Spans spans) {
        NotificationStore store = new NotificationStore(writers);
        this.reader = new NoticeReader(json);
        this.clock = clock;
        this.figures = figures;
        this.notes = new MicroBatcher<>(
                "notices",
                LIMITS,
                metrics,
                notices -> spans.together(
                        "note_notices",
                        notices.stream().map(Notice::traceparent).toList(),
                        () -> store.note(notices, clock.instant())));
    }

    @Override
    public Future<Handled> handle(Message message) {
        Optional<Notice> notice;
        try {
            notice = reader.read(message);
        } catch (UnreadableEventException e) {
            return Future.succeededFuture(new Handled.Never(e.getMessage()));
        }
        return notice.map(this::note).orElseGet(Future::succeededFuture).map(new Handled.Done());
    }

    private Future<Void> note(Notice notice) {
        if (notice.at().isBefore(clock.instant().minus(STALE_AFTER))) {
            figures.skipped("stale");
            return Future.succeededFuture();
        }
        return notes.submit(notice).onSuccess(figures::noted).mapEmpty();
    }
}
