package dev.orderengine.payment.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.stripe.net.ApiRequestParams;
import com.stripe.net.ApiResource;
import com.stripe.net.Webhook;
import com.stripe.param.PaymentIntentCancelParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.RefundCreateParams;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secret;
import dev.orderengine.dev.simulator.StripeWebhooks;
import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.payment.Payment;
import dev.orderengine.payment.PaymentState;
import dev.orderengine.payment.Refund;
import dev.orderengine.payment.RefundState;
import dev.orderengine.payment.Samples;
import dev.orderengine.payment.webhook.WebhookSource.ForgedException;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What we speak, checked by Stripe's own library: it signs what we check, and reads what we send. */
class StripeLibraryTest {

    private static final String SECRET = "whsec_1";
    private static final String EVENT = "{\"id\": \"evt_1\", \"name\": \"Müller\"}";

    private final Vertx vertx = Vertx.vertx();
    private volatile String sent;
    private StripeProvider provider;

    @BeforeEach
    void serve() {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    sent = body.toString();
                    request.response().end("{\"id\": \"pi_1\", \"status\": \"succeeded\"}");
                }))
                .listen(0, "127.0.0.1")
                .await();
        provider = new StripeProvider(
                vertx,
                new EngineConfig.Stripe(
                        URI.create("http://127.0.0.1:" + server.actualPort()),
                        new Secret("sk_1"),
                        new Secret(SECRET),
                        Duration.ofHours(24)),
                EngineConfig.Capture.AUTOMATIC,
                4,
                Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void signature_byTheLibrary_isAccepted() throws Exception {
        long now = Webhook.Util.getTimeNow();
        String signed = Webhook.Util.computeHmacSha256(SECRET, now + "." + EVENT);

        check("t=" + now + ",v1=" + signed, EVENT);
        check("t=" + now + ",v1=" + "0".repeat(64) + ",v1=" + signed + ",v0=x", EVENT);
        assertForged("t=" + now + ",v1=" + signed, EVENT + " ");
        assertForged("t=" + (now - 1) + ",v1=" + signed, EVENT);
        assertForged("t=" + now + ",v0=" + signed, EVENT);
        long old = now - 301;
        assertForged("t=" + old + ",v1=" + Webhook.Util.computeHmacSha256(SECRET, old + "." + EVENT), EVENT);
    }

    @Test
    void signature_ofTheSimulator_isAcceptedByTheLibrary() throws Exception {
        String header = StripeWebhooks.signature(SECRET, Webhook.Util.getTimeNow(), EVENT);

        assertThat(Webhook.Signature.verifyHeader(EVENT, header, SECRET, 300)).isTrue();
    }

    @Test
    void requests_areReadByTheLibraryWithoutRest() {
        Payment payment = Samples.processing();
        provider.charge(payment).await();
        assertReadWhole(PaymentIntentCreateParams.class);

        provider.capture(authorized()).await();
        assertReadWhole(PaymentIntentCaptureParams.class);

        provider.giveBack(refund(Kind.REFUND)).await();
        assertReadWhole(RefundCreateParams.class);

        provider.giveBack(refund(Kind.VOID)).await();
        assertReadWhole(PaymentIntentCancelParams.class);
    }

    private static void check(String header, String body) {
        new StripeSignature(SECRET, Duration.ofMinutes(5))
                .check(header, body.getBytes(StandardCharsets.UTF_8), Instant.now());
    }

    private static void assertForged(String header, String body) {
        assertThatThrownBy(() -> check(header, body)).isInstanceOf(ForgedException.class);
    }

    /** What the library's model does not know, or takes for another type, would be missing or fail here. */
    private void assertReadWhole(Class<? extends ApiRequestParams> model) {
        JsonObject nested = nested(sent);
        ApiRequestParams read = ApiResource.GSON.fromJson(nested, model);

        assertThat(flat(ApiResource.GSON.toJsonTree(read.toMap()))).isEqualTo(flat(nested));
    }

    /** {@code a[b]=c&d[]=e} as {@code {a: {b: c}, d: [e]}}. */
    private static JsonObject nested(String form) {
        JsonObject nested = new JsonObject();
        new QueryStringDecoder(form, StandardCharsets.UTF_8, false).parameters().forEach((name, values) -> {
            if (name.endsWith("[]")) {
                nested.add(name.replace("[]", ""), ApiResource.GSON.toJsonTree(values));
            } else if (name.endsWith("]")) {
                String[] parts = name.replace("]", "").split("\\[");
                if (!nested.has(parts[0])) {
                    nested.add(parts[0], new JsonObject());
                }
                nested.getAsJsonObject(parts[0]).addProperty(parts[1], values.get(0));
            } else {
                nested.addProperty(name, values.get(0));
            }
        });
        return nested;
    }

    private static Map<String, String> flat(JsonElement tree) {
        Map<String, String> flat = new TreeMap<>();
        flat("", tree, flat);
        return flat;
    }

    private static void flat(String path, JsonElement element, Map<String, String> flat) {
        if (element.isJsonObject()) {
            element.getAsJsonObject()
                    .entrySet()
                    .forEach(entry -> flat(path + "/" + entry.getKey(), entry.getValue(), flat));
        } else if (element.isJsonArray()) {
            element.getAsJsonArray().forEach(item -> flat(path + "/-", item, flat));
        } else {
            flat.put(path, element.getAsString());
        }
    }

    private static Payment authorized() {
        Payment payment = Samples.processing();
        return new Payment(
                payment.id(),
                payment.orderId(),
                "stripe",
                payment.amount(),
                PaymentState.AUTHORIZED,
                null,
                "pi_1",
                null,
                0,
                1_000L,
                Samples.NOW,
                1,
                Samples.NOW,
                null,
                false,
                Samples.NOW,
                null);
    }

    private static Refund refund(Kind kind) {
        return new Refund(
                UUID.randomUUID(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                "pi_1",
                "stripe",
                kind,
                Money.parse("5.00", Currency.getInstance("USD")),
                "test",
                RefundState.PENDING,
                null,
                null,
                1,
                null,
                null,
                false,
                null);
    }
}
