package dev.orderengine.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.dev.simulator.Faults.Fault;
import dev.orderengine.dev.simulator.StripeWebhooks;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PaymentSimulatorTest {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final Duration SILENCE = Duration.ofMillis(500);
    private static final String INTENTS = "/v1/payment_intents";

    private static PaymentSimulator simulator;
    private static HttpClient client;

    private final String paymentId = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        simulator = PaymentSimulator.start(0, PaymentSimulator.Options.defaults());
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    @AfterEach
    void clearFaults() {
        simulator.faults().clear();
        simulator.stripeWebhooks().sendTo(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tok_visa", "pm_card_visa", "tok_slow_800ms"})
    void create_withAGoodToken_capturesOnce(String token) throws Exception {
        var response = post(INTENTS, create(token), "k-" + paymentId);

        assertThat(response.statusCode()).isEqualTo(200);
        var intent = new JsonObject(response.body());
        assertThat(intent.getString("status")).isEqualTo("succeeded");
        assertThat(intent.getLong("amount_received")).isEqualTo(3998);
        assertThat(intent.getJsonObject("metadata").getString("payment_id")).isEqualTo(paymentId);
        assertThat(simulator.stripe().charges(paymentId)).hasSize(1);
    }

    @Test
    void create_withTheSlowToken_takes800Milliseconds() throws Exception {
        var begin = System.nanoTime();
        post(INTENTS, create("tok_slow_800ms"), "k-" + paymentId);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(790));
    }

    @ParameterizedTest
    @CsvSource({"tok_declined, generic_decline", "tok_insufficient_funds, insufficient_funds"})
    void create_withADecliningToken_answersCardError(String token, String declineCode) throws Exception {
        var response = post(INTENTS, create(token), "k-" + paymentId);

        assertThat(response.statusCode()).isEqualTo(402);
        var error = error(response);
        assertThat(error.getString("type")).isEqualTo("card_error");
        assertThat(error.getString("code")).isEqualTo("card_declined");
        assertThat(error.getString("decline_code")).isEqualTo(declineCode);
        assertThat(error.getJsonObject("payment_intent").getString("status")).isEqualTo("requires_payment_method");
        assertThat(simulator.stripe().charges(paymentId)).isEmpty();
    }

    @Test
    void create_withTheTimeoutToken_neverAnswersAndChargesNothing() {
        for (var attempt = 1; attempt <= 2; attempt++) {
            assertThatThrownBy(() -> post(INTENTS, create("tok_timeout"), "k-" + paymentId, SILENCE))
                    .isInstanceOf(HttpTimeoutException.class);
        }
        assertThat(simulator.stripe().charges(paymentId)).isEmpty();
    }

    @Test
    void create_withTheErrorToken_answers500AndChargesNothing() throws Exception {
        var response = post(INTENTS, create("tok_error_500"), "k-" + paymentId);

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(error(response).getString("type")).isEqualTo("api_error");
        assertThat(simulator.stripe().charges(paymentId)).isEmpty();
    }

    @Test
    void create_withChargeThenTimeout_isAnsweredOnRepeatAndChargedOnce() throws Exception {
        var form = create("tok_charge_then_timeout");
        assertThatThrownBy(() -> post(INTENTS, form, "k-" + paymentId, SILENCE))
                .isInstanceOf(HttpTimeoutException.class);
        assertThat(search("metadata['payment_id']:'" + paymentId + "'").getJsonArray("data"))
                .hasSize(1);

        var repeat = post(INTENTS, form, "k-" + paymentId);

        assertThat(new JsonObject(repeat.body()).getString("status")).isEqualTo("succeeded");
        assertThat(repeat.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(simulator.stripe().charges(paymentId)).hasSize(1);
    }

    @Test
    void create_withTheAsyncToken_settlesByASignedWebhook() throws Exception {
        var deliveries = new LinkedBlockingQueue<List<String>>();
        var received = new AtomicInteger();
        var vertx = Vertx.vertx();
        try {
            var receiver = vertx.createHttpServer()
                    .requestHandler(request -> request.body().onSuccess(body -> {
                        deliveries.add(List.of(request.getHeader("Stripe-Signature"), body.toString()));
                        // The first delivery is refused, so that it has to come again.
                        request.response()
                                .setStatusCode(received.incrementAndGet() == 1 ? 503 : 200)
                                .end();
                    }))
                    .listen(0, "127.0.0.1")
                    .await();
            simulator.stripeWebhooks().sendTo(Optional.of(URI.create("http://127.0.0.1:" + receiver.actualPort())));

            var intent = new JsonObject(
                    post(INTENTS, create("tok_async"), "k-" + paymentId).body());

            assertThat(intent.getString("status")).isEqualTo("processing");
            assertThat(simulator.stripe().charges(paymentId)).isEmpty();
            var refused = deliveries.poll(20, TimeUnit.SECONDS);
            var taken = deliveries.poll(20, TimeUnit.SECONDS);
            var timestamp = Long.parseLong(taken.get(0).replaceAll("t=([0-9]+),.*", "$1"));
            assertThat(taken.get(0)).isEqualTo(StripeWebhooks.signature("whsec_dev", timestamp, taken.get(1)));
            var event = new JsonObject(taken.get(1));
            assertThat(event.getString("type")).isEqualTo("payment_intent.succeeded");
            assertThat(event.getString("id")).isEqualTo(new JsonObject(refused.get(1)).getString("id"));
            assertThat(event.getJsonObject("data").getJsonObject("object").getString("id"))
                    .isEqualTo(intent.getString("id"));
            assertThat(simulator.stripe().charges(paymentId)).hasSize(1);
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void signature_ofAKnownPayload_isStripesHmac() {
        // echo -n '12.{}' | openssl dgst -sha256 -hmac whsec_dev
        assertThat(StripeWebhooks.signature("whsec_dev", 12, "{}"))
                .isEqualTo("t=12,v1=948ff3f45a6730e6845228c9e9eec54622530f17bb8ea85e1311f966292f2627");
    }

    @Test
    void create_withAUsedKeyAndTheSameParameters_isReplayed() throws Exception {
        var first = post(INTENTS, create("tok_visa"), "k-" + paymentId);
        var second = post(INTENTS, create("tok_visa"), "k-" + paymentId);

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(second.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(simulator.stripe().charges(paymentId)).hasSize(1);
    }

    @Test
    void create_withAUsedKeyAndOtherParameters_isRefused() throws Exception {
        post(INTENTS, create("tok_visa"), "k-" + paymentId);
        var other = post(INTENTS, create("tok_visa").replace("3998", "3999"), "k-" + paymentId);

        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(error(other).getString("type")).isEqualTo("idempotency_error");
        assertThat(simulator.stripe().charges(paymentId)).hasSize(1);
    }

    @Test
    void create_whileItsKeyIsInFlight_isAConflict() throws Exception {
        var request = request("POST", INTENTS, create("tok_slow_800ms"), "k-" + paymentId, ANSWER_LIMIT);
        var both = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        both.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
        both.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));

        assertThat(both).extracting(each -> each.join().statusCode()).containsExactlyInAnyOrder(200, 409);
        assertThat(simulator.stripe().charges(paymentId)).hasSize(1);
    }

    @Test
    void create_withFaultyParameters_isRefusedAndTheKeyStaysFree() throws Exception {
        assertRefused("currency=usd&payment_method=tok_visa&confirm=true", "parameter_missing", "amount");
        assertRefused("amount=-1&currency=usd", "parameter_invalid_integer", "amount");
        assertRefused("amount=100000000&currency=usd", "amount_too_large", "amount");
        assertRefused("amount=1&currency=usd&payment_method=tok_x", "resource_missing", "payment_method");
        assertRefused("amount=1&currency=usd&confirm=true", "parameter_missing", "payment_method");
        assertRefused("amount=1&currency=usd&amuont=1", "parameter_unknown", "amuont");

        assertThat(post(INTENTS, create("tok_visa"), "k-" + paymentId).statusCode())
                .isEqualTo(200);
    }

    @Test
    void anyCall_withoutTheKey_isUnauthorized() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(simulator.stripeBaseUrl() + INTENTS))
                .header("Authorization", "Bearer sk_other")
                .build();

        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void capture_ofAnAuthorizedIntent_takesPartOfTheMoney() throws Exception {
        var intent = authorized();
        assertThat(intent.getString("status")).isEqualTo("requires_capture");
        assertThat(simulator.stripe().charges(paymentId)).isEmpty();
        var path = INTENTS + "/" + intent.getString("id");

        var captured = new JsonObject(post(path + "/capture", "amount_to_capture=1000", "c-" + paymentId)
                .body());
        var again = post(path + "/capture", "", "d-" + paymentId);

        assertThat(captured.getLong("amount_received")).isEqualTo(1000);
        assertThat(error(again).getString("code")).isEqualTo("payment_intent_unexpected_state");
    }

    @Test
    void cancel_ofAnAuthorizedIntent_chargesNothing() throws Exception {
        var path = INTENTS + "/" + authorized().getString("id");

        var cancelled = post(path + "/cancel", "cancellation_reason=abandoned", "c-" + paymentId);

        assertThat(new JsonObject(cancelled.body()).getString("status")).isEqualTo("canceled");
        assertThat(post(path + "/capture", "", "d-" + paymentId).statusCode()).isEqualTo(400);
        assertThat(simulator.stripe().charges(paymentId)).isEmpty();
    }

    @Test
    void confirm_ofADeclinedIntentWithAnotherToken_charges() throws Exception {
        var declined =
                error(post(INTENTS, create("tok_declined"), "k-" + paymentId)).getJsonObject("payment_intent");

        var confirmed = post(
                INTENTS + "/" + declined.getString("id") + "/confirm", "payment_method=tok_visa", "c-" + paymentId);

        assertThat(new JsonObject(confirmed.body()).getString("status")).isEqualTo("succeeded");
        assertThat(simulator.stripe().charges(paymentId)).hasSize(1);
    }

    @Test
    void refund_inParts_neverExceedsTheCharge() throws Exception {
        var id = new JsonObject(
                        post(INTENTS, create("tok_visa"), "k-" + paymentId).body())
                .getString("id");

        assertThat(post("/v1/refunds", "payment_intent=" + id + "&amount=998", "r1-" + paymentId)
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("/v1/refunds", "payment_intent=" + id + "&amount=3001", "r2-" + paymentId)
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/v1/refunds", "payment_intent=" + id, "r3-" + paymentId)
                        .statusCode())
                .isEqualTo(200);
        var over = post("/v1/refunds", "payment_intent=" + id, "r4-" + paymentId);

        assertThat(error(over).getString("code")).isEqualTo("charge_already_refunded");
        var refunds = get("/v1/refunds?payment_intent=" + id).getJsonArray("data");
        assertThat(refunds.stream().map(JsonObject.class::cast).map(refund -> refund.getLong("amount")))
                .containsExactly(3000L, 998L);
    }

    @Test
    void list_inPages_isNewestFirstAndComplete() throws Exception {
        var ids = new ArrayList<String>();
        for (var i = 0; i < 3; i++) {
            ids.add(
                    0,
                    new JsonObject(post(INTENTS, create("tok_visa"), i + paymentId)
                                    .body())
                            .getString("id"));
        }

        var first = get(INTENTS + "?limit=2");
        var second = get(INTENTS + "?limit=1&starting_after=" + ids.get(1));

        assertThat(idsOf(first)).containsExactly(ids.get(0), ids.get(1));
        assertThat(first.getBoolean("has_more")).isTrue();
        assertThat(idsOf(second)).containsExactly(ids.get(2));
    }

    @Test
    void list_byTimeOfCreation_keepsToTheBounds() throws Exception {
        var intent = new JsonObject(
                post(INTENTS, create("tok_visa"), "k-" + paymentId).body());
        var created = intent.getLong("created");

        assertThat(idsOf(get(INTENTS + "?limit=100&created[gte]=" + created + "&created[lte]=" + created)))
                .contains(intent.getString("id"));
        assertThat(idsOf(get(INTENTS + "?limit=100&created[gte]=" + (created + 1))))
                .doesNotContain(intent.getString("id"));
        assertThat(idsOf(get(INTENTS + "?limit=100&created[lte]=" + (created - 1))))
                .doesNotContain(intent.getString("id"));
    }

    @Test
    void get_ofAnIntent_showsIt() throws Exception {
        var intent = new JsonObject(
                post(INTENTS, create("tok_visa"), "k-" + paymentId).body());

        assertThat(get(INTENTS + "/" + intent.getString("id"))).isEqualTo(intent);
        assertThat(get(INTENTS + "/pi_none").getJsonObject("error").getString("code"))
                .isEqualTo("resource_missing");
    }

    @Test
    void search_byMetadataAndStatus_findsOnlyMatches() throws Exception {
        post(INTENTS, create("tok_declined"), "a-" + paymentId);
        var id = new JsonObject(
                        post(INTENTS, create("tok_visa"), "b-" + paymentId).body())
                .getString("id");

        var found = search("metadata['payment_id']:'" + paymentId + "' AND status:'succeeded'");

        assertThat(found.getString("object")).isEqualTo("search_result");
        assertThat(idsOf(found)).containsExactly(id);
        assertThat(idsOf(search("metadata[\"payment_id\"]:\"other\""))).isEmpty();
        assertThat(search("nonsense").getJsonObject("error").getString("type")).isEqualTo("invalid_request_error");
    }

    @Test
    void search_withLag_doesNotFindWhatIsNew() throws Exception {
        post(INTENTS, create("tok_visa"), "k-" + paymentId);
        simulator.faults().set("stripe", Fault.searchLagging(60_000));

        assertThat(idsOf(search("metadata['payment_id']:'" + paymentId + "'"))).isEmpty();
    }

    @Test
    void faults_setOverHttp_areInForceUntilDeleted() throws Exception {
        control("POST", "/simulator/faults", "{\"provider\": \"stripe\", \"error_rate\": 1.0, \"error_status\": 429}");
        var limited = post(INTENTS, create("tok_visa"), "k-" + paymentId);
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(control("GET", "/simulator/faults", "")
                        .getJsonObject("stripe")
                        .getDouble("error_rate"))
                .isEqualTo(1.0);

        control("DELETE", "/simulator/faults", "");

        assertThat(post(INTENTS, create("tok_visa"), "k-" + paymentId).statusCode())
                .isEqualTo(200);
    }

    @Test
    void call_whileDown_losesItsConnection() {
        simulator.faults().set("stripe", Fault.isDown());

        assertThatThrownBy(() -> post(INTENTS, create("tok_visa"), "k-" + paymentId))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(HttpTimeoutException.class);
        assertThat(simulator.stripe().charges(paymentId)).isEmpty();
    }

    @Test
    void call_underLatency_isCarriedOutLate() throws Exception {
        simulator.faults().set("stripe", Fault.slow(300));
        var begin = System.nanoTime();

        post(INTENTS, create("tok_visa"), "k-" + paymentId);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(290));
        assertThat(simulator.stripe().charges(paymentId)).hasSize(1);
    }

    @Test
    void charges_ofAPaymentChargedTwice_areCounted() throws Exception {
        post(INTENTS, create("tok_visa"), "a-" + paymentId);
        assertThat(control("GET", "/simulator/charges?payment_id=" + paymentId, "")
                        .getJsonArray("charged_more_than_once"))
                .isEmpty();
        post(INTENTS, create("tok_visa"), "b-" + paymentId);

        var charges = control("GET", "/simulator/charges?payment_id=" + paymentId, "");

        assertThat(charges.getInteger("count")).isEqualTo(2);
        assertThat(charges.getJsonArray("charged_more_than_once")).containsExactly(paymentId);
    }

    private JsonObject authorized() throws Exception {
        return new JsonObject(post(INTENTS, create("tok_visa") + "&capture_method=manual", "k-" + paymentId)
                .body());
    }

    private String create(String token) {
        return "amount=3998&currency=usd&confirm=true&payment_method=" + token + "&metadata[payment_id]=" + paymentId;
    }

    private void assertRefused(String form, String code, String parameter) throws Exception {
        var response = post(INTENTS, form, "k-" + paymentId);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response).getString("code")).isEqualTo(code);
        assertThat(error(response).getString("param")).isEqualTo(parameter);
    }

    private static JsonObject error(HttpResponse<String> response) {
        return new JsonObject(response.body()).getJsonObject("error");
    }

    private static List<String> idsOf(JsonObject list) {
        return list.getJsonArray("data").stream()
                .map(JsonObject.class::cast)
                .map(item -> item.getString("id"))
                .toList();
    }

    private static JsonObject search(String query) throws Exception {
        return get(INTENTS + "/search?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    }

    private static JsonObject get(String path) throws Exception {
        var encoded = path.replace("[", "%5B").replace("]", "%5D");
        return new JsonObject(
                send(request("GET", encoded, "", "", ANSWER_LIMIT)).body());
    }

    private static HttpResponse<String> post(String path, String form, String key) throws Exception {
        return post(path, form, key, ANSWER_LIMIT);
    }

    private static HttpResponse<String> post(String path, String form, String key, Duration limit) throws Exception {
        return send(request("POST", path, form, key, limit));
    }

    private static JsonObject control(String method, String path, String json) throws Exception {
        return new JsonObject(
                send(request(method, path, json, "", ANSWER_LIMIT)).body());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(String method, String path, String body, String key, Duration limit) {
        var request = HttpRequest.newBuilder(URI.create(simulator.stripeBaseUrl() + path))
                .timeout(limit)
                .header("Authorization", "Bearer sk_test_dev")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return (key.isEmpty() ? request : request.header("Idempotency-Key", key)).build();
    }
}
