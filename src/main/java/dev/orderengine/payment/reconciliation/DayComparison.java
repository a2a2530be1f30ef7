package dev.orderengine.payment.reconciliation;

import dev.orderengine.payment.reconciliation.ProviderBooks.NoAnswerException;
import dev.orderengine.payment.reconciliation.ProviderBooks.Page;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Compares one day at one provider: first what the provider lists, then what of ours is not among that, which the provider is asked for one
 * by one, for it may have been made a moment before midnight and charged after it, or the other way round.
 */
final class DayComparison {

    private static final int OURS_AT_ONCE = 500;
    /** Nothing is changed by asking, so that it may be repeated. */
    private static final RetryConfig REPEATS = RetryConfig.custom()
            .maxAttempts(5)
            .intervalFunction(IntervalFunction.ofExponentialBackoff(Duration.ofMillis(100), 2))
            .retryExceptions(NoAnswerException.class)
            .build();

    private final Vertx vertx;
    private final ProviderBooks theirs;
    private final OurBooks ours;
    private final Run run;
    private final Supplier<Future<Void>> goOn;
    private final Clock clock;
    private final Retry retry = Retry.of("reconciliation", REPEATS);
    private final Findings findings = new Findings();

    /** @param goOn asked before each call of the provider; fails if the run is to end */
    DayComparison(Vertx vertx, ProviderBooks theirs, OurBooks ours, Run run, Supplier<Future<Void>> goOn, Clock clock) {
        this.vertx = vertx;
        this.theirs = theirs;
        this.ours = ours;
        this.run = run;
        this.goOn = goOn;
        this.clock = clock;
    }

    /** Does all of it; fails with {@link NoAnswerException} if the provider does not answer, though asked several times. */
    Future<Findings> compare() {
        return listed(null)
                .compose(done -> unlisted(Item.PAYMENT, null))
                .compose(done -> unlisted(Item.REFUND, null))
                .map(done -> findings);
    }

    private Future<Void> listed(String after) {
        Instant read = clock.instant();
        return asked(() -> theirs.page(run.day(), after), retry.asyncContext())
                .compose(page -> match(page, read).map(page))
                .compose(page -> page.next() == null ? Future.succeededFuture() : listed(page.next()));
    }

    private Future<Void> match(Page page, Instant read) {
        return ours.of(theirs.provider(), page.entries())
                .onSuccess(known ->
                        page.entries().forEach(entry -> findings.listed(entry, known.counterpart(entry), read)))
                .mapEmpty();
    }

    private Future<Void> unlisted(Item item, UUID after) {
        return ours.madeOn(item, theirs.provider(), run.day(), after, OURS_AT_ONCE)
                .compose(made -> lookUp(made).map(made))
                .compose(made -> made.size() < OURS_AT_ONCE
                        ? Future.succeededFuture()
                        : unlisted(item, made.get(made.size() - 1).id()));
    }

    private Future<Void> lookUp(List<Ours> made) {
        Future<Void> lookedUp = Future.succeededFuture();
        for (Ours one : made) {
            if (!findings.hasSeen(one)) {
                lookedUp = lookedUp.compose(before -> lookUp(one));
            }
        }
        return lookedUp;
    }

    private Future<Void> lookUp(Ours one) {
        Instant read = clock.instant();
        Future<Optional<Theirs>> found = one.ref() == null
                ? Future.succeededFuture(Optional.empty())
                : asked(() -> theirs.find(one), retry.asyncContext());
        return found.onSuccess(held -> findings.lookedUp(one, held, read)).mapEmpty();
    }

    private <T> Future<T> asked(Supplier<Future<T>> question, Retry.AsyncContext<T> tries) {
        return goOn.get().compose(going -> question.get()).recover(fault -> {
            long pause = tries.onError(fault);
            return pause < 1
                    ? Future.failedFuture(fault)
                    : vertx.timer(pause, TimeUnit.MILLISECONDS).compose(fired -> asked(question, tries));
        });
    }
}
