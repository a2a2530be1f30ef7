package dev.orderengine.payment;

import dev.orderengine.payment.RefundStore.Settlement;
import dev.orderengine.payment.RefundStore.Taken;
import dev.orderengine.telemetry.LogFields;
import dev.orderengine.telemetry.Spans;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The refunds of one provider as jobs. */
public final class Refunds implements Jobs<Taken, RefundOutcome> {

    private static final Logger LOG = LoggerFactory.getLogger(Refunds.class);

    private final RefundStore store;
    private final Guarded provider;
    private final Clock clock;
    private final Spans spans;

    public Refunds(RefundStore store, Guarded provider, Clock clock, Spans spans) {
        this.store = store;
        this.provider = provider;
        this.clock = clock;
        this.spans = spans;
    }

    @Override
    public String kind() {
        return "refunds";
    }

    @Override
    public String provider() {
        return provider.name();
    }

    @Override
    public int openings() {
        return provider.openings();
    }

    @Override
    public Future<List<Taken>> claim(int limit) {
        return store.claim(provider.name(), limit, clock.instant());
    }

    @Override
    public UUID orderOf(Taken taken) {
        return taken.refund().orderId();
    }

    @Override
    public boolean isOpen(Taken taken) {
        return true;
    }

    @Override
    public Future<RefundOutcome> ask(Taken taken) {
        return taken.step() == Step.ASK
                ? provider.giveBack(taken.refund())
                : provider.lookUp(taken.refund()).compose(found -> found(taken, found));
    }

    private Future<RefundOutcome> found(Taken taken, RefundOutcome found) {
        return found instanceof RefundOutcome.NotFound && taken.step() == Step.LOOK_UP_OR_ASK
                ? provider.giveBack(taken.refund())
                : Future.succeededFuture(found);
    }

    @Override
    public String nameOf(RefundOutcome outcome) {
        return outcome.name();
    }

    @Override
    public Future<List<Boolean>> settle(List<Answered<Taken, RefundOutcome>> answers) {
        List<Settlement> settlements = answers.stream()
                .map(answered -> new Settlement(answered.job(), answered.answer()))
                .toList();
        return spans.together(
                        "settle_refunds",
                        settlements.stream()
                                .map(settlement -> settlement.taken().refund().traceparent())
                                .toList(),
                        () -> store.settle(settlements, clock.instant()))
                .onSuccess(settled -> settled.stream().filter(Objects::nonNull).forEach(Refunds::tell))
                .map(settled -> settled.stream().map(Objects::nonNull).toList());
    }

    private static void tell(Refund refund) {
        if (refund.flagged()) {
            LOG.error("{} needs a person: {}", refund, refund.failureCode(), LogFields.order(refund.orderId()));
        }
    }
}
