package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.example;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RawHttp;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client should send: always a 4xx with a problem document, never a 500, and nothing is stored. */
@ExtendWith(SharedServices.class)
class HostileInputIT {

    private static RunningEngine engine;
    private static Api shop;
    private static RawHttp raw;

    private Map<String, Long> before;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, HostileInputIT.class, RunningEngine.API_ONLY);
        shop = engine.as("service");
        raw = new RawHttp(shop.engine());
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @BeforeEach
    void count() {
        before = engine.rows();
    }

    @AfterEach
    void nothingIsStored_andTheEngineStillServes() {
        assertThat(engine.rows()).isEqualTo(before);
        assertThat(shop.get("/products/sku-0001").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}}",
                "{} {}",
                "nonsense",
                "{\"customer_id\": }",
                "{'customer_id': 'c-1'}",
                "{\"customer_id\": \"c-1\",}",
                "{\"customer_id\": NaN}",
                "{\"customer_id\": Infinity}",
                "{\"items\": [{\"quantity\": -Infinity}]}",
                "{\"expected_total\": 0x10}",
                "{\"expected_total\": 01}",
                "{\"expected_total\": 1.}",
                "{\"expected_total\": 1E99999999999}",
                "{\"customer_id\": \"c-1\", \"customer_id\": \"c-2\"}",
                "{\"metadata\": {\"a\": \"1\", \"a\": \"2\"}}",
                "{\"customer_id\": \"\u0000\"}",
                "{\"customer_id\": \"a\nb\"}",
                "// comment\n{}",
                "\"\\uD8\"",
            })
    void place_whatIsNoJson_is400(String body) {
        assertProblem(shop.post("/orders", body), 400, "malformed_json");
        assertProblem(shop.post("/orders/validate", body), 400, "malformed_json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "1", "\"order\"", "[]", "[{}]", "{}", " "})
    void place_jsonThatIsNoOrder_isRefused(String body) {
        Answer answer = shop.post("/orders", body);

        assertThat(answer.status()).isIn(400, 422);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
    }

    static Stream<String> hostileFields() {
        return Stream.of(
                "\"customer_id\": null",
                "\"customer_id\": 7",
                "\"customer_id\": \"\"",
                "\"customer_id\": \"c 1\"",
                "\"customer_id\": \"\\u0000\"",
                "\"customer_id\": \"" + "c".repeat(65) + "\"",
                "\"items\": null",
                "\"items\": {}",
                "\"items\": []",
                "\"items\": [null]",
                "\"items\": [[]]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1.5}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": \"1\"}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 0}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": -1}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1001}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 99999999999999999999}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1e2}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1E400000000}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1, \"unit_price\": 1e309}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1, \"unit_price\": -1}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1, \"unit_price\": \"NaN\"}]",
                "\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1, \"colour\": \"red\"}]",
                "\"currency\": \"usd\"",
                "\"currency\": \"DOLLARS\"",
                "\"currency\": 840",
                "\"payment_method\": \"CREDIT_CARD\"",
                "\"payment_method\": \"cred\\u0131t_card\"",
                "\"payment_method\": [\"credit_card\"]",
                "\"payment_token\": null",
                "\"payment_token\": \"tok\\u0007\"",
                "\"shipping_address\": \"\\uD800\"",
                "\"shipping_address\": \"" + "s".repeat(513) + "\"",
                "\"shipping_address\": {\"street\": \"x\"}",
                "\"customer\": \"Ada\"",
                "\"customer\": {\"email\": \"no at sign\"}",
                "\"customer\": {\"mail\": \"a@example.com\"}",
                "\"fulfillment_channel\": \"pigeon\"",
                "\"expected_total\": 1E400000000",
                "\"expected_total\": 1e309",
                "\"expected_total\": true",
                "\"expected_total\": \"39,98\"",
                "\"metadata\": []",
                "\"metadata\": {\"a\": 1}",
                "\"metadata\": {\"\\u0000\": \"x\"}",
                "\"metadata\": {\"\": \"x\"}",
                "\"__proto__\": {\"admin\": true}",
                "\"\\u0000\": 1");
    }

    @ParameterizedTest
    @MethodSource("hostileFields")
    void place_withAHostileField_is422(String field) {
        ObjectNode order = example();
        order.remove(field.substring(1, field.indexOf("\":")));
        String body = order.toString().replaceFirst("\\{", "{" + field.replace("\\", "\\\\") + ",");

        Answer answer = shop.post("/orders", body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.errors()).isNotEmpty();
    }

    /** What one caller sends must not keep the refusals of others out of the audit log. */
    @Test
    void place_withFieldNamesThatCannotBeStored_isRefusedAndAudited() {
        String names = "{\"\\u0000\": 1, \"" + "n".repeat(40_000) + "\": 1}";

        Answer answer = shop.post("/orders", names, "X-Request-Id", "odd-names");

        assertProblem(answer, 422, "validation_failed");
        assertThat(answer.errors())
                .contains("/\ufffd unknown_field", "/" + "n".repeat(128) + " unknown_field", "/items required");
        await().untilAsserted(
                        () -> assertThat(engine.number("SELECT count(*) FROM audit_log WHERE request_id = 'odd-names'"))
                                .isEqualTo(1));
    }

    @Test
    void place_aHugeNumber_isRefusedAtOnce() {
        String digits = "9".repeat(60_000);

        assertProblem(shop.post("/orders", "{\"expected_total\": " + digits + "}"), 400, "malformed_json");
    }

    @Test
    void place_deeplyNestedJson_is400() {
        assertProblem(shop.post("/orders", "[".repeat(50_000)), 400, "malformed_json");
        assertProblem(shop.post("/orders", "{\"a\":".repeat(20_000)), 400, "malformed_json");
        assertProblem(shop.post("/orders", "[".repeat(100) + "]".repeat(100)), 400, "malformed_json");
    }

    @Test
    void place_invalidUtf8_is400() {
        byte[] good = example().toString().getBytes(StandardCharsets.UTF_8);
        for (int hostile : new int[] {0xff, 0xc0, 0xed, 0xf8}) {
            byte[] body = good.clone();
            body[new String(good, StandardCharsets.UTF_8).indexOf("Springfield")] = (byte) hostile;

            assertProblem(sendJson(body), 400, "malformed_json");
        }
    }

    @Test
    void place_aBodyOf2Megabytes_is413() {
        assertProblem(sendJson(new byte[2 * 1024 * 1024]), 413, "body_too_large");
    }

    @Test
    void place_aBodyJustAboveTheLimit_is413AndOneAtTheLimitIsRead() {
        assertProblem(sendJson(" ".repeat(256 * 1024 + 1).getBytes(StandardCharsets.UTF_8)), 413, "body_too_large");
        Answer atLimit = sendJson(("{" + " ".repeat(256 * 1024 - 2) + "}").getBytes(StandardCharsets.UTF_8));
        assertThat(atLimit.status()).isEqualTo(422);
    }

    @Test
    void place_aChunkedBodyWithoutEnd_is413() throws Exception {
        String head = "POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token()
                + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";

        assertThat(raw.send(head + chunk.repeat(5)).status()).isEqualTo(413);
    }

    @Test
    void place_gzippedJson_isNotUnpacked() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[10 * 1024 * 1024]);
        }

        Answer answer = shop.send(
                "POST", "/orders", bomb.toByteArray(), "Content-Type", "application/json", "Content-Encoding", "gzip");

        assertProblem(answer, 415, "unsupported_media_type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "*/*",
                "json",
                ";"
            })
    void place_whatIsSaidToBeSomethingElse_is415(String type) {
        byte[] body = example().toString().getBytes(StandardCharsets.UTF_8);

        assertProblem(shop.send("POST", "/orders", body, "Content-Type", type), 415, "unsupported_media_type");
    }

    @Test
    void place_withoutAContentType_is415() {
        byte[] body = example().toString().getBytes(StandardCharsets.UTF_8);

        assertProblem(shop.send("POST", "/orders", body), 415, "unsupported_media_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/xml", "image/*"})
    void get_whatIsNotServed_is406(String accept) {
        assertProblem(shop.get("/products", "Accept", accept), 406, "not_acceptable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", ",", ";q=", "*/*;q=x", "application/json;q=999999999999999999999"})
    void get_withAGarbledAccept_isNoFailure(String accept) {
        assertThat(shop.get("/products", "Accept", accept).status()).isIn(200, 400, 406);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE,/orders,'GET,POST'",
        "PUT,/orders,'GET,POST'",
        "GET,/orders/validate/x,",
        "POST,/products,GET",
        "PATCH,/inventory/sku-0001,GET",
        "DELETE,/orders/01950000-0000-7000-8000-000000000001,GET",
        "BREW,/orders,'GET,POST'"
    })
    void call_withAnotherMethod_is405WithAllow(String method, String path, String allow) {
        Answer answer = shop.send(method, path, new byte[0]);

        if (allow == null) {
            assertProblem(answer, 404, "not_found");
            return;
        }
        assertProblem(answer, 405, "method_not_allowed");
        assertThat(answer.header("Allow").orElse("").replace(" ", "").split(","))
                .contains(allow.split(","));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/orders/not-a-uuid",
                "/orders/1-1-1-1-1",
                "/orders/01950000-0000-7000-8000-000000000001/nothing",
                "/orders/%00",
                "/orders/%2e%2e%2fproducts",
                "/products/%00",
                "/products/%C3%28",
                "/products/%F0%9F%98%80",
                "/products/..%5c..%5cetc",
                "/inventory/%00",
                "/inventory/%27%20OR%201=1--",
                "/products/" + "x/y/z",
            })
    void get_whatDoesNotExist_is404(String path) throws Exception {
        RawHttp.Reply reply = raw.send(get("/api/v1" + path));

        assertThat(reply.status()).as(reply.head()).isIn(400, 404);
        assertThat(reply.head()).contains("application/problem+json");
    }

    @Test
    void get_aVeryLongId_is404() {
        assertProblem(shop.get("/products/" + "x".repeat(4_000)), 404, "not_found");
        assertProblem(shop.get("/inventory/" + "x".repeat(4_000)), 404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=201",
                "limit=-1",
                "limit=ten",
                "limit=99999999999",
                "limit=",
                "cursor=%00",
                "cursor=!!!",
                "cursor=AAAA",
                "status=unknown",
                "status=PENDING",
                "status=pend%C4%B1ng",
                "payment_status=x",
                "fulfillment_status=x",
                "created_from=yesterday",
                "created_from=2026-01-01",
                "created_from=%2B999999999-12-31T23:59:59Z",
                "created_to=-999999999-01-01T00:00:00Z",
                "created_to=%2B12345-01-01T00:00:00Z",
                "created_to=1969-12-31T23:59:59Z",
                "customer_id=%00",
                "customer_id=a%20b",
                "page=2",
                "%00=1",
            })
    void list_withAHostileQuery_is400(String query) throws Exception {
        Answer answer = shop.get("/orders?" + query);

        assertProblem(answer, 400, "invalid_request");
        assertThat(answer.errors())
                .hasSize(1)
                .allSatisfy(error -> assertThat(error).startsWith("query/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/orders?limit=%zz",
                "/api/v1/orders?%",
                "/api/v1/orders?limit=%C3%28",
                "/api/v1/orders/%zz",
                "/%zz",
                "/api/v1/products?cursor=%"
            })
    void get_withBrokenPercentEncoding_is4xx(String uri) throws Exception {
        RawHttp.Reply reply = raw.send(get(uri));

        assertThat(reply.status()).as(reply.head()).isBetween(400, 499);
        assertThat(reply.head()).contains("application/problem+json");
    }

    @Test
    void products_afterNothing_is400() {
        assertThat(shop.get("/products?cursor=").errors()).containsExactly("query/cursor invalid_value");
    }

    @Test
    void events_withAHostileQuery_is400() {
        String order = "/orders/01950000-0000-7000-8000-000000000001/events";

        assertProblem(shop.get(order + "?after=-1"), 400, "invalid_request");
        assertProblem(shop.get(order + "?after=99999999999"), 400, "invalid_request");
        assertProblem(shop.get(order + "?limit=0"), 400, "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "99999999999999999999", "abc", "1;2", "%0d%0aX: y", "{{15000}}"})
    void stream_thatIsTakenUpAgainFromNonsense_is400(String last) {
        String id = last.equals("{{15000}}") ? "9".repeat(15_000) : last;

        for (String stream : new String[] {"/events", "/orders/01950000-0000-7000-8000-000000000001/events"}) {
            assertProblem(shop.get(stream, "Accept", "text/event-stream", "Last-Event-ID", id), 400, "invalid_request");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=utf-16", "application/json;charset=\"ISO-8859-1\""})
    void place_inAnotherEncoding_is415(String type) {
        byte[] body = example().toString().getBytes(StandardCharsets.UTF_8);

        assertProblem(shop.send("POST", "/orders", body, "Content-Type", type), 415, "unsupported_media_type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/json; charset=utf-8", "application/json; charset=\"UTF-8\"", "APPLICATION/JSON"})
    void validate_inUtf8_isTaken(String type) {
        byte[] body = example().toString().getBytes(StandardCharsets.UTF_8);

        assertThat(shop.send("POST", "/orders/validate", body, "Content-Type", type)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void answers_ofAnyKind_carryTheHeadersThatBrowsersObey() throws Exception {
        for (String request : new String[] {
            get("/api/v1/products"),
            get("/api/v1/nothing"),
            get("/health/live"),
            get("/api/v1/docs"),
            "nonsense\r\n\r\n"
        }) {
            assertThat(raw.send(request).head())
                    .containsIgnoringCase("x-content-type-options: nosniff")
                    .containsIgnoringCase("content-security-policy: default-src 'none'")
                    .containsIgnoringCase("referrer-policy: no-referrer")
                    .doesNotContainIgnoringCase("access-control-")
                    .doesNotContainIgnoringCase("server:");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer x",
                "Bearer a.b.c",
                "Bearer ..",
                "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
                "Basic YWRtaW46YWRtaW4=",
                "Digest x",
            })
    void call_withGarbageForAToken_is401(String header) throws Exception {
        RawHttp.Reply reply = raw.send(
                "GET /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: " + header + "\r\nConnection: close\r\n\r\n");

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.head()).contains("application/problem+json").containsIgnoringCase("www-authenticate: bearer");
    }

    @Test
    void call_withoutAToken_is401BeforeTheBodyIsRead() {
        Api nobody = engine.withToken(null);

        assertProblem(nobody.get("/orders"), 401, "unauthenticated");
        assertProblem(nobody.post("/orders", "{"), 401, "unauthenticated");
    }

    @Test
    void call_withAnExpiredToken_is401() {
        String expired = engine.tokens().token("admin", "x", Duration.ofMinutes(-2));

        assertProblem(engine.withToken(expired).get("/orders"), 401, "unauthenticated");
    }

    @Test
    void call_withARoleThatDoesNotExist_is403() {
        assertProblem(engine.withToken(engine.tokens().token("emperor", "x")).get("/orders"), 403, "missing_scope");
    }

    @Test
    void call_withAbsurdHeaders_is4xxOrIgnoresThem() throws Exception {
        assertThat(raw.send(get("/api/v1/products", "X-Big: " + "x".repeat(20_000)))
                        .status())
                .isEqualTo(431);
        assertThat(raw.send(get(
                                "/api/v1/products",
                                "X-Many: 1\r\n".repeat(5_000).stripTrailing()))
                        .status())
                .isEqualTo(431);
        assertThat(raw.send(get("/api/v1/products", "X-Request-Id: " + "x".repeat(5_000)))
                        .status())
                .isEqualTo(200);
        assertThat(raw.send(get("/api/v1/products", "traceparent: 00-garbage")).status())
                .isEqualTo(200);
        assertThat(raw.send(get("/api/v1/products", "If-None-Match: \",,,\"")).status())
                .isEqualTo(200);
        assertThat(raw.send(get("/api/v1/products", "Prefer: wait=99999999999999999999"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void requestId_thatWouldBreakAHeaderOrALog_isNotEchoed() throws Exception {
        RawHttp.Reply reply = raw.send(get("/api/v1/products", "X-Request-Id: a b\u0001{\"evil\":1}"));

        assertThat(reply.head()).doesNotContain("evil");
        assertThat(reply.status()).isIn(200, 400);
    }

    @Test
    void requestId_thatLooksLikeACardNumber_isNeitherEchoedNorKept() {
        Answer answer = shop.post("/orders", "{}", "X-Request-Id", "4242-4242-4242-4242");

        assertThat(answer.header("X-Request-Id")).isEmpty();
        assertThat(engine.number("SELECT count(*) FROM audit_log WHERE request_id LIKE '4242%'"))
                .isZero();
    }

    @Test
    void call_withALongUri_is414() throws Exception {
        RawHttp.Reply reply = raw.send(get("/api/v1/orders?cursor=" + "x".repeat(10_000)));

        assertThat(reply.status()).isEqualTo(414);
        assertThat(reply.head()).contains("application/problem+json");
    }

    static Stream<String> brokenProtocol() {
        String length = "POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        return Stream.of(
                "nonsense\r\n\r\n",
                "GET\r\n\r\n",
                "GET /api/v1/products HTTP/1.1\r\nHost x\r\n\r\n",
                "GET /api/v1/products HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n",
                "GET /api/v1/products HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
                "GET /api/v1/products HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n",
                length + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                length + "Content-Length: -1\r\n\r\n{}",
                length + "Content-Length: two\r\n\r\n{}",
                length + "Content-Length: 99999999999999999999999\r\n\r\n{}",
                length + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                length + "Transfer-Encoding: gzip\r\n\r\n{}");
    }

    @ParameterizedTest
    @MethodSource("brokenProtocol")
    void send_whatIsNoHttp_is4xx(String request) throws Exception {
        RawHttp.Reply reply = raw.send(request);

        assertThat(reply.status()).as(reply.head()).isBetween(400, 499);
        assertThat(reply.head()).contains("application/problem+json");
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.text("code")).isEqualTo(code);
    }

    private static Answer sendJson(byte[] body) {
        return shop.send("POST", "/orders", body, "Content-Type", "application/json");
    }

    private static String token() {
        return engine.tokens().token("service");
    }

    private static String get(String uri, String... headers) {
        StringBuilder request = new StringBuilder("GET ")
                .append(uri)
                .append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ")
                .append(token())
                .append("\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }
}
