package dev.orderengine.security;

import static dev.orderengine.security.Target.unless;
import static dev.orderengine.security.Target.unlessRefused;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RawHttp;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What comes past the API's calls: addresses in what is sent, other paths, other protocols, what answers give away. */
final class EdgeAttacks {

    private static final String MALLORY = "c-edge";
    private static final List<String> HEADERS =
            List.of("X-Content-Type-Options", "Cache-Control", "Content-Security-Policy", "Referrer-Policy");
    private static final List<String> INJECTIONS = List.of(
            "' OR '1'='1",
            "'; DROP TABLE orders; --",
            "{{7*7}}",
            "${jndi:ldap://127.0.0.1:1/a}",
            "#{T(java.lang.Runtime)}",
            "<script>alert(1)</script>",
            "../../../../etc/passwd",
            "%0d%0aSet-Cookie: a=b",
            "$(id)",
            "|id",
            "\u202Eevil",
            "order.total > 0 || true");

    private final Target target;
    private final Api mallory;
    private final RawHttp raw;

    EdgeAttacks(Target target) {
        this.target = target;
        this.mallory = target.customer(MALLORY);
        this.raw = new RawHttp(target.uri());
    }

    Stream<Attack> attacks(ServerSocket canary) {
        return Stream.of(forgery(canary), configuration(), injections(), protocol(), inventory())
                .flatMap(attacks -> attacks);
    }

    /** Nobody may come to the canary. */
    private Stream<Attack> forgery(ServerSocket canary) {
        String url = "http://127.0.0.1:" + canary.getLocalPort() + "/latest/meta-data";
        Stream<Attack> fields = Stream.of(
                        "shipping_address",
                        "payment_token",
                        "metadata",
                        "customer",
                        "fulfillment_channel",
                        "webhook_url",
                        "callback")
                .map(field -> new Attack(Risk.API7, "an address as " + field, () -> {
                    mallory.place(with(field, url));
                    return visited(canary);
                }));
        Stream<Attack> headers = Stream.of(
                        "X-Forwarded-Host",
                        "Forwarded",
                        "Referer",
                        "Origin",
                        "Link",
                        "X-Original-URL",
                        "True-Client-IP")
                .map(header -> new Attack(Risk.API7, "an address as " + header, () -> {
                    mallory.get("/products/sku-0001", header, url);
                    return visited(canary);
                }));
        Stream<Attack> certificate = Stream.of(new Attack(Risk.API7, "an address as PayPal's certificate", () -> {
            target.with(null)
                    .post(
                            "/webhooks/paypal",
                            "{}",
                            "PAYPAL-CERT-URL",
                            url,
                            "PAYPAL-TRANSMISSION-ID",
                            "1",
                            "PAYPAL-TRANSMISSION-SIG",
                            "s",
                            "PAYPAL-TRANSMISSION-TIME",
                            "2026-01-01T00:00:00Z",
                            "PAYPAL-AUTH-ALGO",
                            "SHA256withRSA");
            return visited(canary);
        }));
        return Stream.of(fields, headers, certificate).flatMap(attacks -> attacks);
    }

    private static ObjectNode with(String field, String value) {
        ObjectNode order = OrderRequests.of(MALLORY, "sku-0001", 1);
        switch (field) {
            case "metadata" -> order.putObject("metadata").put("url", value);
            case "customer" -> order.putObject("customer").put("name", value);
            default -> order.put(field, value);
        }
        return order;
    }

    private static Optional<String> visited(ServerSocket canary) throws IOException {
        try {
            canary.accept().close();
            return Optional.of("the engine called the address");
        } catch (SocketTimeoutException nobody) {
            return Optional.empty();
        }
    }

    private Stream<Attack> configuration() {
        Stream<Attack> headers = HEADERS.stream()
                .flatMap(header -> Stream.of("/products/sku-0001", "/orders/none", "/nowhere", "/openapi.yaml")
                        .map(path -> new Attack(
                                Risk.API8,
                                path + " without " + header,
                                () -> mallory.get(path).header(header).isPresent()
                                        ? Optional.empty()
                                        : Optional.of("it lacks it"))));
        Stream<Attack> origins = Stream.of("https://evil.example", "null", "http://localhost")
                .map(origin -> new Attack(
                        Risk.API8,
                        "a page of " + origin,
                        () -> allowed(mallory.get("/products/sku-0001", "Origin", origin))));
        Stream<Attack> methods = Stream.of("TRACE", "OPTIONS", "PROPFIND", "DEBUG", "PURGE", "LINK")
                .map(method -> new Attack(
                        Risk.API8, method, () -> unlessRefused(mallory.send(method, "/orders", new byte[0]))));
        Stream<Attack> types = Stream.of(
                        "text/plain",
                        "application/xml",
                        "application/x-www-form-urlencoded",
                        "multipart/form-data",
                        "application/json;charset=utf-16",
                        "text/json")
                .map(type -> new Attack(
                        Risk.API8,
                        "an order as " + type,
                        () -> unless(
                                mallory.send(
                                        "POST",
                                        "/orders",
                                        OrderRequests.of(MALLORY, "sku-0001", 1)
                                                .toString()
                                                .getBytes(StandardCharsets.UTF_8),
                                        "Content-Type",
                                        type),
                                415)));
        Stream<Attack> banner = Stream.of("Server", "X-Powered-By", "Via")
                .map(header -> new Attack(
                        Risk.API8,
                        "the banner " + header,
                        () -> mallory.get("/products").header(header)));
        return Stream.of(headers, origins, methods, types, banner).flatMap(attacks -> attacks);
    }

