package dev.orderengine.payment;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** A provider that answers as it is told, in order; the last answer is repeated. */
final class ScriptedProvider implements PaymentProvider {

    private final Deque<Supplier<Future<ChargeOutcome>>> charges = new ArrayDeque<>();
    private final Deque<Supplier<Future<LookUp>>> lookUps = new ArrayDeque<>();
    private final Deque<Supplier<Future<RefundOutcome>>> refunds = new ArrayDeque<>();
    private final Deque<Supplier<Future<RefundOutcome>>> refundLookUps = new ArrayDeque<>();
    int charged;
    int lookedUp;
    int givenBack;
    int refundsLookedUp;

    ScriptedProvider charging(ChargeOutcome... outcomes) {
        for (ChargeOutcome outcome : outcomes) {
            chargingBy(() -> Future.succeededFuture(outcome));
        }
        return this;
    }

    ScriptedProvider chargingBy(Supplier<Future<ChargeOutcome>> answer) {
        charges.add(answer);
        return this;
    }

    ScriptedProvider finding(LookUp... found) {
        for (LookUp one : found) {
            lookUps.add(() -> Future.succeededFuture(one));
        }
        return this;
    }

    ScriptedProvider givingBack(RefundOutcome... outcomes) {
        for (RefundOutcome outcome : outcomes) {
            refunds.add(() -> Future.succeededFuture(outcome));
        }
        return this;
    }

    ScriptedProvider findingRefunds(RefundOutcome... outcomes) {
        for (RefundOutcome outcome : outcomes) {
            refundLookUps.add(() -> Future.succeededFuture(outcome));
        }
        return this;
    }

    @Override
    public String name() {
        return "stripe";
    }

    @Override
    public Future<ChargeOutcome> charge(Payment payment) {
        charged++;
        return next(charges);
    }

    @Override
    public Future<ChargeOutcome> capture(Payment payment) {
        return next(charges);
    }

    @Override
    public Future<ChargeOutcome> renew(Payment payment) {
        return next(charges);
    }

    @Override
    public Future<LookUp> lookUp(Payment payment) {
        lookedUp++;
        return next(lookUps);
    }

    private static <T> Future<T> next(Deque<Supplier<Future<T>>> script) {
        return (script.size() > 1 ? script.poll() : script.peek()).get();
    }

    @Override
    public Future<RefundOutcome> giveBack(Refund refund) {
        givenBack++;
        return next(refunds);
    }

    @Override
    public Future<RefundOutcome> lookUp(Refund refund) {
        refundsLookedUp++;
        return next(refundLookUps);
    }
}
