package dev.orderengine.payment.reconciliation;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.uuid.Generators;
import dev.orderengine.dev.PaymentSimulator;
import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.Faults.Fault;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Management;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our books against the providers' lists, by two engines and a simulator of their own. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class ReconciliationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String RUNS = "/admin/reconciliation";

    private static PaymentSimulator simulator;
    private static RunningEngine engine;
    private static Api operator;
    private static Management management;

    @BeforeAll
    static void start(Services services) {
        simulator = PaymentSimulator.start(0, PaymentSimulator.Options.defaults());
        engine = RunningEngine.start(
                services,
                ReconciliationIT.class,
                Map.of(
                        "ENGINE_PAYMENTS_STRIPE_BASE_URL",
                        simulator.stripeBaseUrl(),
                        "ENGINE_PAYMENTS_PAYPAL_BASE_URL",
                        simulator.paypalBaseUrl()));
        engine.startAnother();
        operator = engine.as("operator");
        management = new Management(engine.managementPort());
    }

    @AfterAll
    static void stop() {
        engine.close();
        simulator.close();
    }

    @Test
    void day_onWhichBothAgree_hasNoDifference_andEachThatIsForgedIsFound() throws Exception {
        String cents = paid("credit_card");
        String currency = paid("credit_card");
        String state = paid("credit_card");
        String twice = paid("stripe");
        String backByHand = paid("stripe");
        String back = refunded(paid("credit_card"));
        String paypal = refunded(paid("paypal"));
        String paypalCents = paid("paypal");
        settled(placed("credit_card", "tok_declined"), "payment_failed");

        JsonNode clean = done(run("stripe", today()));
        assertThat(clean.get("items")).isEmpty();
        assertThat(clean.get("compared").asInt())
                .as("6 charges, one that was declined, one refund")
                .isEqualTo(8);
        assertThat(done(run("paypal", today())).get("differences").asInt()).isZero();
        assertThat(audited("stripe")).isZero();

        change("UPDATE payments SET captured = captured - 1 WHERE order_id = ?::uuid", cents);
        change("UPDATE payments SET currency = 'EUR' WHERE order_id = ?::uuid", currency);
        change("UPDATE payments SET state = 'failed' WHERE order_id = ?::uuid", state);
        charge("");
        charge("&metadata[payment_id]=" + payment(twice));
        simulator.refundByHand(reference(backByHand));
        String invented = Generators.timeBasedEpochGenerator().generate().toString();
        change("""
                INSERT INTO payments (id, order_id, provider, amount, currency, state, provider_ref, captured, created_at, updated_at)
                SELECT ?::uuid, order_id, provider, amount, currency, state, 'pi_gone', captured, created_at, updated_at
                FROM payments WHERE order_id = ?::uuid""", invented, twice);
        change("UPDATE refunds SET state = 'failed' WHERE order_id = ?::uuid", back);
        change("UPDATE refunds SET amount = amount + 1 WHERE order_id = ?::uuid", paypal);
        change("UPDATE payments SET captured = captured - 1 WHERE order_id = ?::uuid", paypalCents);

        JsonNode stripe = done(run("stripe", today()));
        assertThat(found(stripe))
                .containsExactlyInAnyOrder(
                        "amount_differs payment " + cents + " 19.98 USD 19.99 USD",
                        "amount_differs payment " + currency + " 19.99 EUR 19.99 USD",
                        "state_differs payment " + state + " failed succeeded",
                        "only_at_provider payment null 5.00 USD",
                        "only_at_provider payment null 5.00 USD of " + payment(twice),
                        "only_at_provider refund null 19.99 USD",
                        "only_with_us payment " + twice + " 19.99 USD of " + invented,
                        "state_differs refund " + back + " failed succeeded");
        assertThat(found(done(run("paypal", today()))))
                .containsExactlyInAnyOrder(
                        "amount_differs payment " + paypalCents + " 19.98 USD 19.99 USD",
                        "amount_differs refund " + paypal + " 1.01 USD 1.00 USD");

        await("shown").atMost(PATIENCE).until(() -> differences("stripe") == 8 && differences("paypal") == 2);
        assertThat(audited("stripe")).isEqualTo(1);
        assertThat(audited("paypal")).isEqualTo(1);
        assertThat(
                        engine.number(
                                "SELECT (detail ->> 'differences')::int FROM audit_log WHERE action = 'reconciliation.compare' AND subject = 'stripe'"))
                .isEqualTo(8);
        assertThat(report(clean.get("run_id").asText()).get("differences").asInt())
                .as("the earlier run says what it said")
                .isZero();

        change("UPDATE payments SET captured = captured + 1 WHERE order_id = ?::uuid", paypalCents);
        change("UPDATE refunds SET amount = amount - 1 WHERE order_id = ?::uuid", paypal);
        assertThat(done(run("paypal", today())).get("items")).isEmpty();
        await("the day is judged by its last run").atMost(PATIENCE).until(() -> differences("paypal") == 0);
    }

    @Test
    void provider_thatDoesNotAnswer_failsTheRun_whichIsTriedAgain() {
        LocalDate day = today().minusDays(2);
        simulator.faults().set("stripe", Fault.isDown());

        String run = run("stripe", day);
        JsonNode failed = await("it failed").atMost(PATIENCE).until(() -> report(run), is("failed"));
        simulator.faults().clear();

        assertThat(failed.get("failure").asText()).isNotBlank();
        assertThat(failed.get("next_at").isNull()).as("it is tried again").isFalse();
        assertThat(failed.get("differences").isNull()).isTrue();
        assertThat(ended("failed")).isPositive();

        change("UPDATE reconciliation_runs SET next_at = now() WHERE run_id = ?::uuid", run);
        run("stripe", day);
        assertThat(done(run).get("attempts").asInt()).isEqualTo(2);
    }

    @Test
    void run_whoseEngineDied_isTakenUpAgain_butNotOneThatIsHeld() {
        String died = UUID.randomUUID().toString();
        String held = UUID.randomUUID().toString();
        String running = """
                INSERT INTO reconciliation_runs (run_id, provider, day, daily, state, attempts, next_at, created_at, updated_at)
                VALUES (?::uuid, 'paypal', ?::date, false, 'running', 1, now() + ?::interval, now(), now())""";
        change(running, died, today().minusDays(3).toString(), "-1 second");
        change(running, held, today().minusDays(3).toString(), "1 hour");

        String asked = run("paypal", today().minusDays(3));

        assertThat(done(died).get("attempts").asInt()).isEqualTo(2);
        done(asked);
        assertThat(report(held).get("state").asText()).isEqualTo("running");
    }

    @Test
    void dayBefore_isComparedOnceAtEachProvider_howeverManyEnginesThereAre() {
        String yesterday = "SELECT count(*) FROM reconciliation_runs WHERE daily AND day >= current_date - 2";

        done(run("stripe", today().minusDays(4)));
        await("the day before is compared")
                .atMost(PATIENCE)
                .until(() -> engine.number(yesterday + " AND state = 'done'") == 2);
        engine.as(1, "operator").post(RUNS, wish("stripe", today().minusDays(4)));
        run("paypal", today().minusDays(4));

        await().atMost(PATIENCE)
                .until(() -> engine.number("SELECT count(*) FROM reconciliation_runs WHERE state = 'waiting'") == 0);
        assertThat(engine.number(yesterday)).isEqualTo(2);
        assertThat(management.metric("reconciliation_age_seconds", "stripe")).isBetween(0.0, 120.0);
    }

    @Test
    void wish_underTheSameKey_isFulfilledOnce_andRunsAreListedTheNewestFirst() {
        LocalDate day = today().minusDays(5);
        String key = UUID.randomUUID().toString();

        Answer first = operator.post(RUNS, wish("stripe", day), "Idempotency-Key", key);
        Answer repeat = operator.post(RUNS, wish("stripe", day), "Idempotency-Key", key);
        String second = run("stripe", day);

        assertThat(first.status()).isEqualTo(202);
        assertThat(repeat.body()).isEqualTo(first.body());
        assertThat(repeat.header("Idempotency-Replayed")).contains("true");
        String query = RUNS + "?provider=stripe&limit=1&day=" + day;
        Answer page = operator.get(query);
        Answer next = operator.get(query + "&cursor=" + page.text("next_cursor"));
        assertThat(ids(page)).containsExactly(second);
        assertThat(ids(next)).containsExactly(first.text("run_id"));
        assertThat(next.text("next_cursor")).isNull();
        assertThat(engine.number(
                        "SELECT count(*) FROM audit_log WHERE action = 'reconciliation.ask' AND detail ->> 'day' = ?",
                        day.toString()))
                .isEqualTo(2);
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }

    private static String wish(String provider, LocalDate day) {
        return "{\"provider\": \"%s\", \"day\": \"%s\"}".formatted(provider, day);
    }

    private static String run(String provider, LocalDate day) {
        Answer answer = operator.post(
                RUNS, wish(provider, day), "Idempotency-Key", UUID.randomUUID().toString());
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.text("run_id");
    }

    private static JsonNode done(String run) {
        return await("run " + run).atMost(PATIENCE).until(() -> report(run), is("done"));
    }

    private static java.util.function.Predicate<JsonNode> is(String state) {
        return report -> report.get("state").asText().equals(state);
    }

    private static JsonNode report(String run) {
        return operator.get(RUNS + "/" + run).json();
    }

    private static List<String> ids(Answer page) {
        return page.elements("items").map(run -> run.get("run_id").asText()).toList();
    }

    /** Kind, item, order, and what makes the difference. */
    private static List<String> found(JsonNode report) {
        return StreamSupport.stream(report.get("items").spliterator(), false)
                .map(ReconciliationIT::difference)
                .toList();
    }

    private static String difference(JsonNode difference) {
        String kind = difference.get("kind").asText();
        String item = difference.get("item").asText();
        String head = kind + " " + item + " " + difference.get("order_id").asText();
        if (kind.equals("state_differs")) {
            return head + " " + difference.at("/ours/state").asText() + " "
                    + difference.at("/theirs/state").asText();
        }
        String sides = amount(difference.get("ours")) + amount(difference.get("theirs"));
        boolean named = kind.startsWith("only") && !difference.get(item + "_id").isNull();
        return head + sides + (named ? " of " + difference.get(item + "_id").asText() : "");
    }

    private static String amount(JsonNode side) {
        return side.isNull()
                ? ""
                : " " + side.get("amount").asText() + " " + side.get("currency").asText();
    }

    private static String paid(String method) {
        return settled(placed(method, "tok_visa"), "paid");
    }

    private static String placed(String method, String token) {
        return engine.as("service")
                .place(of("c-books", "sku-0001", 1)
                        .put("payment_method", method)
                        .put("payment_token", token))
                .text("order_id");
    }

    private static String settled(String order, String status) {
        await(order + " is " + status)
                .atMost(PATIENCE)
                .until(() -> engine.text("SELECT status FROM orders WHERE id = ?::uuid", order)
                        .equals(status));
        return order;
    }

    private static String refunded(String order) {
        engine.as("admin").post("/orders/" + order + "/refunds", "{\"amount\": \"1.00\", \"reason\": \"late\"}");
        await("the refund of " + order)
                .atMost(PATIENCE)
                .until(() -> engine.text("SELECT state FROM refunds WHERE order_id = ?::uuid", order)
                        .equals("succeeded"));
        return order;
    }

    private static String payment(String order) {
        return engine.text("SELECT id FROM payments WHERE order_id = ?::uuid ORDER BY created_at LIMIT 1", order);
    }

    private static String reference(String order) {
        return engine.text("SELECT provider_ref FROM payments WHERE order_id = ?::uuid", order);
    }

    /** By somebody else who has our key. */
    private static void charge(String metadata) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(simulator.stripeBaseUrl() + "/v1/payment_intents"))
                .header("Authorization", "Bearer " + simulator.options().apiKey())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "amount=500&currency=usd&payment_method=tok_visa&confirm=true" + metadata))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    private static void change(String sql, Object... parameters) {
        engine.change(sql, parameters);
    }

    private static double differences(String provider) {
        return management.metric("reconciliation_differences", provider);
    }

    private static double ended(String outcome) {
        return management.metric("reconciliation_runs_total", "stripe", outcome);
    }

    private static long audited(String provider) {
        return engine.number(
                "SELECT count(*) FROM audit_log WHERE action = 'reconciliation.compare' AND subject = ?", provider);
    }
}