    private static Optional<String> allowed(Answer answer) {
        return answer.header("Access-Control-Allow-Origin");
    }

    private Stream<Attack> injections() {
        Stream<Attack> ids = INJECTIONS.stream()
                .flatMap(text -> Stream.of("product_id", "customer_id", "payment_method", "currency")
                        .map(field -> new Attack(
                                Risk.API8,
                                text + " as " + field,
                                () -> unlessRefused(mallory.place(injected(field, text))))));
        Stream<Attack> texts = INJECTIONS.stream()
                .map(text -> new Attack(
                        Risk.API8,
                        text + " in an address",
                        () -> unless(mallory.place(with("shipping_address", text)), 201, 422)));
        Stream<Attack> queries = INJECTIONS.stream()
                .flatMap(text -> Stream.of("status", "customer_id", "cursor", "created_from", "sort")
                        .map(name -> new Attack(Risk.API8, text + " as " + name, () -> emptyOrRefused(name, text))));
        return Stream.of(ids, texts, queries).flatMap(attacks -> attacks);
    }

    private Optional<String> emptyOrRefused(String name, String text) {
        Answer answer = mallory.get("/orders?" + name + "=" + URLEncoder.encode(text, StandardCharsets.UTF_8));
        return answer.status() == 200 && answer.elements("items").findAny().isEmpty()
                ? Optional.empty()
                : unlessRefused(answer);
    }

    private static ObjectNode injected(String field, String text) {
        return field.equals("product_id")
                ? OrderRequests.of(MALLORY, text, 1)
                : OrderRequests.of(MALLORY, "sku-0001", 1).put(field, text);
    }

    private Stream<Attack> protocol() {
        String head = "POST /api/v1/orders HTTP/1.1\r\nHost: x\r\n";
        return Stream.of(
                        head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        head + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
                        head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                        head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                        head + "Content-Length: -1\r\n\r\n",
                        "GET /api/v1/products HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                        "GET /api/v1/products HTTP/1.1\r\n\r\n",
                        "GET /api/v1/products HTTP/1.1\r\nHost: x\r\nX\u0000: y\r\n\r\n",
                        "GET /api/v1/products\r\nX: HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET http://other/api/v1/orders HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET /api/v1/orders%00 HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET /api/v1/orders%zz HTTP/1.1\r\nHost: x\r\n\r\n")
                .map(request -> new Attack(Risk.API8, "bytes " + request.replaceAll("\\s+", " "), () -> {
                    RawHttp.Reply reply = raw.send(request);
                    return reply.status() >= 400 && reply.status() < 500 ? Optional.empty() : Optional.of(reply.head());
                }));
    }

    private Stream<Attack> inventory() {
        Api root = target.with(null).atRoot();
        return Stream.of(
                        "/",
                        "/api",
                        "/api/v0/orders",
                        "/api/v2/orders",
                        "/api/v1",
                        "/api/v1/",
                        "/v1/orders",
                        "/orders",
                        "/metrics",
                        "/admin",
                        "/admin/audit",
                        "/dev/token?role=admin",
                        "/dev/token",
                        "/actuator",
                        "/actuator/env",
                        "/debug/pprof",
                        "/console",
                        "/graphql",
                        "/swagger.json",
                        "/api/v1/openapi.json",
                        "/.env",
                        "/.git/config",
                        "/conf/application.yaml",
                        "/api/v1/docs/..%2f..%2fconf%2fapplication.yaml",
                        "/api/v1/docs/../openapi.yaml.bak",
                        "/api/v1/docs/%2e%2e/%2e%2e/etc/passwd",
                        "/API/V1/orders",
                        "/api/v1//orders",
                        "/api/v1/orders/",
                        "/api/v1/./orders",
                        "/api/v1/x/../orders",
                        "/api/v1/orders;a=b",
                        "/api/v1/docs/../admin/audit",
                        "/simulator/faults",
                        "/health/env")
                .map(path -> new Attack(Risk.API9, path, () -> unless(root.get(path), 400, 401, 404, 405)));
    }
}
