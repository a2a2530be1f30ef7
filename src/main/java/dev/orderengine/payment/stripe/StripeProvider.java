package dev.orderengine.payment.stripe;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.LookUp;
import dev.orderengine.payment.Payment;
import dev.orderengine.payment.PaymentProvider;
import dev.orderengine.payment.Refund;
import dev.orderengine.payment.RefundOutcome;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import javax.net.ssl.SSLHandshakeException;

/** Charges by Stripe's PaymentIntents, and gives back by its Refunds (docs.stripe.com/api). */
public final class StripeProvider implements PaymentProvider {

    /** The version of the API that this speaks, whatever the account's own is. */
    private static final String API_VERSION = "2024-06-20";

    /** Shorter than servers keep idle connections, so that they seldom close one that is about to be used. */
    private static final int KEEP_ALIVE_SECONDS = 20;

    private static final String INTENTS = "/v1/payment_intents";
    private static final String REFUNDS = "/v1/refunds";

    private final WebClient client;
    private final StripeAnswers answers = new StripeAnswers();
    private final StripeRefunds refunds = new StripeRefunds();
    private final String basePath;
    private final String apiKey;
    private final String captureMethod;
    private final Duration timeout;

    /**
     * @param connections kept open, as many as calls may be under way at once
     * @param timeout of a call; its connection is closed then
     */
    public StripeProvider(
            Vertx vertx, EngineConfig.Stripe config, EngineConfig.Capture capture, int connections, Duration timeout) {
        URI url = config.baseUrl();
        boolean ssl = url.getScheme().equals("https");
        this.client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setUserAgent("order-engine")
                        .setDefaultHost(url.getHost())
                        .setDefaultPort(port(url, ssl))
                        .setSsl(ssl)
                        .setFollowRedirects(false)
                        .setConnectTimeout((int) timeout.toMillis())
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
                new PoolOptions().setHttp1MaxSize(connections));
        this.basePath = url.getPath();
        this.apiKey = config.apiKey();
        this.captureMethod = capture == EngineConfig.Capture.AUTOMATIC ? "automatic" : "manual";
        this.timeout = timeout;
    }

    private static int port(URI url, boolean ssl) {
        int byScheme = ssl ? 443 : 80;
        return url.getPort() < 0 ? byScheme : url.getPort();
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
        return request(HttpMethod.POST, INTENTS)
                .putHeader("Idempotency-Key", payment.id().toString())
                .sendForm(form(payment, amount.getAsLong()))
                .map(answer -> answers.toCharge(answer.statusCode(), retryAfter(answer), bytes(answer)))
                .otherwise(StripeProvider::trouble);
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
    public Future<LookUp> lookUp(Payment payment) {
        return payment.providerRef() == null ? search(payment) : get(payment.providerRef());
    }

    private Future<LookUp> get(String ref) {
        return request(HttpMethod.GET, INTENTS + "/" + ref)
                .send()
                .map(answer -> answers.toGet(answer.statusCode(), retryAfter(answer), bytes(answer)))
                .otherwise(fault -> new LookUp.Found(trouble(fault)));
    }

    private Future<LookUp> search(Payment payment) {
        return request(HttpMethod.GET, INTENTS + "/search")
                .addQueryParam("query", "metadata['payment_id']:'" + payment.id() + "'")
                .send()
                .map(answer -> answers.toSearch(answer.statusCode(), retryAfter(answer), bytes(answer)))
                .otherwise(fault -> new LookUp.Found(trouble(fault)));
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
        return request(HttpMethod.POST, REFUNDS)
                .putHeader("Idempotency-Key", refund.id().toString())
                .sendForm(form)
                .map(answer -> refunds.toRefund(answer.statusCode(), retryAfter(answer), bytes(answer)))
                .otherwise(fault -> new RefundOutcome.NoAnswer(trouble(fault)));
    }

    private Future<RefundOutcome> cancel(Refund refund) {
        return request(HttpMethod.POST, INTENTS + "/" + refund.paymentRef() + "/cancel")
                .putHeader("Idempotency-Key", refund.id().toString())
                .sendForm(MultiMap.caseInsensitiveMultiMap())
                .map(answer -> refunds.toCancel(answer.statusCode(), retryAfter(answer), bytes(answer)))
                .otherwise(fault -> new RefundOutcome.NoAnswer(trouble(fault)));
    }

    @Override
    public Future<RefundOutcome> lookUp(Refund refund) {
        if (refund.kind() == Kind.VOID) {
            return get(INTENTS + "/" + refund.paymentRef(), refunds::toIntent);
        }
        return refund.providerRef() == null
                ? get(REFUNDS + "?limit=100&payment_intent=" + refund.paymentRef(), inList(refund))
                : get(REFUNDS + "/" + refund.providerRef(), refunds::toRefund);
    }

    private Reading inList(Refund refund) {
        return (status, retryAfter, body) ->
                refunds.toList(status, retryAfter, body, refund.id().toString());
    }

    private Future<RefundOutcome> get(String path, Reading reading) {
        return request(HttpMethod.GET, path)
                .send()
                .map(answer -> reading.read(answer.statusCode(), retryAfter(answer), bytes(answer)))
                .otherwise(fault -> new RefundOutcome.NoAnswer(trouble(fault)));
    }

    @FunctionalInterface
    private interface Reading {
        RefundOutcome read(int status, String retryAfter, byte[] body);
    }

    private HttpRequest<Buffer> request(HttpMethod method, String path) {
        return client.request(method, basePath + path)
                .timeout(timeout.toMillis())
                .bearerTokenAuthentication(apiKey)
                .putHeader("Stripe-Version", API_VERSION);
    }

    private static String retryAfter(HttpResponse<Buffer> answer) {
        return answer.getHeader("Retry-After");
    }

    private static byte[] bytes(HttpResponse<Buffer> answer) {
        return answer.body() == null ? new byte[0] : answer.body().getBytes();
    }

    /** What a failure of the network means: only without a connection it is certain that nothing was asked. */
    private static ChargeOutcome trouble(Throwable fault) {
        boolean neverLeft = fault instanceof ConnectException
                || fault instanceof UnknownHostException
                || fault instanceof SSLHandshakeException;
        return neverLeft
                ? new ChargeOutcome.Unavailable(fault.toString(), Duration.ZERO)
                : new ChargeOutcome.Unknown(fault.toString(), isRepeatable(fault));
    }

    /** A lost connection may be replaced at once; who did not answer in time is not asked again at once. */
    private static boolean isRepeatable(Throwable fault) {
        return !(fault instanceof java.util.concurrent.TimeoutException);
    }
}
