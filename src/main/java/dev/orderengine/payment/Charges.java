package dev.orderengine.payment;

import dev.orderengine.payment.PaymentStore.Settled;
import dev.orderengine.payment.PaymentStore.Settlement;
import dev.orderengine.payment.PaymentStore.Taken;
import dev.orderengine.telemetry.LogFields;
import dev.orderengine.telemetry.Spans;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The payments of one provider as jobs. */
public final class Charges implements Jobs<Taken, ChargeOutcome> {

    private static final Logger LOG = LoggerFactory.getLogger(Charges.class);

    private final PaymentStore store;
    private final Guarded provider;
    private final Clock clock;
    private final Spans spans;

    public Charges(PaymentStore store, Guarded provider, Clock clock, Spans spans) {
        this.store = store;
        this.provider = provider;
        this.clock = clock;
        this.spans = spans;
    }

    @Override
    public String kind() {
        return "payments";
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
        return taken.payment().orderId();
    }

    @Override
    public boolean isOpen(Taken taken) {
        return taken.step() != Step.NOTHING;
    }

    @Override
    public Future<ChargeOutcome> ask(Taken taken) {
        Payment payment = taken.payment();
        return switch (taken.step()) {
            case ASK -> provider.charge(payment);
            case CAPTURE -> provider.capture(payment);
            case RENEW -> provider.renew(payment);
            default -> provider.lookUp(payment).compose(found -> found(taken, found));
        };
    }

    private Future<ChargeOutcome> found(Taken taken, LookUp lookUp) {
        if (lookUp instanceof LookUp.Found found) {
            return Future.succeededFuture(found.outcome());
        }
        return taken.step() == Step.LOOK_UP_OR_ASK
                ? provider.charge(taken.payment())
                : Future.succeededFuture(new ChargeOutcome.Unknown("the provider shows no such payment", false));
    }

    @Override
    public String nameOf(ChargeOutcome outcome) {
        return outcome.name();
    }

    @Override
    public Future<List<Boolean>> settle(List<Answered<Taken, ChargeOutcome>> answers) {
        List<Settlement> settlements = answers.stream()
                .map(answered -> new Settlement(answered.job(), answered.answer()))
                .toList();
        return spans.together(
                        "settle_payments",
                        settlements.stream()
                                .map(settlement -> settlement.taken().payment().traceparent())
                                .toList(),
                        () -> store.settle(settlements, clock.instant()))
                .map(settled -> written(settlements, settled));
    }

    private static List<Boolean> written(List<Settlement> settlements, Map<Settlement, Settled> settled) {
        settled.forEach(Charges::tell);
        return settlements.stream()
                .map(settlement -> settled.get(settlement).written())
                .toList();
    }

    private static void tell(Settlement settlement, Settled settled) {
        if (settlement.outcome() instanceof ChargeOutcome.Rejected rejected) {
            LOG.error(
                    "{}: the provider refused what we asked for: {}",
                    settlement.taken(),
                    rejected,
                    LogFields.order(settlement.taken().payment().orderId()));
        }
        if (settled.written() && settled.payment().flagged()) {
            LOG.error(
                    "{} needs a person",
                    settled.payment(),
                    LogFields.order(settled.payment().orderId()));
        }
    }
}
