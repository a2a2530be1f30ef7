package dev.orderengine.payment.paypal;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.LookUp;
import dev.orderengine.payment.Payment;
import dev.orderengine.payment.PaymentProvider;
import dev.orderengine.payment.ProviderClient;
import dev.orderengine.payment.Refund;
import dev.orderengine.payment.RefundOutcome;
import dev.orderengine.payment.RefundOutcome.NoAnswer;
import dev.orderengine.payment.RefundOutcome.NotFound;
import dev.orderengine.payment.RefundOutcome.Refused;
import dev.orderengine.payment.paypal.PayPalOrder.Transfer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Charges by PayPal's Orders, made and paid in one step with a payment method that the customer saved (its {@code vault_id} is the
 * payment's token), and gives back by its Payments (developer.paypal.com/docs/api). Our reference is the id of PayPal's order.
 */
public final class PayPalProvider implements PaymentProvider {

    static final String ORDERS = "/v2/checkout/orders";
    private static final String CAPTURES = "/v2/payments/captures/";
    private static final String AUTHORIZATIONS = "/v2/payments/authorizations/";
    static final String REFUNDS = "/v2/payments/refunds/";

    private final PayPalCalls calls;
    private final PayPalAnswers answers;
    private final PayPalRefunds refunds;
    private final PayPalSearch search;
    private final String intent;

    /**
     * @param connections kept open, as many as calls may be under way at once
     * @param timeout of a call; its connection is closed then
     */
    public PayPalProvider(
            Vertx vertx,
            EngineConfig.PayPal config,
            EngineConfig.Capture capture,
            int connections,
            Duration timeout,
            Clock clock) {
        ProviderClient client = new ProviderClient(vertx, config.baseUrl(), connections, timeout);
        PayPalJson json = new PayPalJson();
        this.calls = new PayPalCalls(client, new AccessTokens(client, config, json, clock), json);
        this.answers = new PayPalAnswers(json);
        this.refunds = new PayPalRefunds(answers);
        this.search = new PayPalSearch(calls, json, clock);
        this.intent = capture == EngineConfig.Capture.AUTOMATIC ? "CAPTURE" : "AUTHORIZE";
    }

    @Override
    public String name() {
        return "paypal";
    }

    @Override
    public Future<ChargeOutcome> charge(Payment payment) {
        Optional<PayPalAmount> amount = PayPalAmount.of(payment.amount());
        if (amount.isEmpty()) {
            return Future.succeededFuture(new ChargeOutcome.Rejected("amount_not_chargeable"));
        }
        return calls.within(payment.traceparent())
                .post(ORDERS, payment.id().toString(), order(payment, amount.get()))
                .map(answers::toCharge)
                .otherwise(PayPalCalls::trouble);
    }

    private NewOrder order(Payment payment, PayPalAmount amount) {
        Unit unit = new Unit(payment.orderId().toString(), payment.id().toString(), amount);
        return new NewOrder(intent, List.of(unit), new Source(new Wallet(payment.token())));
    }

    @Override
    public Future<ChargeOutcome> capture(Payment payment) {
        return PayPalAmount.of(new Money(payment.toCapture(), payment.amount().currency()))
                .map(amount -> withHeld(
                        payment,
                        held -> calls.within(payment.traceparent())
                                .post(
                                        AUTHORIZATIONS + held.id() + "/capture",
                                        payment.id() + "-capture",
                                        new NewCapture(amount, true))
                                .map(reply -> answers.toCaptured(reply, payment.providerRef()))))
                .orElseGet(() -> Future.succeededFuture(new ChargeOutcome.Rejected("amount_not_chargeable")));
    }

    @Override
    public Future<ChargeOutcome> renew(Payment payment) {
        return withHeld(
                payment,
                held -> calls.within(payment.traceparent())
                        .post(AUTHORIZATIONS + held.id() + "/reauthorize", held.id() + "-renewal", null)
                        .map(reply -> answers.toRenewed(reply, payment.providerRef())));
    }

    /** Does something with the authorization that the order shows last; one that is not held any more says by itself what became of it. */
    private Future<ChargeOutcome> withHeld(Payment payment, Function<Transfer, Future<ChargeOutcome>> then) {
        return calls.within(payment.traceparent())
                .get(ORDERS + "/" + payment.providerRef())
                .compose(reply -> {
                    ChargeOutcome known = answers.toCharge(reply);
                    return known instanceof ChargeOutcome.Authorized
                            ? then.apply(answers.order(reply).orElseThrow().held())
                            : Future.succeededFuture(known);
                })
                .otherwise(PayPalCalls::trouble);
    }

