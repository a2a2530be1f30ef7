package dev.orderengine.dev.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The simulator's own calls: faults, the receiver of webhooks, and what was charged. */
final class SimulatorControl {

    private final Faults faults;
    private final StripeLedger stripe;
    private final PayPalLedger paypal;
    private final StripeWebhooks stripeWebhooks;
    private final PayPalWebhooks paypalWebhooks;

    SimulatorControl(
            Faults faults,
            StripeLedger stripe,
            PayPalLedger paypal,
            StripeWebhooks stripeWebhooks,
            PayPalWebhooks paypalWebhooks) {
        this.faults = faults;
        this.stripe = stripe;
        this.paypal = paypal;
        this.stripeWebhooks = stripeWebhooks;
        this.paypalWebhooks = paypalWebhooks;
    }

    boolean serves(String path) {
        return path.startsWith("/simulator/");
    }

    Reply handle(HttpServerRequest request, Buffer body) {
        try {
            return switch (request.method() + " " + request.path()) {
                case "POST /simulator/faults" -> setFault(body.toJsonObject());
                case "GET /simulator/faults" -> Reply.ok(this::allFaults);
                case "DELETE /simulator/faults" -> clearFaults();
                case "POST /simulator/webhook" -> setReceiver(body.toJsonObject());
                case "GET /simulator/charges" -> charges(Optional.ofNullable(request.getParam("payment_id")));
                default -> refusal(404, "no such call");
            };
        } catch (RuntimeException e) {
            return refusal(400, e.getMessage());
        }
    }

    private Reply setFault(JsonObject json) {
        var fault = new Faults.Fault(
                json.getLong("latency_ms", 0L),
                json.getDouble("error_rate", 0.0),
                json.getInteger("error_status", 500),
                loss(json),
                json.getLong("search_lag_ms", 0L),
                json.getBoolean("writes_only", false));
        faults.set(json.getString("provider", "stripe"), fault);
        return Reply.ok(this::allFaults);
    }

    private static Faults.Loss loss(JsonObject json) {
        if (json.getBoolean("down", false)) {
            return Faults.Loss.CONNECTION;
        }
        return json.getBoolean("mute", false) ? Faults.Loss.ANSWER : Faults.Loss.NOTHING;
    }

    private Reply clearFaults() {
        faults.clear();
        return Reply.ok(this::allFaults);
    }

    private Reply setReceiver(JsonObject json) {
        var url = Optional.ofNullable(json.getString("url"));
        stripeWebhooks.sendTo(url.map(base -> URI.create(base + "/stripe")));
        paypalWebhooks.sendTo(url.map(base -> URI.create(base + "/paypal")));
        return Reply.ok(() -> json);
    }

    private JsonObject allFaults() {
        var json = new JsonObject();
        faults.all()
                .forEach((provider, fault) -> json.put(
                        provider,
                        new JsonObject()
                                .put("latency_ms", fault.latencyMs())
                                .put("error_rate", fault.errorRate())
                                .put("error_status", fault.errorStatus())
                                .put("down", fault.loss() == Faults.Loss.CONNECTION)
                                .put("mute", fault.loss() == Faults.Loss.ANSWER)
                                .put("search_lag_ms", fault.searchLagMs())
                                .put("writes_only", fault.writesOnly())));
        return json;
    }

    private Reply charges(Optional<String> paymentId) {
        var charges = Stream.concat(
                        stripe.charges().map(Charge::of), paypal.charges().map(Charge::of))
                .filter(charge -> paymentId.map(charge.paymentId()::equals).orElse(true))
                .toList();
        var perPayment = charges.stream().collect(Collectors.groupingBy(Charge::paymentId, Collectors.counting()));
        var twice = perPayment.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .map(java.util.Map.Entry::getKey)
                .toList();
        return Reply.ok(() -> new JsonObject()
                .put("count", charges.size())
                .put("payments", perPayment.size())
                .put(
                        "amount_received",
                        charges.stream().mapToLong(Charge::received).sum())
                .put("charged_more_than_once", new JsonArray(twice)));
    }

    /** @param received minor units */
    private record Charge(String paymentId, long received) {

        static Charge of(PaymentIntent intent) {
            return new Charge(intent.metadata().getOrDefault("payment_id", intent.id()), intent.amountReceived());
        }

        static Charge of(PayPalTransfer capture) {
            return new Charge(
                    capture.paymentId(), capture.amount().unscaledValue().longValueExact());
        }
    }

    private static Reply refusal(int status, String message) {
        return new Reply(status, () -> new JsonObject().put("error", message), false);
    }
}
