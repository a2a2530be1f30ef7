package dev.orderengine.payment.stripe;

import dev.orderengine.payment.webhook.WebhookSource.ForgedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks the header {@code Stripe-Signature}: {@code t=<seconds>,v1=<hex>,…}, where a {@code v1} is the HMAC-SHA256 of
 * {@code <seconds>.<body>} (docs.stripe.com/webhooks/signature). There are several while a secret is replaced.
 */
final class StripeSignature {

    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    private final SecretKeySpec key;
    private final Duration tolerance;

    /** @param tolerance how old, or how far ahead of our clock, a signature may be */
    StripeSignature(String secret, Duration tolerance) {
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
        this.tolerance = tolerance;
    }

    /** @throws ForgedException if the body is not signed with our secret, or too long ago */
    void check(String header, byte[] body, Instant now) {
        String seconds = "";
        List<String> signatures = new ArrayList<>();
        for (String element : header.split(",")) {
            String[] pair = element.trim().split("=", 2);
            if (pair.length == 2 && pair[0].equals("t")) {
                seconds = pair[1];
            } else if (pair.length == 2 && pair[0].equals("v1")) {
                signatures.add(pair[1]);
            }
        }
        if (!SECONDS.matcher(seconds).matches() || signatures.isEmpty()) {
            throw new ForgedException("no signature");
        }
        byte[] expected = HexFormat.of().formatHex(hmac(seconds, body)).getBytes(StandardCharsets.US_ASCII);
        if (signatures.stream()
                .map(signature -> signature.getBytes(StandardCharsets.UTF_8))
                .noneMatch(signature -> MessageDigest.isEqual(expected, signature))) {
            throw new ForgedException("no signature with our secret");
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(seconds)), now);
        if (age.abs().compareTo(tolerance) > 0) {
            throw new ForgedException("signed too long ago, or not yet");
        }
    }

    private byte[] hmac(String seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
