package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.responseTimeInMillis;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Choice;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What customers do, for simulations to put together. */
final class Customers {

    static final String READ_CART = "read cart";
    static final String CHECK_OUT = "check out";

    private static final double BUYERS_PERCENT = 20;

    private Customers() {}

    /**
     * Places an order, and goes no further if that fails.
     *
     * @param name of the request in the report
     */
    static ChainBuilder place(String name) {
        return place(name, RandomOrder::next).exitHereIfFailed();
    }

    /**
     * Asks for an order. Leaves {@code orderId}, {@code etag} and {@code millis}, how long it took, in the session of one who got it.
     *
     * @param orders the session attributes {@code key} and {@code body} of each order, and what else is wanted
     */
    static ChainBuilder place(String name, Supplier<Map<String, Object>> orders) {
        return feed(Stream.generate(orders).iterator())
                .exec(http(name)
                        .post("/api/v1/orders")
                        .header("Idempotency-Key", "#{key}")
                        .body(StringBody("#{body}"))
                        .check(
                                status().is(201),
                                jsonPath("$.order_id").saveAs("orderId"),
                                header("ETag").saveAs("etag"),
                                responseTimeInMillis().saveAs("millis")));
    }

    /** Some look their order up. @param percent how many */
    static ChainBuilder lookUp(double percent) {
        return randomSwitch()
                .on(new Choice.WithWeight(
                        percent,
                        exec(
                                http("read order")
                                        .get("/api/v1/orders/#{orderId}")
                                        .check(status().is(200)),
                                http("read status")
                                        .get("/api/v1/orders/#{orderId}/status")
                                        .check(status().is(200)))));
    }

    /** Looks at products, fills a cart, reads it and one of the others, and orders it one time in five. */
    static ChainBuilder visit(LiveCarts others) {
        return feed(Stream.generate(others::customer).iterator())
                .exec(
                        http("list products").get("/api/v1/products?limit=20").check(status().is(200)),
                        http("read product").get("/api/v1/products/#{sku}").check(status().is(200)),
                        http("put cart")
                                .put("/api/v1/carts/#{cart}")
                                .body(StringBody("#{body}"))
                                .check(status().is(201)),
                        http("set line")
                                .put("/api/v1/carts/#{cart}/items/#{sku}")
                                .body(StringBody("{\"quantity\": 2}"))
                                .check(status().is(200)),
                        http(READ_CART)
                                .get("/api/v1/carts/#{cart}")
                                .check(
                                        status().is(200),
                                        jsonPath("$.total_amount").saveAs("total")),
                        http(READ_CART).get("/api/v1/carts/#{other}").check(status().is(200)),
                        // Gatling has its version, as a browser would.
                        http(READ_CART).get("/api/v1/carts/#{cart}").check(status().is(304)))
                .exec(randomSwitch().on(new Choice.WithWeight(BUYERS_PERCENT, checkOut())));
    }

    private static ChainBuilder checkOut() {
        return exec(http(CHECK_OUT)
                .post("/api/v1/carts/#{cart}/checkout")
                .header("Idempotency-Key", "#{key}")
                .body(
                        StringBody(
                                "{\"payment_method\":\"credit_card\",\"payment_token\":\"tok_visa\",\"expected_total\":\"#{total}\"}"))
                .check(status().is(201)));
    }
}
