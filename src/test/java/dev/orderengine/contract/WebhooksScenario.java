package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.PaymentSimulator;
import dev.orderengine.dev.simulator.StripeWebhooks;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What providers tell, signed and not. */
record WebhooksScenario(PaymentSimulator simulator) implements Scenario {

    @Override
    public void play(RunningEngine engine) {
        Api anybody = engine.withToken(null).with(TRACED);
        String stripe = """
                {"id": "evt_%s", "type": "payout.paid", "data": {"object": {"object": "payout"}}}""".formatted(UUID.randomUUID());
        String paypal = """
                {"id": "WH-%s", "event_type": "A.B", "resource_type": "plan", "resource": {}}""".formatted(UUID.randomUUID());
        long now = Instant.now().getEpochSecond();

        expect(
                200,
                anybody,
                "stripe",
                stripe,
                Map.of(
                        "Stripe-Signature",
                        StripeWebhooks.signature(simulator.options().webhookSecret(), now, stripe)));
        expect(
                400,
                anybody,
                "stripe",
                stripe,
                Map.of("Stripe-Signature", StripeWebhooks.signature("another", now, stripe)));
        expect(200, anybody, "paypal", paypal, simulator.paypalWebhooks().signed(paypal));
        expect(400, anybody, "paypal", paypal, simulator.paypalWebhooks().signed(paypal + " "));
    }

    private static void expect(int status, Api api, String provider, String body, Map<String, String> headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
        headers.forEach((name, value) -> all.addAll(List.of(name, value)));
        assertThat(api.send(
                                "POST",
                                "/webhooks/" + provider,
                                body.getBytes(StandardCharsets.UTF_8),
                                all.toArray(String[]::new))
                        .status())
                .as(provider)
                .isEqualTo(status);
    }
}
