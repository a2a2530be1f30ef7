package dev.orderengine.payment.paypal;

import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.ProviderClient;
import dev.orderengine.payment.ProviderReply;
import dev.orderengine.payment.paypal.AccessTokens.NoTokenException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpRequest;
import java.util.function.Function;

/** Calls to PayPal with an access token; a call whose token is refused is made once more with a new one. */
final class PayPalCalls {

    private static final int UNAUTHORIZED = 401;

    private final ProviderClient client;
    private final AccessTokens tokens;
    private final PayPalJson json;
    private final String traceparent;

    PayPalCalls(ProviderClient client, AccessTokens tokens, PayPalJson json) {
        this(client, tokens, json, null);
    }

    private PayPalCalls(ProviderClient client, AccessTokens tokens, PayPalJson json, String traceparent) {
        this.client = client;
        this.tokens = tokens;
        this.json = json;
        this.traceparent = traceparent;
    }

    /** The same in the name of a span. @param span its traceparent; null if there is none */
    PayPalCalls within(String span) {
        return new PayPalCalls(client, tokens, json, span);
    }

    Future<ProviderReply> get(String path) {
        return authorized(token -> request(HttpMethod.GET, path, token).send().map(ProviderReply::of));
    }

    /**
     * @param requestId what PayPal tells repeats by; null where it tells none
     * @param body written as JSON; null for none
     */
    Future<ProviderReply> post(String path, String requestId, Object body) {
        return authorized(token -> post(request(HttpMethod.POST, path, token), requestId, body));
    }

    private Future<ProviderReply> post(HttpRequest<Buffer> request, String requestId, Object body) {
        if (requestId != null) {
            request.putHeader("PayPal-Request-Id", requestId);
        }
        return request.putHeader("Prefer", "return=representation")
                .putHeader("Content-Type", "application/json")
                .sendBuffer(body == null ? Buffer.buffer() : Buffer.buffer(json.bytes(body)))
                .map(ProviderReply::of);
    }

    private HttpRequest<Buffer> request(HttpMethod method, String path, String token) {
        return client.request(method, path, traceparent).bearerTokenAuthentication(token);
    }

    private Future<ProviderReply> authorized(Function<String, Future<ProviderReply>> call) {
        return tokens.current()
                .compose(token -> call.apply(token).compose(reply -> {
                    if (reply.status() != UNAUTHORIZED) {
                        return Future.succeededFuture(reply);
                    }
                    tokens.refused(token);
                    return tokens.current().compose(call);
                }));
    }

    /** What a call that failed means for what was asked. */
    static ChargeOutcome trouble(Throwable fault) {
        return fault instanceof NoTokenException noToken ? noToken.outcome() : ProviderClient.trouble(fault);
    }
}
