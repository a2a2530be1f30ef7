package dev.orderengine.notification;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The figures of what customers are told. */
public final class NotificationFigures {

    private final MeterRegistry metrics;
    private volatile NotificationStore.Backlog backlog = new NotificationStore.Backlog(0, 0, 0);

    public NotificationFigures(MeterRegistry metrics) {
        this.metrics = metrics;
        Gauge.builder("notifications.due", this, figures -> figures.backlog.due())
                .description("Mails whose time has come, counted up to 10,000")
                .register(metrics);
        Gauge.builder("notifications.due.age", this, figures -> figures.backlog.ageSeconds())
                .description("How long the first due mail waits")
                .baseUnit("seconds")
                .register(metrics);
        Gauge.builder("notifications.dead", this, figures -> figures.backlog.dead())
                .description("Mails that were given up and wait for a person, counted up to 10,000")
                .register(metrics);
    }

    /** What waits now. */
    void show(NotificationStore.Backlog read) {
        backlog = read;
    }

    /** What became of an event that was noted down. */
    void noted(NotificationStore.Noted noted) {
        switch (noted) {
            case NEW -> counter("notifications.noted", "Events that customers are to be told of", "result", "new");
            case KNOWN -> counter("notifications.noted", "Events that customers are to be told of", "result", "known");
            case UNREACHABLE -> skipped("no_address");
        }
    }

    void sent(Kind kind) {
        counter("notifications.sent", "Mails that the mail server took", "kind", kind.wire());
    }

    /** @param why not_reached, refused or doubtful */
    void failed(String why) {
        counter("notifications.failed", "Tries to mail that failed", "why", why);
    }

    void givenUp(Kind kind) {
        counter("notifications.given.up", "Mails that were given up", "kind", kind.wire());
    }

    void interrupted(int mails) {
        Counter.builder("notifications.interrupted")
                .description("Mails of engines that ended before they could say what became of them")
                .register(metrics)
                .increment(mails);
    }

    /** @param why no_address, stale or obsolete */
    void skipped(String why) {
        counter("notifications.skipped", "Events that customers are not told of", "why", why);
    }

    private void counter(String name, String description, String tag, String value) {
        Counter.builder(name)
                .description(description)
                .tag(tag, value)
                .register(metrics)
                .increment();
    }
}
