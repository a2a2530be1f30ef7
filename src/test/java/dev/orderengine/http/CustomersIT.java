package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET} and {@code PUT /customers/{id}} on real servers. */
@ExtendWith(SharedServices.class)
class CustomersIT {

    private static RunningEngine engine;
    private static Api shop;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, CustomersIT.class, RunningEngine.API_ONLY);
        shop = engine.as("service");
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void put_anUnknownCustomer_createsHim() {
        Answer answer = shop.put(
                "/customers/c-new", "{\"email\": \"ada@example.com\", \"name\": \"Ada\", \"locale\": \"pt-br\"}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(answer.header("Location")).contains("/api/v1/customers/c-new");
        assertThat(answer.header("ETag")).contains("\"1\"");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"customer_id\":\"c-new\",\"email\":\"ada@example.com\",\"name\":\"Ada\",\"locale\":\"pt-BR\"}");
        Answer read = shop.get("/customers/c-new");
        assertThat(read.body()).isEqualTo(answer.body());
        assertThat(read.header("ETag")).isEqualTo(answer.header("ETag"));
        assertThat(shop.get("/customers/c-new", "If-None-Match", "\"1\"").status())
                .isEqualTo(304);
    }

    @Test
    void put_replacesAllThatThereWas() {
        shop.put("/customers/c-all", "{\"email\": \"a@example.com\", \"name\": \"A\", \"locale\": \"en\"}");

        Answer answer = shop.put("/customers/c-all", "{\"name\": \"B\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"customer_id\":\"c-all\",\"name\":\"B\"}");
        assertThat(answer.header("ETag")).contains("\"2\"");
        assertThat(shop.put("/customers/c-all", answer.body()).header("ETag")).contains("\"2\"");
    }

    @Test
    void get_aCustomerMadeByHisFirstOrder_showsWhatHeSaidAndMovesOn() {
        shop.place(of("c-ordered", "sku-0001", 1));
        assertThat(shop.get("/customers/c-ordered").body()).isEqualTo("{\"customer_id\":\"c-ordered\"}");

        var order = of("c-ordered", "sku-0001", 1);
        order.withObjectProperty("customer").put("email", "o@example.com");
        shop.place(order);

        Answer answer = shop.get("/customers/c-ordered", "If-None-Match", "\"1\"");
        assertThat(answer.text("email")).isEqualTo("o@example.com");
        assertThat(answer.header("ETag")).contains("\"2\"");
    }

    @Test
    void put_inTheVersionThatWasRead_isDoneOnceOnly() {
        shop.put("/customers/c-race", "{}");

        List<Answer> answers = all(IntStream.range(0, 10)
                .mapToObj(i -> shop.putLater("/customers/c-race", "{\"name\": \"N" + i + "\"}", "If-Match", "\"1\""))
                .toList());

        assertThat(answers).extracting(Answer::status).containsOnlyOnce(200).containsOnly(200, 412);
    }

    @Test
    void put_whileHisOrdersArrive_losesNeither() {
        List<CompletableFuture<Answer>> calls = IntStream.range(0, 20)
                .mapToObj(i -> i % 2 == 0
                        ? shop.placeLater(of("c-busy", "sku-0001", 1))
                        : shop.putLater("/customers/c-busy", "{\"name\": \"N" + i + "\"}"))
                .toList();

        assertThat(all(calls)).extracting(Answer::status).containsOnly(200, 201);
        assertThat(engine.number("SELECT count(*) FROM orders WHERE customer_id = 'c-busy'"))
                .isEqualTo(10);
        assertThat(shop.get("/customers/c-busy").text("name")).startsWith("N");
    }

    @Test
    void put_ifThereIsNoneYet_createsOneOnly() {
        assertThat(shop.put("/customers/c-once", "{}", "If-None-Match", "*").status())
                .isEqualTo(201);
        assertThat(shop.put("/customers/c-once", "{}", "If-None-Match", "*").status())
                .isEqualTo(412);
        assertThat(shop.put("/customers/c-never", "{}", "If-Match", "\"1\"").status())
                .isEqualTo(412);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"email": "no at sign"}           | /email invalid_format
                    {"email": "a@b@c"}                | /email invalid_format
                    {"email": ""}                     | /email out_of_range
                    {"email": 1}                      | /email wrong_type
                    {"name": ""}                      | /name out_of_range
                    {"name": "a\\u0000"}              | /name invalid_character
                    {"locale": "en_GB"}               | /locale invalid_locale
                    {"locale": "english language"}    | /locale invalid_locale
                    {"customer_id": "c-other"}        | /customer_id differs_from_path
                    {"phone": "1"}                    | /phone unknown_field
                    """)
    void put_withAFault_namesIt(String body, String fault) {
        Answer answer = shop.put("/customers/c-faulty", body);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors()).containsExactly(fault);
        assertThat(shop.get("/customers/c-faulty").status()).isEqualTo(404);
    }

    @Test
    void put_withTooMuch_isRefused() {
        String name = "n".repeat(201);
        String email = "e@" + "x".repeat(253);

        Answer answer = shop.put("/customers/c-faulty", "{\"name\": \"" + name + "\", \"email\": \"" + email + "\"}");

        assertThat(answer.errors()).containsExactlyInAnyOrder("/name out_of_range", "/email out_of_range");
    }

    @Test
    void customer_readsAndWritesHimselfOnly() {
        Api ada = engine.asCustomer("c-ada");
        shop.put("/customers/c-bob", "{\"name\": \"Bob\"}");

        assertThat(ada.put("/customers/c-ada", "{\"name\": \"Ada\"}").status()).isEqualTo(201);
        assertThat(ada.get("/customers/c-ada").text("name")).isEqualTo("Ada");
        assertThat(ada.get("/customers/c-bob").status()).isEqualTo(404);
        assertThat(ada.get("/customers/c-nobody").status()).isEqualTo(404);
        assertThat(ada.put("/customers/c-bob", "{\"name\": \"Bobby\"}").status())
                .isEqualTo(404);
        assertThat(shop.get("/customers/c-bob").text("name")).isEqualTo("Bob");
    }

    @Test
    void put_byWhoMayOnlyRead_is403() {
        Answer answer = engine.as("reviewer").put("/customers/c-1", "{}");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text("detail")).contains("customers:write");
    }

    @Test
    void put_isInTheAuditLogWithoutPersonalData() {
        shop.put("/customers/c-audited", "{\"email\": \"secret@example.com\"}", "X-Request-Id", "audited-customer");

        await().untilAsserted(() ->
                assertThat(engine.texts("""
                        SELECT actor || ' ' || action || ' ' || subject || ' ' || outcome
                        FROM audit_log WHERE request_id = 'audited-customer'""")).containsExactly("dev-service customer.put c-audited created"));
        assertThat(engine.number("SELECT count(*) FROM audit_log WHERE audit_log::text LIKE '%secret@%'"))
                .isZero();
    }

    private static List<Answer> all(List<CompletableFuture<Answer>> answers) {
        return answers.stream().map(CompletableFuture::join).toList();
    }
}
