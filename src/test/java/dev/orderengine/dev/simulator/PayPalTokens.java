package dev.orderengine.dev.simulator;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** PayPal's access tokens, granted to one application. Used on the event loop; revoked from any thread. */
public final class PayPalTokens {

    private static final int LIFE_SECONDS = 32_400;

    private final Clock clock;
    private final String basic;
    private final Map<String, Instant> expiries = new ConcurrentHashMap<>();

    PayPalTokens(Clock clock, String clientId, String clientSecret) {
        this.clock = clock;
        this.basic = "Basic "
                + Base64.getEncoder().encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
    }

    /** Ends all tokens, as PayPal does when the application's secret changes. */
    public void revokeAll() {
        expiries.clear();
    }

    Reply grant(Call call) {
        if (!call.authorization().equals(basic)) {
            return new Reply(
                    401,
                    () -> new JsonObject()
                            .put("error", "invalid_client")
                            .put("error_description", "Client Authentication failed"),
                    false);
        }
        var token = "A21AA" + UUID.randomUUID().toString().replace("-", "");
        expiries.put(token, clock.instant().plusSeconds(LIFE_SECONDS));
        return Reply.ok(() -> new JsonObject()
                .put("scope", "https://uri.paypal.com/services/payments/payment")
                .put("access_token", token)
                .put("token_type", "Bearer")
                .put("app_id", "APP-80W284485P519543T")
                .put("expires_in", LIFE_SECONDS)
                .put("nonce", UUID.randomUUID().toString()));
    }

    boolean admits(String authorization) {
        return authorization.startsWith("Bearer ")
                && expiries.getOrDefault(authorization.substring("Bearer ".length()), Instant.MIN)
                        .isAfter(clock.instant());
    }
}
