package dev.orderengine;

import static dev.orderengine.support.OrderRequests.example;
import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Books;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reviews, verifications, further payments and patches, from HTTP to the order's end. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class OrderLifecycleIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern CODE = Pattern.compile("[0-9A-Z]{4}-[0-9A-Z]{4}");

    private static Services services;
    private static RunningEngine engine;
    private static Api staff;

    @BeforeAll
    static void start(Services shared) {
        services = shared;
        engine = RunningEngine.start(
                shared,
                OrderLifecycleIT.class,
                Map.of("ENGINE_PAYMENTS_POLL_INTERVAL", "PT0.1S", "ENGINE_ORDERS_SWEEP_INTERVAL", "PT0.2S"));
        staff = engine.as("admin");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @AfterEach
    void booksAddUp() {
        assertThat(Books.findings(engine)).isEmpty();
    }

    @Test
    void review_approved_isCharged() {
        String id = held();
        assertThat(staff.get("/orders/" + id).text("status")).isEqualTo("pending_review");

        Answer approved = post(id, "review", "{\"decision\": \"approve\", \"note\": \"called back\"}");

        assertThat(approved.status()).isEqualTo(200);
        assertThat(approved.text("status")).isEqualTo("pending");
        awaitStatus(id, "paid");
        assertThat(types(id))
                .containsExactly(
                        "order.placed",
                        "order.review_required",
                        "order.approved",
                        "payment.processing",
                        "payment.captured");
        assertThat(post(id, "review", "{\"decision\": \"reject\"}").text("code"))
                .isEqualTo("invalid_transition");
    }

    @Test
    void review_rejected_givesTheStockBackAndIsNeverCharged() {
        String id = held();

        assertThat(post(id, "review", "{\"decision\": \"reject\"}").text("status"))
                .isEqualTo("rejected");

        assertThat(engine.number("SELECT count(*) FROM reservations WHERE order_id = ?", uuid(id)))
                .isZero();
        assertThat(engine.text("SELECT state FROM payments WHERE order_id = ?", uuid(id)))
                .isEqualTo("failed");
        assertThat(post(id, "cancel", "{}").status()).isEqualTo(409);
    }

    @Test
    void review_byTwoAtOnce_oneWins() {
        String id = held();

        List<Answer> answers = IntStream.range(0, 10)
                .mapToObj(i -> staff.postLater(
                        "/orders/" + id + "/review",
                        i % 2 == 0 ? "{\"decision\": \"approve\"}" : "{\"decision\": \"reject\"}"))
                .toList()
                .stream()
                .map(java.util.concurrent.CompletableFuture::join)
                .toList();

        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 409)).hasSize(9);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                        | /decision required
                    {"decision": "maybe"}     | /decision unknown_decision
                    {"decision": true}        | /decision wrong_type
                    """)
    void review_withFaults_isRefused(String body, String error) {
        assertThat(post(held(), "review", body).errors()).containsExactly(error);
    }

    @Test
    void review_byACustomer_isForbidden() {
        assertThat(engine.asCustomer("c-review")
                        .post("/orders/" + held() + "/review", "{\"decision\": \"approve\"}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void verification_withTheMailedCode_isCharged() {
        String id = unverified();
        String code = mailedCode(id);

        Answer verified = engine.asCustomer("c-verify")
                .post(
                        "/orders/" + id + "/verification",
                        "{\"code\": \"" + code.toLowerCase(java.util.Locale.ROOT) + "\"}");

        assertThat(verified.text("status")).isEqualTo("pending");
        awaitStatus(id, "paid");
        assertThat(engine.text("SELECT encode(code_hash, 'hex') FROM verifications WHERE order_id = ?", uuid(id)))
                .as("only a hash is kept")
                .hasSize(64)
                .doesNotContain(code);
        assertThat(verify(id, code).text("code")).isEqualTo("invalid_transition");
    }

    @Test
    void verification_withFiveWrongCodes_takesNoMore() {
        String id = unverified();
        String code = mailedCode(id);

        for (int i = 0; i < 5; i++) {
            assertThat(verify(id, "0000-0000").errors()).containsExactly("/code wrong_code");
        }

        assertThat(verify(id, code).errors()).containsExactly("/code no_tries_left");
        assertThat(staff.get("/orders/" + id).text("status")).isEqualTo("pending_verification");
        engine.change("UPDATE orders SET expires_at = now() - interval '1 second' WHERE id = ?", uuid(id));
        awaitStatus(id, "cancelled");
        assertThat(staff.get("/orders/" + id).text("cancel_reason")).isEqualTo("expired");
    }

    @Test
    void verification_wrongCodesFromManyAtOnce_areAllCounted() {
        String id = unverified();
        mailedCode(id);

        List<String> codes = IntStream.range(0, 12)
                .mapToObj(i -> staff.postLater("/orders/" + id + "/verification", "{\"code\": \"0000-0000\"}"))
                .toList()
                .stream()
                .map(java.util.concurrent.CompletableFuture::join)
                .map(answer -> answer.text("code"))
                .toList();

        assertThat(codes.stream().filter("wrong_code"::equals)).hasSize(5);
        assertThat(codes.stream().filter("no_tries_left"::equals)).hasSize(7);
    }

    @Test
    void verification_afterTenMinutes_isRefused() {
        String id = unverified();
        String code = mailedCode(id);
        engine.change(
                "UPDATE verifications SET code_expires_at = code_expires_at - interval '10 minutes' WHERE order_id = ?",
                uuid(id));

        assertThat(verify(id, code).errors()).containsExactly("/code code_expired");
    }

    @Test
    void verification_whileTheMailServerIsAway_comesLater() {
        services.mail().stop();
        String id = unverified();
        await("a try")
                .atMost(PATIENCE)
                .until(() -> engine.number(
                                "SELECT count(*) FROM verifications WHERE order_id = ? AND last_error IS NOT NULL",
                                uuid(id))
                        == 1);
        services.mail().start();

        assertThat(mailedCode(id)).matches(CODE);
    }

    @Test
    void payment_afterADeclinedOne_isAnotherAttemptUnderAKeyOfItsOwn() {
        String id = declined();
        String first = engine.text("SELECT id FROM payments WHERE order_id = ?", uuid(id));

        Answer again = post(id, "payments", "{\"payment_method\": \"stripe\", \"payment_token\": \"tok_visa\"}");

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.text("status")).isEqualTo("pending");
        assertThat(again.text("payment_method")).isEqualTo("stripe");
        assertThat(again.text("payment_id")).isNotEqualTo(first);
        awaitStatus(id, "paid");
        assertThat(services.payments().stripe().charges(again.text("payment_id")))
                .hasSize(1);
        assertThat(services.payments().stripe().charges(first)).isEmpty();
        assertThat(post(id, "payments", "{\"payment_method\": \"stripe\", \"payment_token\": \"tok_visa\"}")
                        .text("code"))
                .isEqualTo("invalid_transition");
    }

    @Test
    void payment_declinedOnceMore_mayBeTriedAgain() {
        String id = declined();
        post(id, "payments", "{\"payment_method\": \"stripe\", \"payment_token\": \"tok_insufficient_funds\"}");
        await("declined again")
                .atMost(PATIENCE)
                .until(() -> engine.number(
                                "SELECT count(*) FROM payments WHERE order_id = ? AND decline_code IS NOT NULL",
                                uuid(id))
                        == 2);

        Answer third = post(id, "payments", "{\"payment_method\": \"credit_card\", \"payment_token\": \"tok_visa\"}");

        assertThat(third.status()).isEqualTo(201);
        awaitStatus(id, "paid");
    }

    @Test
    void payment_fromManyAtOnce_isOneAttempt() {
        String id = declined();

        List<Answer> answers = IntStream.range(0, 10)
                .mapToObj(i -> staff.postLater(
                        "/orders/" + id + "/payments",
                        "{\"payment_method\": \"stripe\", \"payment_token\": \"tok_visa\"}"))
                .toList()
                .stream()
                .map(java.util.concurrent.CompletableFuture::join)
                .toList();

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        awaitStatus(id, "paid");
        assertThat(engine.number("SELECT count(*) FROM payments WHERE order_id = ?", uuid(id)))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                                                    | /payment_method required
                    {"payment_method": "cash", "payment_token": "t"}                      | /payment_method unknown_payment_method
                    {"payment_method": "stripe"}                                          | /payment_token required
                    {"payment_method": "bank_transfer", "payment_token": "t"}             | /payment_token not_allowed
                    """)
    void payment_withFaults_isRefused(String body, String error) {
        assertThat(post(declined(), "payments", body).errors()).containsExactly(error);
    }

    @Test
    void patch_changesWhatItNamesUnderTheRightVersion() {
        String id = paid();
        String etag = staff.get("/orders/" + id).header("ETag").orElseThrow();

        Answer patched = staff.patch(
                "/orders/" + id,
                "{\"shipping_address\": \"2 Side St\", \"metadata\": {\"gift\": \"yes\", \"source\": null}}",
                "If-Match",
                etag);

        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.text("shipping_address")).isEqualTo("2 Side St");
        assertThat(patched.json().get("metadata").toString()).isEqualTo("{\"gift\":\"yes\"}");
        assertThat(patched.text("fulfillment_channel")).isEqualTo("warehouse");
        assertThat(patched.header("ETag")).isNotEqualTo(Optional.of(etag));
        assertThat(engine.text(
                        "SELECT data::text FROM order_events WHERE order_id = ? ORDER BY sequence DESC", uuid(id)))
                .contains("shipping_address", "metadata")
                .doesNotContain("Side St");
        assertThat(staff.patch("/orders/" + id, "{\"shipping_address\": \"3 Back St\"}", "If-Match", etag)
                        .status())
                .isEqualTo(412);
    }

    @Test
    void patch_thatChangesNothing_keepsTheVersion() {
        String id = paid();

        Answer patched = staff.patch("/orders/" + id, "{\"fulfillment_channel\": \"warehouse\"}", "If-Match", "*");

        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.body()).isEqualTo(staff.get("/orders/" + id).body());
        assertThat(patched.text("version")).isEqualTo("3");
    }

    @Test
    void patch_withoutIfMatch_is428() {
        Answer answer = staff.patch("/orders/" + paid(), "{}");

        assertThat(answer.status()).isEqualTo(428);
        assertThat(answer.text("code")).isEqualTo("precondition_required");
    }

    @Test
    void patch_ofAnOrderThatIsOver_isIllegal() {
        String id = paid();
        post(id, "cancel", "{}");

        assertThat(staff.patch("/orders/" + id, "{\"shipping_address\": \"2 Side St\"}", "If-Match", "*")
                        .text("code"))
                .isEqualTo("invalid_transition");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"status": "paid"}                     | /status unknown_field
                    {"shipping_address": ""}               | /shipping_address out_of_range
                    {"fulfillment_channel": "pigeon"}      | /fulfillment_channel unknown_channel
                    {"metadata": {"a": 1}}                 | /metadata/a wrong_type
                    {"metadata": []}                       | /metadata wrong_type
                    """)
    void patch_withFaults_isRefused(String body, String error) {
        assertThat(staff.patch("/orders/" + paid(), body, "If-Match", "*").errors())
                .containsExactly(error);
    }

    private static String held() {
        return staff.place(of("c-review", "sku-0099", 100)).text("order_id");
    }

    /** An order that the rules want verified. */
    private static String unverified() {
        ObjectNode order = of("c-verify", "sku-0099", 6).put("payment_method", "paypal");
        order.putObject("customer").put("email", "verify@example.com");
        return staff.place(order).text("order_id");
    }

    private static String declined() {
        String id = staff.place(of("c-1", "sku-0001", 1).put("payment_token", "tok_declined"))
                .text("order_id");
        awaitStatus(id, "payment_failed");
        return id;
    }

    private static String paid() {
        String id = staff.place(example()).text("order_id");
        awaitStatus(id, "paid");
        return id;
    }

    private static Answer verify(String id, String code) {
        return post(id, "verification", "{\"code\": \"" + code + "\"}");
    }

    private static Answer post(String id, String command, String body) {
        return staff.post("/orders/" + id + "/" + command, body);
    }

    private static String mailedCode(String id) {
        await("mail").atMost(PATIENCE).until(() -> mail(id).isPresent());
        Matcher code = CODE.matcher(mail(id).orElseThrow().replace(id, ""));
        assertThat(code.find()).isTrue();
        return code.group();
    }

    private static Optional<String> mail(String id) {
        return services.mail().received().stream()
                .map(OrderLifecycleIT::text)
                .filter(text -> text.contains(id))
                .findFirst();
    }

    private static String text(MimeMessage mail) {
        try {
            return mail.getContent().toString().replace(mail.getMessageID(), "");
        } catch (IOException | MessagingException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> types(String id) {
        return engine.texts("SELECT type FROM order_events WHERE order_id = ? ORDER BY sequence", uuid(id));
    }

    private static void awaitStatus(String id, String status) {
        await(status)
                .atMost(PATIENCE)
                .until(() ->
                        staff.get("/orders/" + id + "/status").text("status").equals(status));
    }

    private static UUID uuid(String id) {
        return UUID.fromString(id);
    }
}
