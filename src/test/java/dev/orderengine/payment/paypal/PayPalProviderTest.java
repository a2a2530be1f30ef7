package dev.orderengine.payment.paypal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.EngineConfig.Capture;
import dev.orderengine.config.Secret;
import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack.Kind;
import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.ChargeOutcome.Authorized;
import dev.orderengine.payment.ChargeOutcome.Captured;
import dev.orderengine.payment.ChargeOutcome.Declined;
import dev.orderengine.payment.ChargeOutcome.Rejected;
import dev.orderengine.payment.ChargeOutcome.Unavailable;
import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.payment.LookUp;
import dev.orderengine.payment.LookUp.Found;
import dev.orderengine.payment.Payment;
import dev.orderengine.payment.PaymentState;
import dev.orderengine.payment.Refund;
import dev.orderengine.payment.RefundOutcome;
import dev.orderengine.payment.RefundState;
import dev.orderengine.payment.Samples;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent to PayPal, and what its answers mean; the server is scripted. */
class PayPalProviderTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration PLENTY = Duration.ofSeconds(10);
    private static final String TOKEN = "/v1/oauth2/token";
    private static final UUID REFUND = UUID.fromString("0199d0c5-0000-7000-8000-0000000000aa");
    private static final String PAID = """
            {"id": "O-1", "status": "COMPLETED", "purchase_units": [{"payments": {
              "captures": [{"id": "C-1", "status": "COMPLETED", "amount": {"currency_code": "USD", "value": "19.99"}}]}}]}""";

    private final Vertx vertx = Vertx.vertx();
    private final MovableClock clock = new MovableClock();
    private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private volatile Consumer<HttpServerRequest> script;
    private volatile Consumer<HttpServerRequest> granting = grant(3600);
    private volatile int grants;
    private Duration timeout = PLENTY;
    private PayPalProvider provider;

    private record Seen(
            String call, String authorization, String requestId, String prefer, String traceparent, String body) {

        JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @BeforeEach
    void serve() {
        server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    if (request.path().equals(TOKEN)) {
                        assertThat(body.toString()).isEqualTo("grant_type=client_credentials");
                        granting.accept(request);
                        return;
                    }
                    seen.add(new Seen(
                            request.method() + " " + request.uri(),
                            request.getHeader("Authorization"),
                            request.getHeader("PayPal-Request-Id"),
                            request.getHeader("Prefer"),
                            request.getHeader("traceparent"),
                            body.toString()));
                    script.accept(request);
                }))
                .listen(0, "127.0.0.1")
                .await();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void charge_request_isWhatPayPalAsksFor() {
        answer(201, PAID);

        assertThat(charge()).isEqualTo(new Captured("O-1"));

        Seen request = seen.get(0);
        assertThat(request.call()).isEqualTo("POST /v2/checkout/orders");
        assertThat(request.authorization()).isEqualTo("Bearer token-1");
        assertThat(request.requestId()).isEqualTo(payment().id().toString());
        assertThat(request.prefer()).isEqualTo("return=representation");
        assertThat(request.traceparent()).isEqualTo(payment().traceparent());
        assertThat(request.json())
                .isEqualTo(new Seen("", "", "", "", "", """
                {"intent": "CAPTURE",
                 "purchase_units": [{"custom_id": "%s", "invoice_id": "%s",
                                     "amount": {"currency_code": "USD", "value": "19.99"}}],
                 "payment_source": {"paypal": {"vault_id": "tok_visa"}}}""".formatted(
                                        payment().orderId(), payment().id()))
                        .json());
    }

    @Test
    void charge_whereCaptureIsOnFulfilment_onlyAuthorizes() {
        answer(201, """
                {"id": "O-1", "status": "COMPLETED",
                 "purchase_units": [{"payments": {"authorizations": [{"id": "A-1", "status": "CREATED"}]}}]}""");
        provider = provider(Capture.ON_FULFILMENT);

        assertThat(charge()).isEqualTo(new Authorized("O-1"));
        assertThat(seen.get(0).json().at("/intent").asText()).isEqualTo("AUTHORIZE");
    }

    @ParameterizedTest
    @CsvSource({
        "COMPLETED,captured",
        "PENDING,pending",
        "REFUNDED,captured",
        "DECLINED,declined",
        "FAILED,declined",
        "NEW,unknown"
    })
    void charge_isAsItsCaptureIs(String status, String outcome) {
        answer(
                200,
                PAID.replace("\"status\": \"COMPLETED\", \"amount\"", "\"status\": \"" + status + "\", \"amount\""));

        assertThat(charge().name()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"PAYER_ACTION_REQUIRED,declined", "CREATED,declined", "VOIDED,declined", "ELSE,unknown"})
    void charge_ofAnOrderThatIsNotPaid_isDeclined(String status, String outcome) {
        answer(200, "{\"id\": \"O-1\", \"status\": \"" + status + "\"}");

        assertThat(charge().name()).isEqualTo(outcome);
    }

    @Test
    void charge_thatThePayerCannotPay_isDeclinedWithPayPalsReason() {
        answer(422, problem("INSTRUMENT_DECLINED"));

        assertThat(charge()).isEqualTo(new Declined("INSTRUMENT_DECLINED", null));
    }

    @Test
    void charge_ofSomethingThatPayPalDoesNotDo_isRejected() {
        answer(422, problem("CURRENCY_NOT_SUPPORTED"));
        assertThat(charge()).isEqualTo(new Rejected("CURRENCY_NOT_SUPPORTED"));

        assertThat(provider().charge(Samples.of("10.50", "HUF")).await())
                .isEqualTo(new Rejected("amount_not_chargeable"));
        assertThat(seen).as("nothing was asked").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"422,DUPLICATE_INVOICE_ID", "409,PREVIOUS_REQUEST_IN_PROGRESS", "422,DUPLICATE_REQUEST_ID"})
    void charge_thatAnEarlierRequestMayHaveMade_isInDoubt(int status, String issue) {
        answer(status, problem(issue));

        assertThat(charge()).isEqualTo(new Unknown(issue, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503})
    void charge_answeredWithAFailure_isInDoubtAndMayBeRepeated(int status) {
        answer(status, "{}");

        assertThat(charge()).isEqualTo(new Unknown("status " + status, true));
    }

    @Test
    void charge_whileThereAreTooMany_waitsAsLongAsPayPalSays() {
        script = request -> request.response()
                .setStatusCode(429)
                .putHeader("Retry-After", "7")
                .end("{}");

        assertThat(charge()).isEqualTo(new Unavailable("too many requests", Duration.ofSeconds(7)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "{}",
                "[]",
                "null",
                "{\"id\": \"O-1\"}",
                "{\"id\": \"O-1\", \"status\": \"COMPLETED\"}"
            })
    void charge_answeredWithNonsense_isInDoubt(String body) {
        answer(201, body);

        assertThat(charge()).isInstanceOf(Unknown.class);
    }

    @Test
    void charge_thatIsNotAnsweredInTime_isInDoubtAndNotRepeatedAtOnce() {
        timeout = SHORT;
        script = request -> {};

        assertThat(charge())
                .isInstanceOfSatisfying(
                        Unknown.class, doubt -> assertThat(doubt.isRepeatable()).isFalse());
    }

    @Test
    void charge_withoutAToken_wasNeverAskedFor() {
        granting = request -> request.response().setStatusCode(503).end();
        assertThat(charge())
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        outcome -> assertThat(outcome.isRepeatable()).isTrue());

        granting = request -> request.response().setStatusCode(401).end("{\"error\": \"invalid_client\"}");
        assertThat(charge())
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        outcome -> assertThat(outcome.retryAfter()).isPositive());

        granting = request -> request.response().end("nonsense");
        assertThat(charge()).isInstanceOf(Unavailable.class);
        assertThat(seen).isEmpty();
    }

    @Test
    void token_isKeptUntilShortlyBeforeItExpires() {
        answer(201, PAID);
        IntStream.range(0, 5).forEach(i -> charge());
        assertThat(grants).isEqualTo(1);

        clock.move(Duration.ofSeconds(3250));
        charge();
        assertThat(seen.get(5).authorization())
                .as("nobody waits for the renewal")
                .isEqualTo("Bearer token-1");
        assertThat(grants).isEqualTo(2);
        charge();
        assertThat(seen.get(6).authorization()).isEqualTo("Bearer token-2");
    }

    @Test
    void token_isAskedForByOneCallAtATime() {
        Context context = vertx.getOrCreateContext();
        answer(201, PAID);

        Future.all(IntStream.range(0, 20).mapToObj(i -> chargeOn(context)).toList())
                .await();

        assertThat(seen).hasSize(20);
        assertThat(grants).isEqualTo(1);
    }

    @Test
    void token_thatIsRefused_isRenewedOnce() {
        script = request -> {
            boolean stale = request.getHeader("Authorization").equals("Bearer token-1");
            request.response().setStatusCode(stale ? 401 : 201).end(stale ? "{}" : PAID);
        };

        assertThat(charge()).isEqualTo(new Captured("O-1"));
        assertThat(charge()).isEqualTo(new Captured("O-1"));
        assertThat(grants).isEqualTo(2);
        assertThat(seen).hasSize(3);

        answer(401, "{}");
        assertThat(charge()).isInstanceOf(Unavailable.class);
        assertThat(grants).isEqualTo(3);
    }

    @Test
    void lookUp_byReference_readsTheOrder() {
        answer(200, PAID);
        assertThat(lookUp("O-1")).isEqualTo(new Found(new Captured("O-1")));
        assertThat(seen.get(0).call()).isEqualTo("GET /v2/checkout/orders/O-1");

        answer(404, problem("INVALID_RESOURCE_ID"));
        assertThat(lookUp("O-1")).isEqualTo(new LookUp.NotFound());

        answer(500, "{}");
        assertThat(lookUp("O-1").isDoubtful()).isTrue();
    }

    @Test
    void lookUp_withoutReference_searchesAllPagesOfTheTransactions() {
        String ours = transaction("C-1", "T0006", payment().id().toString());
        script = request -> {
            String uri = request.uri();
            if (uri.startsWith("/v2/payments/captures/C-1")) {
                request.response().end("""
                        {"id": "C-1", "status": "COMPLETED",
                         "supplementary_data": {"related_ids": {"order_id": "O-1"}}}""");
            } else {
                String theirs = transaction("C-9", "T0006", "other") + ","
                        + transaction("R-1", "T1107", payment().id().toString());
                request.response()
                        .end("{\"transaction_details\": [" + (uri.endsWith("&page=2") ? ours : theirs)
                                + "], \"total_pages\": 2}");
            }
        };

        assertThat(lookUp(null)).isEqualTo(new Found(new Captured("O-1")));
        assertThat(seen.get(0).call())
                .startsWith(
                        "GET /v1/reporting/transactions?fields=transaction_info&balance_affecting_records_only=N&start_date=")
                .endsWith("&page_size=500&page=1");
    }

    @Test
    void lookUp_ofAPaymentThatPayPalDoesNotShow_isNotFound() {
        answer(200, "{\"transaction_details\": [], \"total_pages\": 0}");
        assertThat(lookUp(null)).isEqualTo(new LookUp.NotFound());

        answer(200, "{}");
        assertThat(lookUp(null).isDoubtful()).isTrue();
        answer(503, "{}");
        assertThat(lookUp(null).isDoubtful()).isTrue();
    }

    @Test
    void refund_ofACapture_namesOrderAndRefund() {
        script = request -> {
            boolean asks = request.method().name().equals("POST");
            request.response()
                    .setStatusCode(asks ? 201 : 200)
                    .end(asks ? "{\"id\": \"R-1\", \"status\": \"COMPLETED\"}" : PAID);
        };

        assertThat(giveBack(Kind.REFUND, "5.00")).isEqualTo(new RefundOutcome.Done("R-1"));

        assertThat(seen.get(1).call()).isEqualTo("POST /v2/payments/captures/C-1/refund");
        assertThat(seen.get(1).requestId()).isEqualTo(REFUND.toString());
        assertThat(seen.get(1).json().at("/invoice_id").asText()).isEqualTo(REFUND.toString());
        assertThat(seen.get(1).json().at("/custom_id").asText())
                .isEqualTo(payment().orderId().toString());
        assertThat(seen.get(1).json().at("/amount/value").asText()).isEqualTo("5.00");
    }

    @Test
    void refund_thatTheOrderShowsAlready_isNotAskedForAgain() {
        answer(200, refunded("COMPLETED", REFUND.toString()));

        assertThat(giveBack(Kind.REFUND, "15.00")).isEqualTo(new RefundOutcome.Done("R-1"));
        assertThat(seen).hasSize(1);
    }

    @Test
    void refund_ofMoreThanIsLeft_isRefused() {
        answer(200, refunded("COMPLETED", "another"));

        assertThat(giveBack(Kind.REFUND, "15.00"))
                .isEqualTo(new RefundOutcome.Refused("no_capture_with_that_much_left"));
        assertThat(seen).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "422,REFUND_FAILED_INSUFFICIENT_FUNDS,refused",
        "409,PREVIOUS_REQUEST_IN_PROGRESS,unknown",
        "500,X,unknown",
        "429,X,unavailable"
    })
    void refund_thatIsNotDone_saysWhatIsKnown(int status, String issue, String outcome) {
        script = request -> {
            boolean asks = request.method().name().equals("POST");
            request.response().setStatusCode(asks ? status : 200).end(asks ? problem(issue) : PAID);
        };

        assertThat(giveBack(Kind.REFUND, "5.00").name()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"CREATED,not_found", "VOIDED,done", "EXPIRED,done", "CAPTURED,refused"})
    void lookUp_ofAVoid_readsTheAuthorization(String status, String outcome) {
        answer(200, authorized(status));

        assertThat(provider().lookUp(refund(Kind.VOID, "19.99")).await().name()).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({"204,X,done", "422,PREVIOUSLY_VOIDED,done", "422,PREVIOUSLY_CAPTURED,refused", "500,X,unknown"})
    void void_ofAnAuthorization_letsItGo(int status, String issue, String outcome) {
        script = request -> {
            boolean asks = request.method().name().equals("POST");
            request.response()
                    .setStatusCode(asks ? status : 200)
                    .end(asks ? (status == 204 ? "" : problem(issue)) : authorized("CREATED"));
        };

        assertThat(giveBack(Kind.VOID, "19.99").name()).isEqualTo(outcome);
        assertThat(seen.get(1).call()).isEqualTo("POST /v2/payments/authorizations/A-1/void");
        assertThat(seen.get(1).requestId()).isEqualTo(REFUND.toString());
    }

    @Test
    void refund_ofAnOrderThatCannotBeRead_isNotDone() {
        answer(500, "{}");
        assertThat(giveBack(Kind.REFUND, "5.00").isFault()).isTrue();
        answer(200, "{}");
        assertThat(giveBack(Kind.REFUND, "5.00").isDoubtful()).isTrue();
        answer(401, "{}");
        assertThat(giveBack(Kind.REFUND, "5.00").name()).isEqualTo("unavailable");
    }

    @Test
    void refund_ofAnAmountThatPayPalDoesNotMove_isRefused() {
        answer(200, PAID);

        assertThat(provider()
                        .giveBack(refund(Kind.REFUND, Money.parse("10.50", Currency.getInstance("HUF"))))
                        .await())
                .isEqualTo(new RefundOutcome.Refused("amount_not_refundable"));
        assertThat(seen).as("only read").hasSize(1);
    }

    @Test
    void void_ofAnAuthorizationThatIsGone_isDoneWithoutAsking() {
        answer(200, authorized("VOIDED"));

        assertThat(giveBack(Kind.VOID, "19.99")).isEqualTo(new RefundOutcome.Done("A-1"));
        assertThat(seen).as("only read").hasSize(1);
    }

    @Test
    void lookUp_withoutReference_findsAnAuthorizationAmongOddTransactions() {
        String ours = payment().id().toString();
        script = request -> request.response()
                .end(
                        request.uri().startsWith("/v2/payments/authorizations/A-1")
                                ? """
                                {"id": "A-1", "status": "CREATED",
                                 "supplementary_data": {"related_ids": {"order_id": "O-1"}}}"""
                                : "{\"transaction_details\": [{}, {\"transaction_info\": {\"invoice_id\": \"" + ours
                                        + "\"}},"
                                        + " {\"transaction_info\": {\"transaction_id\": \"X\", \"invoice_id\": \""
                                        + ours
                                        + "\"}}, " + transaction("A-1", "T1300", ours) + "], \"total_pages\": 1}");

        assertThat(lookUp(null)).isEqualTo(new Found(new Authorized("O-1")));
    }

    @Test
    void lookUp_withoutReference_looksAtAMonthAtMost() {
        answer(200, "{\"transaction_details\": [], \"total_pages\": 0}");
        clock.move(Duration.ofDays(40));
        provider().lookUp(Samples.payment(PaymentState.UNKNOWN, 1, null, null)).await();
        provider()
                .lookUp(Samples.payment(PaymentState.UNKNOWN, 1, null, Samples.NOW.plus(Duration.ofDays(39))))
                .await();

        assertThat(seen.get(0).call())
                .contains("&end_date=" + Samples.NOW.minusSeconds(360).plus(Duration.ofDays(31)));
        assertThat(seen.get(1).call())
                .contains("&end_date=" + Samples.NOW.plus(Duration.ofDays(40)).plusSeconds(300));
    }

    @Test
    void token_thatExpired_isNotUsed() {
        answer(201, PAID);
        charge();
        clock.move(Duration.ofHours(2));

        charge();

        assertThat(seen.get(1).authorization()).isEqualTo("Bearer token-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"access_token\": \"t\"}", "{\"expires_in\": 3600}"})
    void token_thatIsGrantedByHalf_isNone(String grant) {
        granting = request -> request.response().end(grant);

        assertThat(charge()).isInstanceOf(Unavailable.class);
        assertThat(seen).isEmpty();
    }

    private Future<ChargeOutcome> chargeOn(Context context) {
        PayPalProvider one = provider();
        return Future.future(
                done -> context.runOnContext(now -> one.charge(payment()).onComplete(done)));
    }

    private ChargeOutcome charge() {
        return provider().charge(payment()).await();
    }

    private LookUp lookUp(String ref) {
        return provider()
                .lookUp(Samples.payment(PaymentState.UNKNOWN, 1, ref, Samples.NOW))
                .await();
    }

    private RefundOutcome giveBack(Kind kind, String amount) {
        return provider().giveBack(refund(kind, amount)).await();
    }

    private static Refund refund(Kind kind, String amount) {
        return refund(kind, Money.parse(amount, Currency.getInstance("USD")));
    }

    private static Refund refund(Kind kind, Money amount) {
        return new Refund(
                REFUND,
                payment().orderId(),
                payment().id(),
                "O-1",
                "paypal",
                kind,
                amount,
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

    private static Payment payment() {
        return Samples.processing();
    }

    private void answer(int status, String body) {
        script = request -> request.response().setStatusCode(status).end(body);
    }

    private Consumer<HttpServerRequest> grant(int seconds) {
        return request -> request.response()
                .end("{\"access_token\": \"token-" + ++grants + "\", \"token_type\": \"Bearer\", \"expires_in\": "
                        + seconds + "}");
    }

    private static String problem(String issue) {
        return "{\"name\": \"UNPROCESSABLE_ENTITY\", \"details\": [{\"issue\": \"" + issue + "\"}]}";
    }

    private static String authorized(String status) {
        return "{\"id\": \"O-1\", \"status\": \"COMPLETED\", \"purchase_units\": [{\"payments\": {"
                + "\"authorizations\": [{\"id\": \"A-1\", \"status\": \"" + status + "\"}]}}]}";
    }

    private static String refunded(String status, String invoiceId) {
        return PAID.replace(
                "}]}}]}",
                "}], \"refunds\": [{\"id\": \"R-1\", \"status\": \"" + status + "\", \"invoice_id\": \"" + invoiceId
                        + "\", \"amount\": {\"currency_code\": \"USD\", \"value\": \"15.00\"},"
                        + " \"links\": [{\"rel\": \"up\", \"href\": \"https://paypal/v2/payments/captures/C-1\"}]}]}}]}");
    }

    private static String transaction(String id, String code, String invoiceId) {
        return "{\"transaction_info\": {\"transaction_id\": \"" + id + "\", \"transaction_event_code\": \"" + code
                + "\", \"invoice_id\": \"" + invoiceId + "\"}}";
    }

    private PayPalProvider provider() {
        if (provider == null) {
            provider = provider(Capture.AUTOMATIC);
        }
        return provider;
    }

    private PayPalProvider provider(Capture capture) {
        return new PayPalProvider(
                vertx,
                new EngineConfig.PayPal(
                        URI.create("http://127.0.0.1:" + server.actualPort()),
                        "shop",
                        new Secret("s3cret"),
                        null,
                        Duration.ofHours(6)),
                capture,
                16,
                timeout,
                clock);
    }

    /** Stands still until it is moved. */
    private static final class MovableClock extends Clock {

        private volatile Instant now = Samples.NOW;

        void move(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
