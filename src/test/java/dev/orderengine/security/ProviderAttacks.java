package dev.orderengine.security;

import dev.orderengine.support.Answer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What pretends to come from a payment provider. What a provider itself does wrong is the matter of FailureMatrixIT. */
final class ProviderAttacks {

    private static final String PAID = """
            {"id": "evt_forged", "type": "payment_intent.succeeded",
             "data": {"object": {"id": "pi_forged", "status": "succeeded", "amount": 1, "currency": "usd"}}}""";

    private final Target target;
    private final String secret;

    ProviderAttacks(Target target) {
        this.target = target;
        this.secret = target.engine().environment().get("ENGINE_PAYMENTS_STRIPE_WEBHOOK_SECRET");
    }

    Stream<Attack> attacks() throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String good = signature(now, PAID, secret);
        Map<String, String> signatures = new LinkedHashMap<>();
        signatures.put("no signature", "");
        signatures.put("nonsense", "x");
        signatures.put("only a time", "t=" + now);
        signatures.put("an empty one", "t=" + now + ",v1=");
        signatures.put("another secret's", "t=" + now + ",v1=" + signature(now, PAID, "guess"));
        signatures.put("another body's", "t=" + now + ",v1=" + signature(now, PAID + " ", secret));
        signatures.put("another time's", "t=" + (now + 1) + ",v1=" + good);
        signatures.put("an old one", "t=" + (now - 3_600) + ",v1=" + signature(now - 3_600, PAID, secret));
        signatures.put("one of the future", "t=" + (now + 86_400) + ",v1=" + signature(now + 86_400, PAID, secret));
        signatures.put("an old scheme", "t=" + now + ",v0=" + good);
        signatures.put("a time that is none", "t=now,v1=" + good);
        signatures.put("a part of it", "t=" + now + ",v1=" + good.substring(0, 10));
        Stream<Attack> stripe = signatures.entrySet().stream()
                .map(signature -> new Attack(
                        Risk.API10,
                        "Stripe's, with " + signature.getKey(),
                        () -> forged("stripe", "Stripe-Signature", signature.getValue())));
        Stream<Attack> paypal = Stream.of(
                        "PAYPAL-TRANSMISSION-SIG",
                        "PAYPAL-TRANSMISSION-ID",
                        "PAYPAL-CERT-URL",
                        "PAYPAL-AUTH-ALGO",
                        "Authorization")
                .map(header -> new Attack(
                        Risk.API10, "PayPal's, with " + header + " alone", () -> forged("paypal", header, "forged")));
        return Stream.concat(stripe, paypal);
    }

    private Optional<String> forged(String provider, String header, String value) {
        Answer answer = value.isEmpty()
                ? target.with(null).post("/webhooks/" + provider, PAID)
                : target.with(null).post("/webhooks/" + provider, PAID, header, value);
        return Target.unless(answer, 400);
    }

    private static String signature(long time, String body, String secret) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal((time + "." + body).getBytes(StandardCharsets.UTF_8)));
    }
}
