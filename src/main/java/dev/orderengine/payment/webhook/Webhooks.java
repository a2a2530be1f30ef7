package dev.orderengine.payment.webhook;

import dev.orderengine.payment.webhook.Notice.Result;
import dev.orderengine.payment.webhook.WebhookSource.ForgedException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what providers tell: checks it, does it once, and makes visible what became of it. */
public final class Webhooks {

    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);

    private final Map<String, WebhookSource> sources;
    private final PgNotices notices;
    private final Clock clock;
    private final MeterRegistry metrics;
    private final Runnable afterCommit;

    /**
     * @param sources one a provider
     * @param afterCommit called when events may have been recorded
     */
    public Webhooks(
            List<WebhookSource> sources, PgNotices notices, Clock clock, MeterRegistry metrics, Runnable afterCommit) {
        this.sources = sources.stream().collect(Collectors.toMap(WebhookSource::provider, Function.identity()));
        this.notices = notices;
        this.clock = clock;
        this.metrics = metrics;
        this.afterCommit = afterCommit;
    }

    /** Fails if it cannot be told now whether the delivery is genuine, or cannot be written: it has to be sent again. */
    public Future<Received> receive(Delivery delivery) {
        WebhookSource source = sources.get(delivery.provider());
        if (source == null) {
            return Future.succeededFuture(
                    forged(delivery, "webhooks of " + delivery.provider() + " are not configured"));
        }
        return source.read(delivery)
                .compose(notice -> take(delivery.provider(), notice))
                .recover(fault -> fault instanceof ForgedException
                        ? Future.succeededFuture(forged(delivery, fault.getMessage()))
                        : Future.failedFuture(fault))
                .onFailure(fault -> count(delivery.provider(), "failed"));
    }

    private Future<Received> take(String provider, Notice notice) {
        return notices.take(provider, notice, clock.instant())
                .onSuccess(result -> tell(provider, notice, result))
                .map(Received::done);
    }

    private void tell(String provider, Notice notice, Result result) {
        count(provider, result.wire());
        if (result == Result.APPLIED) {
            afterCommit.run();
        }
        if (result == Result.UNKNOWN) {
            LOG.warn(
                    "{} tells of money that is none of ours: {} {}, {}",
                    provider,
                    notice.type(),
                    notice.id(),
                    notice.news());
        }
    }

    private Received forged(Delivery delivery, String why) {
        count(delivery.provider(), "forged");
        LOG.warn("refused {}: {}", delivery, why);
        return Received.forged(why);
    }

    private void count(String provider, String result) {
        Counter.builder("webhooks.deliveries")
                .description("What providers told without being asked, by what became of it")
                .tag("provider", provider)
                .tag("result", result)
                .register(metrics)
                .increment();
    }
}
