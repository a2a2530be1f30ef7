package dev.orderengine.payment.stripe;

import static dev.orderengine.payment.Samples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.EngineConfig.Capture;
import dev.orderengine.config.Secret;
import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.ChargeOutcome.Authorized;
import dev.orderengine.payment.ChargeOutcome.Captured;
import dev.orderengine.payment.ChargeOutcome.Declined;
import dev.orderengine.payment.ChargeOutcome.Pending;
import dev.orderengine.payment.ChargeOutcome.Rejected;
import dev.orderengine.payment.ChargeOutcome.Unavailable;
import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.payment.LookUp;
import dev.orderengine.payment.LookUp.Found;
import dev.orderengine.payment.LookUp.NotFound;
import dev.orderengine.payment.Payment;
import dev.orderengine.payment.PaymentState;
import dev.orderengine.payment.Samples;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StripeProviderTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration PLENTY = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;
    private volatile Consumer<HttpServerRequest> script;
    private volatile HttpServerRequest seen;
    private volatile MultiMap form;
    private Duration timeout = PLENTY;

    @BeforeEach
    void serve() {
        server = vertx.createHttpServer()
                .requestHandler(request -> {
                    seen = request;
                    request.setExpectMultipart(request.method() == HttpMethod.POST)
                            .end()
                            .onSuccess(read -> {
                                form = request.formAttributes();
                                script.accept(request);
                            });
                })
                .listen(0, "127.0.0.1")
                .await();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void charge_request_isWhatStripeAsksFor() {
        answer(200, "{'id':'pi_1','status':'succeeded'}");

        assertThat(charge(Samples.processing())).isEqualTo(new Captured("pi_1"));

        assertThat(seen.method().name()).isEqualTo("POST");
        assertThat(seen.uri()).isEqualTo("/v1/payment_intents");
        assertThat(seen.getHeader("Authorization")).isEqualTo("Bearer sk_test_1");
        assertThat(seen.getHeader("Idempotency-Key"))
                .isEqualTo(Samples.processing().id().toString());
        assertThat(seen.getHeader("Stripe-Version")).isEqualTo("2024-06-20");
        assertThat(seen.getHeader("traceparent")).isEqualTo(Samples.processing().traceparent());
        assertThat(seen.getHeader("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(form.get("amount")).isEqualTo("1999");
        assertThat(form.get("currency")).isEqualTo("usd");
        assertThat(form.get("payment_method")).isEqualTo("tok_visa");
        assertThat(form.get("payment_method_types[]")).isEqualTo("card");
        assertThat(form.get("confirm")).isEqualTo("true");
        assertThat(form.get("capture_method")).isEqualTo("automatic");
        assertThat(form.get("error_on_requires_action")).isEqualTo("true");
        assertThat(form.get("metadata[order_id]"))
                .isEqualTo(Samples.processing().orderId().toString());
        assertThat(form.get("metadata[payment_id]"))
                .isEqualTo(Samples.processing().id().toString());
        assertThat(form).hasSize(9);
    }

    @Test
    void charge_whereCaptureIsOnFulfilment_onlyAuthorizes() {
        answer(200, "{'id':'pi_1','status':'requires_capture'}");

        ChargeOutcome outcome = provider(Capture.ON_FULFILMENT, baseUrl())
                .charge(Samples.processing())
                .await();

        assertThat(outcome).isEqualTo(new Authorized("pi_1"));
        assertThat(form.get("capture_method")).isEqualTo("manual");
    }

    @Test
    void charge_amountThatStripeCannotCharge_isRejectedUnasked() {
        assertThat(charge(Samples.of("1.255", "KWD"))).isEqualTo(new Rejected("amount_not_chargeable"));
        assertThat(seen).isNull();
    }

    @Test
    void charge_providerUnderAPath_keepsThePath() {
        answer(200, "{'id':'pi_1','status':'succeeded'}");

        provider(Capture.AUTOMATIC, baseUrl() + "/stripe")
                .charge(Samples.processing())
                .await();

        assertThat(seen.path()).isEqualTo("/stripe/v1/payment_intents");
    }

    @Nested
    class Answers {

        @Test
        void charge_processing_isPending() {
            assertThat(answered(200, "{'id':'pi_1','status':'processing'}")).isEqualTo(new Pending("pi_1"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"requires_action", "canceled"})
        void charge_statusThatWillNotBePaid_isDeclined(String status) {
            assertThat(answered(200, "{'id':'pi_1','status':'" + status + "'}"))
                    .isEqualTo(new Declined(status, "pi_1"));
        }

        @Test
        void charge_requiresPaymentMethodAfterAnError_isDeclinedWithItsCode() {
            assertThat(answered(
                            200,
                            "{'id':'pi_1','status':'requires_payment_method','last_payment_error':"
                                    + "{'type':'card_error','code':'card_declined','decline_code':'lost_card'}}"))
                    .isEqualTo(new Declined("lost_card", "pi_1"));
        }

        @Test
        void charge_requiresPaymentMethodWithoutAnError_mayBeUnderWay() {
            assertThat(answered(200, "{'id':'pi_1','status':'requires_payment_method'}"))
                    .isEqualTo(new Pending("pi_1"));
        }

        @ParameterizedTest(name = "{0}: {1}")
        @CsvSource(
                quoteCharacter = '`',
                value = {
                    "{'type':'card_error'`,`'code':'card_declined'`,`'decline_code':'insufficient_funds'}|insufficient_funds",
                    "{'type':'card_error'`,`'code':'expired_card'}|expired_card",
                    "{'type':'card_error'}|card_error"
                },
                delimiter = '|')
        void charge_cardError_isDeclinedWithTheMostTellingCode(String error, String code) {
            assertThat(answered(402, "{'error':" + error.replace("`", "") + "}"))
                    .isEqualTo(new Declined(code, null));
        }

        @Test
        void charge_cardErrorWithIntent_keepsTheReference() {
            assertThat(answered(
                            402,
                            "{'error':{'type':'card_error','code':'card_declined','payment_intent':"
                                    + "{'id':'pi_1','status':'requires_payment_method'}}}"))
                    .isEqualTo(new Declined("card_declined", "pi_1"));
        }

        @Test
        void charge_faultyRequest_isRejected() {
            assertThat(answered(400, "{'error':{'type':'invalid_request_error','code':'parameter_missing'}}"))
                    .isEqualTo(new Rejected("parameter_missing"));
        }

        @ParameterizedTest(name = "{0} {1}")
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "400 | {'error':{'type':'idempotency_error'}}",
                    "400 | {'error':{}}",
                    "400 | {}",
                    "404 | <html>no such page</html>",
                    "408 | ",
                    "409 | {'error':{'type':'idempotency_error','code':'idempotency_key_in_use'}}",
                    "302 | ",
                    "200 | ",
                    "200 | null",
                    "200 | {'id':'pi_1'",
                    "200 | {'id':'pi_1'}",
                    "200 | {'status':'succeeded'}",
                    "200 | {'id':'pi_1','status':'something_new'}",
                    "200 | {'id':'pi_1','status':{}}",
                })
        void charge_answerThatDoesNotTell_isUnknownAndNotRepeatedAtOnce(int status, String body) {
            assertThat(answered(status, body == null ? "" : body))
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.isRepeatable()).isFalse());
        }

        @ParameterizedTest
        @ValueSource(ints = {500, 502, 503})
        void charge_serverError_isUnknownAndRepeatable(int status) {
            assertThat(answered(status, "{'error':{'type':'api_error'}}"))
                    .isEqualTo(new Unknown("status " + status, true));
        }

        @ParameterizedTest(name = "Retry-After {0}: {1} s")
        @CsvSource(
                delimiter = '|',
                value = {"7|7", "0|1", "|1", "soon|1", "-3|1", "999999999999|1", "Wed, 21 Oct 2026 07:28:00 GMT|1"})
        void charge_tooManyRequests_waitsAsLongAsAsked(String header, long seconds) {
            script = request -> {
                if (header != null) {
                    request.response().putHeader("Retry-After", header);
                }
                request.response().setStatusCode(429).end();
            };

            assertThat(charge(Samples.processing()))
                    .isEqualTo(new Unavailable("too many requests", Duration.ofSeconds(seconds)));
        }

        @ParameterizedTest
        @ValueSource(ints = {401, 403})
        void charge_badKey_chargesNothingAndFailsNoPayment(int status) {
            assertThat(answered(status, "{'error':{'type':'invalid_request_error'}}"))
                    .isInstanceOfSatisfying(
                            Unavailable.class,
                            unavailable ->
                                    assertThat(unavailable.isRepeatable()).isFalse());
        }

        private ChargeOutcome answered(int status, String body) {
            answer(status, body);
            return charge(Samples.processing());
        }
    }

    @Nested
    class Network {

        @Test
        void charge_noServer_certainlyDidNothing() {
            server.close().await();

            assertThat(charge(Samples.processing()))
                    .isInstanceOfSatisfying(
                            Unavailable.class,
                            unavailable ->
                                    assertThat(unavailable.isRepeatable()).isTrue());
        }

        @Test
        void charge_unknownHost_certainlyDidNothing() {
            StripeProvider lost = provider(Capture.AUTOMATIC, "http://stripe.invalid");

            assertThat(lost.charge(Samples.processing()).await()).isInstanceOf(Unavailable.class);
        }

        @Test
        void charge_serverWithoutTls_certainlyDidNothing() {
            StripeProvider plain = provider(Capture.AUTOMATIC, baseUrl().replace("http:", "https:"));

            assertThat(plain.charge(Samples.processing()).await()).isInstanceOf(Unavailable.class);
        }

        @Test
        void charge_connectionLostAfterTheRequestLeft_isUnknownAndRepeatable() {
            script = request -> request.connection().close();

            assertThat(charge(Samples.processing()))
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.isRepeatable()).isTrue());
        }

        @Test
        void charge_noAnswerInTime_isUnknownAndNotRepeatedAtOnce() {
            script = request -> {};
            timeout = SHORT;

            assertThat(charge(Samples.processing()))
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.isRepeatable()).isFalse());
        }
    }

    @Nested
    class LookUps {

        private final Payment referred = Samples.payment(PaymentState.UNKNOWN, 2, "pi_1", NOW);
        private final Payment unreferred = Samples.payment(PaymentState.UNKNOWN, 2, null, NOW);

        @Test
        void lookUp_reference_isReadByIt() {
            answer(200, "{'id':'pi_1','status':'succeeded'}");

            assertThat(lookUp(referred)).isEqualTo(new Found(new Captured("pi_1")));
            assertThat(seen.uri()).isEqualTo("/v1/payment_intents/pi_1");
            assertThat(seen.getHeader("Authorization")).isEqualTo("Bearer sk_test_1");
        }

        @Test
        void lookUp_unknownReference_isNotFound() {
            answer(404, "{'error':{'type':'invalid_request_error','code':'resource_missing'}}");

            assertThat(lookUp(referred)).isEqualTo(new NotFound());
        }

        @Test
        void lookUp_noReference_isSearchedByPaymentId() {
            answer(200, "{'data':[{'id':'pi_1','status':'succeeded'}],'has_more':false}");

            assertThat(lookUp(unreferred)).isEqualTo(new Found(new Captured("pi_1")));
            assertThat(seen.path()).isEqualTo("/v1/payment_intents/search");
            assertThat(seen.getParam("query")).isEqualTo("metadata['payment_id']:'" + unreferred.id() + "'");
        }

        @Test
        void lookUp_emptySearch_isNotFound() {
            answer(200, "{'data':[]}");

            assertThat(lookUp(unreferred)).isEqualTo(new NotFound());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "null", "{}", "{'data':[{'id':'pi_1'}]}", "{'data':1}"})
        void lookUp_malformedSearch_isUnknown(String body) {
            answer(200, body);

            assertThat(lookUp(unreferred))
                    .isInstanceOfSatisfying(
                            Found.class, found -> assertThat(found.outcome()).isInstanceOf(Unknown.class));
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 402, 409})
        void lookUp_refused_neverFailsThePayment(int status) {
            answer(status, "{'error':{'type':'invalid_request_error','code':'parameter_invalid'}}");

            assertThat(lookUp(referred)).isEqualTo(new Found(new Unknown("look-up answered with " + status, false)));
            assertThat(lookUp(unreferred)).isEqualTo(new Found(new Unknown("look-up answered with " + status, false)));
        }

        @Test
        void lookUp_serverError_isRepeatable() {
            answer(500, "");

            assertThat(lookUp(referred).isRepeatable()).isTrue();
            assertThat(lookUp(unreferred).isRepeatable()).isTrue();
        }

        @Test
        void lookUp_noServer_isUnavailable() {
            server.close().await();

            assertThat(((Found) lookUp(referred)).outcome()).isInstanceOf(Unavailable.class);
            assertThat(((Found) lookUp(unreferred)).outcome()).isInstanceOf(Unavailable.class);
        }

        private LookUp lookUp(Payment payment) {
            return provider(Capture.AUTOMATIC, baseUrl()).lookUp(payment).await();
        }
    }

    private ChargeOutcome charge(Payment payment) {
        return provider(Capture.AUTOMATIC, baseUrl()).charge(payment).await();
    }

    private String baseUrl() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    private StripeProvider provider(Capture capture, String url) {
        return new StripeProvider(
                vertx,
                new EngineConfig.Stripe(
                        URI.create(url), new Secret("sk_test_1"), new Secret("whsec_1"), Duration.ofHours(24)),
                capture,
                4,
                timeout);
    }

    private void answer(int status, String body) {
        script = request -> request.response().setStatusCode(status).end(body.replace('\'', '"'));
    }
}