    @Override
    public Future<LookUp> lookUp(Payment payment) {
        PayPalCalls traced = calls.within(payment.traceparent());
        Future<LookUp> found = payment.providerRef() == null
                ? search.find(payment).compose(result -> lookUp(result, traced))
                : traced.get(ORDERS + "/" + payment.providerRef()).map(answers::toGet);
        return found.otherwise(fault -> new LookUp.Found(PayPalCalls.trouble(fault)));
    }

    private Future<LookUp> lookUp(PayPalSearch.Result result, PayPalCalls traced) {
        if (result.transactionId() == null) {
            return Future.succeededFuture(result.nothing());
        }
        return result.isAuthorization()
                ? traced.get(AUTHORIZATIONS + result.transactionId()).map(answers::toAuthorization)
                : traced.get(CAPTURES + result.transactionId()).map(answers::toCapture);
    }

    @Override
    public Future<RefundOutcome> giveBack(Refund refund) {
        return withOrder(refund, order -> refund.kind() == Kind.VOID ? letGo(refund, order) : refund(refund, order));
    }

    private Future<RefundOutcome> letGo(Refund refund, PayPalOrder order) {
        RefundOutcome before = PayPalRefunds.voidIn(order);
        if (!(before instanceof NotFound)) {
            return Future.succeededFuture(before);
        }
        Transfer authorization = order.held();
        return calls.within(refund.traceparent())
                .post(AUTHORIZATIONS + authorization.id() + "/void", refund.id().toString(), null)
                .map(reply -> refunds.toVoid(reply, authorization));
    }

    /** The order shows what was refunded before, so that a repeat never picks another capture to refund once more. */
    private Future<RefundOutcome> refund(Refund refund, PayPalOrder order) {
        RefundOutcome before = PayPalRefunds.refundIn(order, refund.id().toString());
        if (!(before instanceof NotFound)) {
            return Future.succeededFuture(before);
        }
        Optional<PayPalAmount> amount = PayPalAmount.of(refund.amount());
        if (amount.isEmpty()) {
            return Future.succeededFuture(new Refused("amount_not_refundable"));
        }
        return PayPalRefunds.captureWith(order, amount.get().decimal())
                .map(capture -> refund(refund, capture, amount.get()))
                .orElseGet(() -> Future.succeededFuture(new Refused("no_capture_with_that_much_left")));
    }

    private Future<RefundOutcome> refund(Refund refund, Transfer capture, PayPalAmount amount) {
        NewRefund body =
                new NewRefund(amount, refund.orderId().toString(), refund.id().toString());
        return calls.within(refund.traceparent())
                .post(CAPTURES + capture.id() + "/refund", refund.id().toString(), body)
                .map(refunds::toRefund);
    }

    @Override
    public Future<RefundOutcome> lookUp(Refund refund) {
        if (refund.kind() == Kind.VOID) {
            return withOrder(refund, order -> Future.succeededFuture(PayPalRefunds.voidIn(order)));
        }
        return refund.providerRef() == null
                ? withOrder(
                        refund,
                        order -> Future.succeededFuture(
                                PayPalRefunds.refundIn(order, refund.id().toString())))
                : calls.within(refund.traceparent())
                        .get(REFUNDS + refund.providerRef())
                        .map(refunds::toRefund)
                        .otherwise(fault -> new NoAnswer(PayPalCalls.trouble(fault)));
    }

    private Future<RefundOutcome> withOrder(Refund refund, OrderStep then) {
        return calls.within(refund.traceparent())
                .get(ORDERS + "/" + refund.paymentRef())
                .compose(reply -> answers.order(reply)
                        .filter(order -> PayPalAnswers.isGood(reply))
                        .map(then::with)
                        .orElseGet(() -> Future.succeededFuture(PayPalRefunds.noOrder(reply))))
                .otherwise(fault -> new NoAnswer(PayPalCalls.trouble(fault)));
    }

    @FunctionalInterface
    private interface OrderStep {
        Future<RefundOutcome> with(PayPalOrder order);
    }

    private record NewOrder(String intent, List<Unit> purchaseUnits, Source paymentSource) {}

    private record Unit(String customId, String invoiceId, PayPalAmount amount) {}

    private record Source(Wallet paypal) {}

    private record Wallet(String vaultId) {}

    private record NewCapture(PayPalAmount amount, boolean finalCapture) {}

    private record NewRefund(PayPalAmount amount, String customId, String invoiceId) {}
}
