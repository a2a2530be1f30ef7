package dev.orderengine.notification;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.notification.NotificationStore.Backlog;
import dev.orderengine.notification.NotificationStore.Claimed;
import dev.orderengine.order.OrderStatus;
import dev.orderengine.telemetry.LogFields;
import dev.orderengine.telemetry.Spans;
import dev.orderengine.telemetry.TraceContext;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mails what is due, as fast as the throttle lets. A mail is claimed right before it is handed to the mail server. One that the server
 * certainly has not got is tried again, at growing intervals and ten times in all; of one that it may have got nothing more is sent.
 * Any number may run at once. Confined to one context.
 */
public final class Notifications {

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

    static final int MAX_ATTEMPTS = 10;

    /** Few enough that the last of them is not late at a slow server, over the client's ten connections. */
    private static final int BATCH = 20;
    /** Longer than a mail may take. */
    private static final Duration LEASE = Duration.ofMinutes(2);
    /** Longer than the queue keeps events, and than {@link NoticeIntake#STALE_AFTER}. */
    private static final Duration KEPT_FOR = Duration.ofDays(30);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LONGEST_RETRY = Duration.ofHours(1);

    private final NotificationStore store;
    private final Throttle throttle;
    private final Letters letters = new Letters();
    private final LetterFacts facts;
    private final Mailer mailer;
    private final Clock clock;
    private final NotificationFigures figures;
    private final Spans spans;

    /** @param writers where notes are kept */
    public Notifications(
            Pool writers,
            Throttle throttle,
            Mailer mailer,
            ObjectMapper json,
            Clock clock,
            NotificationFigures figures,
            Spans spans) {
        this.store = new NotificationStore(writers);
        this.throttle = throttle;
        this.facts = new LetterFacts(json);
        this.mailer = mailer;
        this.clock = clock;
        this.figures = figures;
        this.spans = spans;
    }

    /** Mails what is due now, as far as the throttle lets. */
    public Future<Void> run() {
        return store.giveUpInterrupted(clock.instant())
                .onSuccess(this::tellInterrupted)
                .compose(given -> store.backlog(clock.instant()))
                .onSuccess(figures::show)
                .compose(this::permits)
                .compose(permits -> permits == 0
                        ? Future.succeededFuture(List.<Claimed>of())
                        : store.claim(permits, LEASE, clock.instant()))
                .compose(this::sendAll)
                .compose(sent -> sent == BATCH ? run() : Future.succeededFuture());
    }

    /** Forgets what is long over. */
    public Future<Void> forget() {
        return store.forget(clock.instant().minus(KEPT_FOR));
    }

    private Future<Integer> permits(Backlog backlog) {
        int due = (int) Math.min(backlog.due(), BATCH);
        return due == 0 ? Future.succeededFuture(0) : throttle.take(due);
    }

    private void tellInterrupted(int mails) {
        if (mails > 0) {
            figures.interrupted(mails);
            LOG.error("{} mails were interrupted while they were sent, and are not sent again", mails);
        }
    }

    private Future<Integer> sendAll(List<Claimed> mails) {
        return Future.join(mails.stream().map(this::send).toList()).map(mails.size());
    }

    private Future<Void> send(Claimed mail) {
        if (mail.email() == null) {
            return skip(mail, "no_address");
        }
        if (mail.kind() == Kind.PAYMENT_FAILED
                && !OrderStatus.PAYMENT_FAILED.wire().equals(mail.status())) {
            return skip(mail, "obsolete");
        }
        Letter letter;
        try {
            Locale locale = Letters.nearest(mail.locale());
            letter = letters.write(mail.kind(), locale, facts.of(mail, locale));
        } catch (RuntimeException fault) {
            LOG.error("{} cannot be written", mail, LogFields.order(mail.orderId()), trace(mail), fault);
            return giveUp(mail, "it cannot be written", false);
        }
        return handOver(mail, letter).compose(outcome -> settle(mail, outcome));
    }

    private Future<MailOutcome> handOver(Claimed mail, Letter letter) {
        return spans.watched(
                "mail",
                mail.traceparent(),
                span -> span.setAttribute("order_id", mail.orderId().toString())
                        .setAttribute("mail.kind", mail.kind().wire()),
                outcome -> outcome.result() == MailOutcome.Result.SENT
                        ? null
                        : outcome.result().name(),
                span -> mailer.send(mail.email(), letter));
    }

    private Future<Void> settle(Claimed mail, MailOutcome outcome) {
        return switch (outcome.result()) {
            case SENT -> {
                figures.sent(mail.kind());
                LOG.debug("{} is sent", mail, LogFields.order(mail.orderId()), trace(mail));
                yield store.sent(mail, clock.instant());
            }
            case NOT_SENT -> {
                figures.failed("not_sent");
                yield mail.attempt() < MAX_ATTEMPTS
                        ? retry(mail, outcome.reason())
                        : giveUp(mail, outcome.reason(), false);
            }
            case REFUSED -> {
                figures.failed("refused");
                yield giveUp(mail, outcome.reason(), false);
            }
            case DOUBTFUL -> {
                figures.failed("doubtful");
                yield giveUp(mail, "may have been sent: " + outcome.reason(), true);
            }
        };
    }

    private Future<Void> skip(Claimed mail, String why) {
        figures.skipped(why);
        return store.skip(mail, why, clock.instant());
    }

    private Future<Void> retry(Claimed mail, String reason) {
        LOG.warn("{} is not sent: {}", mail, reason, LogFields.order(mail.orderId()), trace(mail));
        return store.retry(mail, clock.instant().plus(retryAfter(mail.attempt())), reason, clock.instant());
    }

    private Future<Void> giveUp(Claimed mail, String reason, boolean inDoubt) {
        figures.givenUp(mail.kind());
        LOG.error("{} is given up: {}", mail, reason, LogFields.order(mail.orderId()), trace(mail));
        return store.giveUp(mail, reason, inDoubt, clock.instant());
    }

    /** How long a mail is left alone after so many tries: 5 s, 15 s, 45 s … an hour; all ten take four hours. */
    static Duration retryAfter(int attempts) {
        Duration wanted = FIRST_RETRY.multipliedBy((long) Math.pow(3, Math.min(attempts - 1, 10)));
        return wanted.compareTo(LONGEST_RETRY) < 0 ? wanted : LONGEST_RETRY;
    }

    private static Object trace(Claimed mail) {
        return LogFields.trace(TraceContext.of(mail.traceparent()));
    }
}
