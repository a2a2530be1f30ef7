package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.doWhile;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.group;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.util.List;
import java.util.UUID;

/**
 * Orders live their whole life: placed, paid, sent, delivered, sent back, received, refunded; who waits is held by the engine until
 * something happens. In the end each must have exactly the events of such a life. The run fails when a service level is missed: p95
 * of the creation below 500 ms, of the payment (until the customer knows of it) below 1 s, and 99.9 % of all answered as they should be.
 */
public final class LifecycleSimulation extends Simulation {

    private static final String PLACE = "place order";
    private static final String PAID = "until paid";
    private static final String FOLLOW = "follow status";
    private static final String EVENTS = "check events";
    private static final int MOST_LOOKS = 10;
    private static final List<String> LIFE = List.of(
            "order.placed",
            "payment.processing",
            "payment.captured",
            "fulfillment.created",
            "fulfillment.shipped",
            "fulfillment.delivered",
            "return.registered",
            "return.received",
            "payment.refunded");

    private final Settings settings = Settings.read("admin", 10);

    private final ChainBuilder send = exec(
            post("fulfil", "/orders/#{orderId}/fulfill", "{}")
                    .check(
                            status().is(200),
                            jsonPath("$.fulfillments[0].fulfillment_id").saveAs("parcel")),
            http("ship")
                    .patch("/api/v1/fulfillments/#{parcel}")
                    .body(StringBody("{\"status\":\"shipped\",\"tracking\":\"LOAD-1\"}"))
                    .check(status().is(200)),
            http("deliver")
                    .patch("/api/v1/fulfillments/#{parcel}")
                    .body(StringBody("{\"status\":\"delivered\"}"))
                    .check(status().is(200), header("ETag").saveAs("etag")));

    private final ChainBuilder sendBack = exec(
            post(
                            "return",
                            "/orders/#{orderId}/returns",
                            "{\"items\":[{\"product_id\":\"#{product}\",\"quantity\":1}],\"reason\":\"load\"}")
                    .check(status().is(201), jsonPath("$.returns[0].return_id").saveAs("return")),
            post("receive", "/orders/#{orderId}/returns/#{return}/receive", "{}")
                    .check(status().is(200), header("ETag").saveAs("etag")));

    private final ChainBuilder compare = exec(http(EVENTS)
            .get("/api/v1/orders/#{orderId}/events")
            .check(jsonPath("$.items[*].type").findAll().is(LIFE)));

    private final ScenarioBuilder order = scenario("order")
            .exec(Customers.place(PLACE, RandomOrder::ofOneUnit))
            .exitHereIfFailed()
            .exec(group(PAID).on(until("captured")))
            .exec(send)
            .exec(sendBack)
            .exec(group("until refunded").on(until("refunded")))
            .exec(compare);

    /** Set up by Gatling. */
    public LifecycleSimulation() {
        // Versions are this simulation's own to keep, not those of a browser's cache.
        setUp(order.injectOpen(settings.arrivals()))
                .protocols(settings.engine().disableCaching())
                .assertions(
                        ServiceLevels.p95Below(ServiceLevels.ORDER_P95_MILLIS, PLACE),
                        ServiceLevels.created(PLACE),
                        ServiceLevels.p95Below(ServiceLevels.PAYMENT_P95_MILLIS, PAID),
                        ServiceLevels.created(EVENTS),
                        global().successfulRequests().percent().gte(ServiceLevels.CREATED_PERCENT));
    }

    /** Follows the order until its money is where it should be, or for so long that the events will tell that it is not. */
    private static ChainBuilder until(String paymentStatus) {
        ChainBuilder look = exec(http(FOLLOW)
                .get("/api/v1/orders/#{orderId}/status")
                .header("Prefer", "wait=5")
                .header("If-None-Match", "#{etag}")
                .check(status().in(200, 304))
                .checkIf((answer, session) -> answer.status().code() == 200)
                .then(
                        jsonPath("$.payment_status").saveAs("paymentStatus"),
                        header("ETag").saveAs("etag")));
        return doWhile(
                        session -> !paymentStatus.equals(session.getString("paymentStatus"))
                                && session.getInt("looks") < MOST_LOOKS,
                        "looks")
                .on(look);
    }

    private static HttpRequestActionBuilder post(String name, String path, String body) {
        return http(name)
                .post("/api/v1" + path)
                .header("Idempotency-Key", session -> UUID.randomUUID().toString())
                .body(StringBody(body));
    }
}
