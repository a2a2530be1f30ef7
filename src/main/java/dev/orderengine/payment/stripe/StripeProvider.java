package dev.orderengine.payment.stripe;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secret;
import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.LookUp;
import dev.orderengine.payment.Payment;
import dev.orderengine.payment.PaymentProvider;
import dev.orderengine.payment.ProviderClient;
import dev.orderengine.payment.ProviderReply;
import dev.orderengine.payment.Refund;
import dev.orderengine.payment.RefundOutcome;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;

/** Charges by Stripe's PaymentIntents, and gives back by its Refunds (docs.stripe.com/api). */
public final class StripeProvider implements PaymentProvider {

    /** The version of the API that this speaks, whatever the account's own is. */
    static final String API_VERSION = "2024-06-20";

    static final String INTENTS = "/v1/payment_intents";
    static final String REFUNDS = "/v1/refunds";

    private final ProviderClient client;
    private final StripeAnswers answers = new StripeAnswers();
    private final StripeRefunds refunds = new StripeRefunds();
    private final Secret apiKey;
    private final String captureMethod;

    /**
     * @param connections kept open, as many as calls may be under way at once
     * @param timeout of a call; its connection is closed then
     */
    public StripeProvider(
            Vertx vertx, EngineConfig.Stripe config, EngineConfig.Capture capture, int connections, Duration timeout) {
        this.client = new ProviderClient(vertx, config.baseUrl(), connections, timeout);
        this.apiKey = config.apiKey();
        this.captureMethod = capture == EngineConfig.Capture.AUTOMATIC ? "automatic" : "manual";
    }

    @Override
    public String name() {
        return "stripe";
    }

    @Override
    public Future<ChargeOutcome> charge(Payment payment) {
        OptionalLong amount = StripeAmount.of(payment.amount());
        if (amount.isEmpty()) {
            return Future.succeededFuture(new ChargeOutcome.Rejected("amount_not_chargeable"));
        }
        return request(HttpMethod.POST, INTENTS, payment.traceparent())
                .putHeader("Idempotency-Key", payment.id().toString())
                .sendForm(form(payment, amount.getAsLong()))
                .map(ProviderReply::of)
                .map(answers::toCharge)
                .otherwise(ProviderClient::trouble);
    }

    private MultiMap form(Payment payment, long amount) {
        return MultiMap.caseInsensitiveMultiMap()
                .add("amount", Long.toString(amount))
                .add("currency", payment.amount().currency().getCurrencyCode().toLowerCase(Locale.ROOT))
                .add("payment_method", payment.token())
                .add("payment_method_types[]", "card")
                .add("confirm", "true")
                .add("capture_method", captureMethod)
                // Nobody is there to take a further step: such cards are declined.
                .add("error_on_requires_action", "true")
                .add("metadata[order_id]", payment.orderId().toString())
                .add("metadata[payment_id]", payment.id().toString());
    }

    @Override
    public Future<ChargeOutcome> capture(Payment payment) {
        OptionalLong amount =
                StripeAmount.of(new Money(payment.toCapture(), payment.amount().currency()));
        if (amount.isEmpty()) {
            return Future.succeededFuture(new ChargeOutcome.Rejected("amount_not_chargeable"));
        }
        return request(HttpMethod.POST, INTENTS + "/" + payment.providerRef() + "/capture", payment.traceparent())
                .putHeader("Idempotency-Key", payment.id() + "-capture")
                .sendForm(
                        MultiMap.caseInsensitiveMultiMap().add("amount_to_capture", Long.toString(amount.getAsLong())))
                .map(ProviderReply::of)
                .map(answers::toCapture)
                .otherwise(ProviderClient::trouble);
    }

    /** Stripe holds money for its time and no longer. */
    @Override
    public Future<ChargeOutcome> renew(Payment payment) {
        return Future.succeededFuture(new ChargeOutcome.Rejected("authorization_lapses"));
    }

    @Override
    public Future<LookUp> lookUp(Payment payment) {
        return payment.providerRef() == null ? search(payment) : get(payment);
    }

    private Future<LookUp> get(Payment payment) {
        return request(HttpMethod.GET, INTENTS + "/" + payment.providerRef(), payment.traceparent())
                .send()
                .map(ProviderReply::of)
                .map(answers::toGet)
                .otherwise(fault -> new LookUp.Found(ProviderClient.trouble(fault)));
    }

    private Future<LookUp> search(Payment payment) {
        return request(HttpMethod.GET, INTENTS + "/search", payment.traceparent())
                .addQueryParam("query", "metadata['payment_id']:'" + payment.id() + "'")
                .send()
                .map(ProviderReply::of)
                .map(answers::toSearch)
                .otherwise(fault -> new LookUp.Found(ProviderClient.trouble(fault)));
    }

    @Override
    public Future<RefundOutcome> giveBack(Refund refund) {
        return refund.kind() == Kind.VOID ? cancel(refund) : refund(refund);
    }

    private Future<RefundOutcome> refund(Refund refund) {
        OptionalLong amount = StripeAmount.of(refund.amount());
        if (amount.isEmpty()) {
            return Future.succeededFuture(new RefundOutcome.Refused("amount_not_refundable"));
        }
        MultiMap form = MultiMap.caseInsensitiveMultiMap()
                .add("payment_intent", refund.paymentRef())
                .add("amount", Long.toString(amount.getAsLong()))
                .add("metadata[order_id]", refund.orderId().toString())
                .add("metadata[payment_id]", refund.paymentId().toString())
                .add("metadata[refund_id]", refund.id().toString());
        return request(HttpMethod.POST, REFUNDS, refund.traceparent())
                .putHeader("Idempotency-Key", refund.id().toString())
                .sendForm(form)
                .map(ProviderReply::of)
                .map(refunds::toRefund)
                .otherwise(fault -> new RefundOutcome.NoAnswer(ProviderClient.trouble(fault)));
    }

    private Future<RefundOutcome> cancel(Refund refund) {
        return request(HttpMethod.POST, INTENTS + "/" + refund.paymentRef() + "/cancel", refund.traceparent())
                .putHeader("Idempotency-Key", refund.id().toString())
                .sendForm(MultiMap.caseInsensitiveMultiMap())
                .map(ProviderReply::of)
                .map(refunds::toCancel)
                .otherwise(fault -> new RefundOutcome.NoAnswer(ProviderClient.trouble(fault)));
    }

    @Override
    public Future<RefundOutcome> lookUp(Refund refund) {
        if (refund.kind() == Kind.VOID) {
            return get(refund, INTENTS + "/" + refund.paymentRef(), refunds::toIntent);
        }
        return refund.providerRef() == null
                ? get(refund, REFUNDS + "?limit=100&payment_intent=" + refund.paymentRef(), inList(refund))
                : get(refund, REFUNDS + "/" + refund.providerRef(), refunds::toRefund);
    }

    private Function<ProviderReply, RefundOutcome> inList(Refund refund) {
        return reply -> refunds.toList(reply, refund.id().toString());
    }

    private Future<RefundOutcome> get(Refund refund, String path, Function<ProviderReply, RefundOutcome> reading) {
        return request(HttpMethod.GET, path, refund.traceparent())
                .send()
                .map(ProviderReply::of)
                .map(reading)
                .otherwise(fault -> new RefundOutcome.NoAnswer(ProviderClient.trouble(fault)));
    }

    private HttpRequest<Buffer> request(HttpMethod method, String path, String traceparent) {
        return client.request(method, path, traceparent)
                .bearerTokenAuthentication(apiKey.value())
                .putHeader("Stripe-Version", API_VERSION);
    }
}
