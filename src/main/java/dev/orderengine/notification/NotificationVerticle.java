package dev.orderengine.notification;

import dev.orderengine.batch.Recurring;
import dev.orderengine.queue.QueueConsumer;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Lets the events be consumed that customers are told of, mails be sent again and again, and old notes be forgotten. */
public final class NotificationVerticle extends VerticleBase {

    private static final Duration SEND_INTERVAL = Duration.ofSeconds(1);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);

    private final QueueConsumer events;
    private final Notifications notifications;
    private final MeterRegistry metrics;
    private Recurring sending;
    private Recurring forgetting;

    /** @param events hands what comes to a {@link NoticeIntake} */
    public NotificationVerticle(QueueConsumer events, Notifications notifications, MeterRegistry metrics) {
        this.events = events;
        this.notifications = notifications;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        sending = new Recurring(vertx, "notifications", SEND_INTERVAL, metrics, notifications::run);
        forgetting = new Recurring(vertx, "notifications_kept", FORGET_INTERVAL, metrics, notifications::forget);
        events.start();
        sending.start();
        forgetting.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return Future.join(events.stop(), sending.stop(), forgetting.stop());
    }
}
