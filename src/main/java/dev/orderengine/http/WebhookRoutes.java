package dev.orderengine.http;

import dev.orderengine.bus.Bus;
import dev.orderengine.payment.webhook.Delivery;
import dev.orderengine.payment.webhook.Received;
import dev.orderengine.payment.webhook.WebhookVerticle;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What payment providers tell (specification, section 6). They sign what they send, and have no token. */
final class WebhookRoutes {

    private final Bus bus;
    private final AuditTrail audit;
    private final JsonOut json;

    WebhookRoutes(Bus bus, AuditTrail audit, JsonOut json) {
        this.bus = bus;
        this.audit = audit;
        this.json = json;
    }

    void stripe(RoutingContext context) {
        receive(context, "stripe");
    }

    void paypal(RoutingContext context) {
        receive(context, "paypal");
    }

    private void receive(RoutingContext context, String provider) {
        Buffer body = context.body().buffer();
        Delivery delivery =
                new Delivery(provider, headers(context.request()), body == null ? new byte[0] : body.getBytes());
        bus.ask(WebhookVerticle.RECEIVE, delivery)
                .onSuccess(received -> answer(context, provider, received))
                .onFailure(context::fail);
    }

    private static Map<String, String> headers(HttpServerRequest request) {
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        return headers;
    }

    private void answer(RoutingContext context, String provider, Received received) {
        if (received.forgery() != null) {
            audit.record(context, "webhook.receive", provider, "refused", Map.of("reason", received.forgery()));
            context.fail(new ProblemException(Problem.of(
                    400,
                    "invalid_signature",
                    "This is not from " + provider,
                    "The signature does not match, is too old, or is not there.")));
            return;
        }
        Responses.json(
                context,
                200,
                json.object(
                        out -> out.writeStringField("result", received.result().wire())));
    }
}
